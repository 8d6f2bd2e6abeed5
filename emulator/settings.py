"""The process's settings: one frozen record, one table, and the only reader of the environment.

`OPTIONS` names, words and reads every setting once: variables, flags, help and docs come from it.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import msgspec

from emulator import setting_values as values

PREFIX = "EMULATOR_"
MASK = "****"


class SettingsError(ValueError):
    """A setting can't be used; the text says which, and what to change."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is decided at start.

    Durations are seconds, sizes bytes. `public_url` None: URLs in answers use the origin that
    asked. `trusted_proxies`: addresses and networks whose X-Forwarded-* count. `outgoing`: the
    hosts (or `host:port`) that requests may leave to.
    """

    host: str = "127.0.0.1"
    port: int = 4600
    providers: tuple[str, ...] | None = None
    fixtures: tuple[Path, ...] = ()
    keys: Path | None = None
    seed: str | None = None
    control_token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    public_url: str | None = None
    outgoing: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    first_use: bool = True
    sandbox_ttl_s: float = 3600.0
    sandbox_cap: int = 2000
    body_limit: int = 1 << 20
    journal_bytes: int = 64 << 20
    log_format: Literal["text", "json"] = "text"
    log_calls: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach what is bound."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def url(self, port: int | None = None) -> str:
        """Where this machine reaches the emulator. `port`: the one that 0 became."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port if port is None else port}"


@dataclass(frozen=True, slots=True)
class Option:
    """One setting as a person gives it.

    `field`: of `Settings`; `default`: in words; `parse`: from text, raising a ValueError that ends
    the sentence "PORT ..."; `secret`: its value is never shown.
    """

    name: str
    field: str
    metavar: str
    default: str
    parse: Callable[[str], Any]
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """`EMULATOR_SANDBOX_TTL`."""
        return f"{PREFIX}{self.name.upper()}"

    @property
    def flag(self) -> str:
        """`--sandbox-ttl`."""
        return f"--{self.name.replace('_', '-')}"


OPTIONS = (
    Option(
        "host",
        "host",
        "ADDRESS",
        "127.0.0.1",
        values.parse_text,
        "Address to listen on; 0.0.0.0 or :: for every interface.",
    ),
    Option(
        "port",
        "port",
        "PORT",
        "4600",
        values.parse_port,
        "Port for HTTP; 0 takes any free one and prints it.",
    ),
    Option(
        "providers",
        "providers",
        "NAMES",
        "all",
        values.parse_names,
        "Providers to serve, separated by commas.",
    ),
    Option(
        "fixtures",
        "fixtures",
        "PATHS",
        "none",
        values.parse_paths,
        "YAML files or folders laid over the shipped world, separated by commas.",
    ),
    Option(
        "keys",
        "keys",
        "FOLDER",
        "the shipped test keys",
        values.parse_folder,
        "Folder of RSA keys (private JWK, *.json) to sign with.",
    ),
    Option(
        "seed",
        "seed",
        "TEXT",
        "random",
        values.parse_text,
        "Makes ids, keys and chance repeatable.",
    ),
    Option(
        "control_token",
        "control_token",
        "TOKEN",
        "none",
        values.parse_token,
        "Bearer token that the control API asks for.",
        secret=True,
    ),
    Option(
        "control_token_file",
        "control_token",
        "FILE",
        "none",
        values.read_token,
        "File that holds the control token.",
        secret=True,
    ),
    Option(
        "allowed_hosts",
        "allowed_hosts",
        "NAMES",
        "none",
        values.parse_names,
        "Host names besides localhost under which the control API answers without a token.",
    ),
    Option(
        "public_url",
        "public_url",
        "URL",
        "auto",
        values.parse_public_url,
        "Origin of URLs inside answers; auto is the origin that asked.",
    ),
    Option(
        "trusted_proxies",
        "trusted_proxies",
        "ADDRESSES",
        "none",
        values.parse_networks,
        "Addresses or networks whose X-Forwarded-* headers count, separated by commas.",
    ),
    Option(
        "outgoing",
        "outgoing",
        "HOSTS",
        "none",
        values.parse_names,
        "Hosts that requests may leave to (issuers' discovery), separated by commas.",
    ),
    Option(
        "first_use",
        "first_use",
        "on|off",
        "on",
        values.parse_switch,
        "Whether a call that names an unknown sandbox makes it.",
    ),
    Option(
        "sandbox_ttl",
        "sandbox_ttl_s",
        "DURATION",
        "1h",
        values.parse_lifetime,
        "How long an idle sandbox lives (90s, 10m, PT1H).",
    ),
    Option(
        "sandbox_cap",
        "sandbox_cap",
        "NUMBER",
        "2000",
        values.parse_count,
        "How many sandboxes may be open at once.",
    ),
    Option(
        "body_limit",
        "body_limit",
        "SIZE",
        "1m",
        values.parse_size,
        "Largest request body (bytes, or 512k, 4m).",
    ),
    Option(
        "journal_bytes",
        "journal_bytes",
        "SIZE",
        "64m",
        values.parse_size,
        "Memory for the journals of calls (bytes, or 512k, 64m).",
    ),
    Option(
        "log_format",
        "log_format",
        "text|json",
        "text",
        values.parse_choice("text", "json"),
        "How log lines are written.",
    ),
    Option(
        "log_calls",
        "log_calls",
        "on|off",
        "off",
        values.parse_switch,
        "Whether each call gets a log line.",
    ),
    Option(
        "log_level",
        "log_level",
        "LEVEL",
        "info",
        values.parse_choice("debug", "info", "warning", "error"),
        "Least level that is logged: debug, info, warning or error.",
    ),
)


