"""The process's settings: one frozen record, and the only reader of the environment."""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import msgspec

from emulator import setting_values as values
from emulator.setting_option import PREFIX, Option
from emulator.setting_options import OPTIONS

CLIENTS = "EMULATOR_URL"  # where clients find an emulator: the commands, emulator.testing


class SettingsError(ValueError):
    """A setting can't be used; the text says which, and what to change."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is decided at start.

    Durations are seconds, sizes bytes. `public_url` None: URLs in answers use the origin that
    asked. `trusted_proxies`: addresses and networks whose X-Forwarded-* count. `outgoing`: the
    hosts (or `host:port`) that requests may leave to. `grpc_port` None: 4601, or any free one
    beside a `port` of 0. `grpc_example_port` None: the published example's port where it is free,
    -1 for none. `tls` None: it is not spoken; its ports None: 4643 and 4644, or any free one
    beside a `port` of 0. `workers`: processes that serve one ledger. `shared`: strangers use it
    together, so nothing is made by naming it, no call brings its own fault, and the keys of the
    fixtures are refused unless `fixture_keys` says else.
    """

    host: str = "127.0.0.1"
    port: int = 4600
    grpc_port: int | None = None
    grpc_example_port: int | None = None
    tls: values.TlsPlace | None = None
    tls_port: int | None = None
    grpc_tls_port: int | None = None
    tls_names: tuple[str, ...] = ()
    providers: tuple[str, ...] | None = None
    fixtures: tuple[Path, ...] = ()
    scenarios: tuple[Path, ...] = ()
    keys: Path | None = None
    seed: str | None = None
    control_token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    public_url: str | None = None
    outgoing: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    ledger: values.LedgerPlace = values.LedgerPlace()
    workers: int = 1
    first_use: bool = True
    fault_header: bool = True
    fixture_keys: Literal["allow", "refuse"] | None = None
    shared: bool = False
    sandbox_ttl_s: float = 3600.0
    sandbox_cap: int = 2000
    body_limit: int = 1 << 20
    journal_bytes: int = 64 << 20
    log_format: Literal["text", "json"] = "text"
    log_calls: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def takes_first_use(self) -> bool:
        """Whether a call that names an unknown sandbox makes it."""
        return self.first_use and not self.shared

    @property
    def takes_fault_header(self) -> bool:
        """Whether a call may ask for its own fault."""
        return self.fault_header and not self.shared

    @property
    def takes_fixture_keys(self) -> bool:
        """Whether the keys that everybody knows open anything."""
        return self.fixture_keys == "allow" if self.fixture_keys else not self.shared

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach what is bound."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def on_loopback(self, port: int) -> "Settings":
        """The same on a port of 127.0.0.1, beside others: gRPC and TLS on any free one.

        Who stands before it there may say how it was asked.
        """
        return msgspec.structs.replace(
            self,
            host="127.0.0.1",
            port=port,
            grpc_port=0,
            grpc_example_port=-1,
            tls_port=0,
            grpc_tls_port=0,
            trusted_proxies=self.trusted_proxies or ("127.0.0.1",),
        )

    def url(self, port: int | None = None, scheme: str = "http") -> str:
        """Where this machine reaches the emulator. `port`: the one that 0 became."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"{scheme}://{host}:{self.port if port is None else port}"


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
    settings = msgspec.structs.replace(Settings(), **given)
    if settings.shared and not settings.control_token:
        raise SettingsError(
            "EMULATOR_SHARED needs EMULATOR_CONTROL_TOKEN (or EMULATOR_CONTROL_TOKEN_FILE): set it "
            "to a token of your own, with which sandboxes are made for those who share"
        )
    return settings


def render_settings(settings: Settings) -> dict[str, str]:
    """The settings that differ from their defaults, by variable, secrets masked."""
    default = Settings()
    shown: dict[str, str] = {}
    for option in OPTIONS:
        value = getattr(settings, option.field)
        if value != getattr(default, option.field) and option.name != "control_token_file":
            shown[option.variable] = values.MASK if option.secret else values.render(value)
    return shown


def skip_plugins() -> None:
    """Keep pydantic from searching every installed distribution for plugins: 10 ms of a start."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [option.variable.removeprefix(PREFIX) for option in OPTIONS]
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX) and name not in known and variable != CLIENTS:
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
        hidden = option.secret or not option.shows_value
        told = "" if hidden else f", not {text!r}"
        raise SettingsError(f"{place} {error}{told}") from None
