"""The table of settings: variables, flags, help and docs/settings.md come from it."""

from collections.abc import Callable
from typing import Any

import msgspec

from emulator import setting_values as values

PREFIX = "EMULATOR_"


class Option(msgspec.Struct, frozen=True):
    """One setting as a person gives it.

    `field`: of the record; `default`: in words; `parse`: from text, raising a ValueError that ends
    the sentence "PORT ..."; `alone`: what the flag without a value means; `secret`: its value is
    never shown; `shows_value` False: nor is one that can't be read, for a part may be secret.
    """

    name: str
    field: str
    metavar: str
    default: str
    parse: Callable[[str], Any]
    help: str
    alone: str | None = None
    secret: bool = False
    shows_value: bool = True

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
        "grpc_port",
        "grpc_port",
        "PORT",
        "the usual 4601; any free one where PORT is 0",
        values.parse_port,
        "Port for gRPC; 0 takes any free one and prints it.",
    ),
    Option(
        "grpc_example_port",
        "grpc_example_port",
        "PORT|off",
        "the published example's 8080, if it is free",
        values.parse_port_or_off,
        "Second port for gRPC, which a published example uses.",
    ),
    Option(
        "tls",
        "tls",
        "on|off|FOLDER",
        "off",
        values.parse_tls,
        "Speak TLS too, by a local authority; a folder keeps the authority over a restart.",
        alone="on",
    ),
    Option(
        "tls_port",
        "tls_port",
        "PORT",
        "the usual 4643; any free one where PORT is 0",
        values.parse_port,
        "Port for HTTPS, where TLS is on.",
    ),
    Option(
        "grpc_tls_port",
        "grpc_tls_port",
        "PORT",
        "the usual 4644; any free one where PORT is 0",
        values.parse_port,
        "Port for gRPC over TLS, where TLS is on; then the published example's port speaks it too.",
    ),
    Option(
        "tls_names",
        "tls_names",
        "NAMES",
        "none",
        values.parse_hosts,
        "Host names and addresses to certify besides this machine's and the providers'.",
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
        "scenarios",
        "scenarios",
        "PATHS",
        "none",
        values.parse_paths,
        "Scenario files (YAML) or folders beside the shipped ones, separated by commas.",
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
        "fault_header",
        "fault_header",
        "on|off",
        "on",
        values.parse_switch,
        "Whether a call may ask for its own fault with X-Emulator-Fault.",
    ),
    Option(
        "fixture_keys",
        "fixture_keys",
        "allow|refuse",
        "allow; refuse where it is shared",
        values.parse_choice("allow", "refuse"),
        "Whether the shipped keys, which everybody knows, open anything.",
    ),
    Option(
        "shared",
        "shared",
        "on|off",
        "off",
        values.parse_switch,
        "Strangers use it together: no first use, no X-Emulator-Fault, no shipped keys; each "
        "sandbox gets a control token of its own.",
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
        "none, but this machine for webhooks",
        values.parse_names,
        "The only hosts that requests may leave to (webhooks, issuers' discovery), by commas.",
    ),
    Option(
        "ledger",
        "ledger",
        "PLACE",
        "memory:",
        values.parse_ledger,
        "Where sandboxes live: memory:, sqlite:FILE or redis://HOST:PORT/NUMBER.",
        shows_value=False,
    ),
    Option(
        "workers",
        "workers",
        "NUMBER",
        "1",
        values.parse_count,
        "Processes that serve; more than one needs a ledger that they can share.",
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