def read_settings(
    flags: Mapping[str, str] | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """The settings of flags (by option name) over variables over defaults.

    An empty variable counts as not set.

    Raises:
        SettingsError: a variable is unknown, or a value is bad.
    """
    environ = os.environ if environ is None else environ
    _refuse_unknown(environ)
    given: dict[str, Any] = {}
    for source in (_from_variables(environ), _from_flags(flags or {})):
        found: dict[str, str] = {}
        for option, place, text in source:
            if option.field in found:
                raise SettingsError(f"{place} and {found[option.field]} are both set: drop one")
            found[option.field] = place
            given[option.field] = _parse(option, place, text)
    return msgspec.structs.replace(Settings(), **given)


def render_settings(settings: Settings) -> dict[str, str]:
    """The settings that differ from their defaults, by variable, secrets masked."""
    default = Settings()
    shown: dict[str, str] = {}
    for option in OPTIONS:
        value = getattr(settings, option.field)
        if value != getattr(default, option.field) and option.name != "control_token_file":
            shown[option.variable] = MASK if option.secret else values.render(value)
    return shown


def skip_plugins() -> None:
    """Keep pydantic from searching every installed distribution for plugins: 10 ms of a start."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [option.variable.removeprefix(PREFIX) for option in OPTIONS]
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            advice = f"did you mean {PREFIX}{near[0]}?" if near else "unset it"
            raise SettingsError(f"{variable} is no setting: {advice}")


def _from_variables(environ: Mapping[str, str]) -> Iterator[tuple[Option, str, str]]:
    for option in OPTIONS:
        if environ.get(option.variable):
            yield option, option.variable, environ[option.variable]


def _from_flags(flags: Mapping[str, str]) -> Iterator[tuple[Option, str, str]]:
    for option in OPTIONS:
        if option.name in flags:
            yield option, option.flag, flags[option.name]


def _parse(option: Option, place: str, text: str) -> Any:  # noqa: ANN401 - the field's type
    try:
        return option.parse(text)
    except ValueError as error:
        told = "" if option.secret else f", not {text!r}"
        raise SettingsError(f"{place} {error}{told}") from None
