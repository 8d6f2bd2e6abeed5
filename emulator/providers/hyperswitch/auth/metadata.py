"""Request metadata: connector and credentials, by the service's own order of headers [repo] H."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec

from emulator.core.decisions import Refusal
from emulator.providers.hyperswitch.auth.dialect import Dialect
from emulator.providers.hyperswitch.connectors import (
    AUTH_HEADERS,
    CONNECTORS,
    VARIANTS,
    Connector,
    is_published_only,
)
from emulator.providers.hyperswitch.errors import CATALOGUE

CONFIG = "x-connector-config"
AUTH = "x-connector-auth"
CONNECTOR = "x-connector"
LEGACY_AUTH = "x-auth"
OVERRIDE = "x-config-override"

# Every header that the service reads as text: a value beyond ASCII is refused.
READ = (
    CONFIG,
    AUTH,
    CONNECTOR,
    LEGACY_AUTH,
    "x-api-key",
    "x-key1",
    "x-key2",
    "x-api-secret",
    "x-auth-key-map",
    "x-merchant-id",
    "x-tenant-id",
    "x-request-id",
    "x-reference-id",
    "x-resource-id",
    "x-shadow-mode",
    "x-environment",
    "x-lineage-ids",
    OVERRIDE,
)

# What a live key of a well-known connector begins with; none belongs in a test. [design]
_LIVE = ("sk_live_", "rk_live_")

MAX_TOLD = 200  # characters of the request that a message repeats

Fault = Literal["malformed", "missing", "unconvertible"]


class Presented(msgspec.Struct, frozen=True):
    """A connector with its credentials by field. `is_bare`: the published form, not wrapped."""

    connector: Connector
    config: Mapping[str, str]
    is_bare: bool = False


class Typed(msgspec.Struct, frozen=True):
    """What a typed header's JSON says. `is_shaped`: every known field has the right type."""

    connector: Connector
    config: Mapping[str, str]
    is_wrapped: bool
    is_shaped: bool


def peek(headers: Mapping[str, str]) -> Presented | None:
    """What the metadata presents, unchecked: None where it can't be told."""
    text = headers.get(CONFIG) or headers.get(AUTH)
    if text is not None:
        found = parse_typed(text)
        return Presented(found.connector, found.config) if isinstance(found, Typed) else None
    connector = CONNECTORS.get(headers.get(CONNECTOR, ""))
    fields = connector.legacy.get(headers.get(LEGACY_AUTH, "")) if connector else None
    if connector is None or fields is None:
        return None
    return Presented(connector, {field: headers.get(name, "") for name, field in fields.items()})


def read_metadata(
    headers: Mapping[str, str], dialect: Dialect, *, strict: bool, bare: bool
) -> Presented:
    """The connector and its credentials.

    `strict`: only connectors that the service knows, with every credential that they need;
    `bare`: `x-connector-auth` may come without its wrapper.

    Raises:
        Refusal: by the first rule that the metadata breaks.
    """
    _check_ascii(headers)
    _check_override(headers.get(OVERRIDE))
    if CONFIG in headers:
        presented = _read_typed(headers[CONFIG], _CURRENT, bare=False)
        unconvertible = "unconvertible_config"
    elif AUTH in headers:
        march = dialect.era == "march"
        presented = _read_typed(headers[AUTH], _MARCH if march else _DEPRECATED, bare=bare)
        unconvertible = "march_unconvertible_auth" if march else "unconvertible_config"
    else:
        presented = _read_legacy(headers, dialect)
        unconvertible = (
            "march_unconvertible_auth" if dialect.era == "march" else "unconvertible_config"
        )
    if strict and is_published_only(presented.connector):
        row = "march_unknown_connector" if dialect.era == "march" else "unknown_connector"
        raise Refusal(CATALOGUE[row], hint="Only the published enumeration names this connector.")
    _check_credentials(presented, unconvertible, strict=strict)
    return presented


class _Rows(msgspec.Struct, frozen=True):
    """The rows of one typed header."""

    malformed: str
    missing: str


_CURRENT = _Rows("malformed_config", "missing_config")
_DEPRECATED = _Rows("malformed_connector_auth", "missing_config_in_auth")
_MARCH = _Rows("march_malformed_auth", "march_missing_auth_type")


def _read_typed(text: str, rows: _Rows, *, bare: bool) -> Presented:
    found = parse_typed(text)
    if found == "missing" or (isinstance(found, Typed) and not (found.is_wrapped or bare)):
        raise Refusal(CATALOGUE[rows.missing])
    if not isinstance(found, Typed) or not found.is_shaped:
        raise Refusal(CATALOGUE[rows.malformed])
    return Presented(found.connector, found.config, is_bare=not found.is_wrapped)


def parse_typed(text: str) -> Typed | Fault:
    """What a typed header says. A header with a live key in it is remembered nowhere."""
    if any(mark in text for mark in _LIVE):
        return _parse_typed(text)
    return _parse_typed_cached(text)


def _parse_typed(text: str) -> Typed | Fault:
    try:
        value = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return "malformed"
    if not isinstance(value, dict):
        return "malformed"
    wrapped = value.get("config", value.get("auth_type", _ABSENT))
    inner = value if wrapped is _ABSENT else wrapped
    found = _parse_variant(inner, is_wrapped=wrapped is not _ABSENT)
    if found is None:
        return "missing" if wrapped is _ABSENT else "malformed"
    return found


_parse_typed_cached = lru_cache(maxsize=512)(_parse_typed)
_ABSENT: Any = object()


def _parse_variant(value: object, *, is_wrapped: bool) -> Typed | None:
    """`{"<Variant>": {fields}}` with one known variant, else None."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((variant, fields),) = value.items()
    connector = VARIANTS.get(variant)
    if connector is None or not isinstance(fields, dict):
        return None
    known = connector.fields
    shaped = all(isinstance(fields.get(name, ""), str) for name in (*known, "base_url"))
    config = {
        name: inner
        for name, inner in fields.items()
        if isinstance(inner, str) and not name.endswith("base_url")
    }
    return Typed(connector, config, is_wrapped, shaped)


def _read_legacy(headers: Mapping[str, str], dialect: Dialect) -> Presented:
    """`x-connector` with `x-auth` and the keys that it asks for."""
    march = dialect.era == "march"
    name = headers.get(CONNECTOR)
    if name is None:
        raise _missing(CONNECTOR, "missing_connector", march=march)
    connector = CONNECTORS.get(name)
    if connector is None:
        raise Refusal(CATALOGUE["march_unknown_connector" if march else "unknown_connector"])
    word = headers.get(LEGACY_AUTH)
    if word is None:
        raise _missing(LEGACY_AUTH, "missing_auth", march=march)
    needed = AUTH_HEADERS.get(word)
    if needed is None:
        row = "march_unknown_auth_type" if march else "unknown_auth_type"
        raise Refusal(CATALOGUE[row], {"auth_type": word[:MAX_TOLD]})
    for header in needed:
        if header not in headers:
            raise _missing(header, "missing_auth_key", march=march)
    fields = connector.legacy.get(word)
    if fields is None and connector.required:
        row = "march_auth_type_mismatch" if march else "auth_type_mismatch"
        raise Refusal(CATALOGUE[row], {"connector": name})
    if fields is None:  # nothing public says what this connector's credentials are called
        fields = {header: header.removeprefix("x-").replace("-", "_") for header in needed}
    return Presented(connector, {field: headers[header] for header, field in fields.items()})


def _missing(header: str, row: str, *, march: bool) -> Refusal:
    return Refusal(CATALOGUE["march_missing_header" if march else row], {"header": header})


def _check_credentials(presented: Presented, row: str, *, strict: bool) -> None:
    config = presented.config
    if any(value.startswith(_LIVE) for value in config.values()):
        raise Refusal(
            CATALOGUE["connector_unauthorized"],
            hint="A live key: it was stored nowhere. Send none to an emulator, and roll it.",
        )
    needed = presented.connector.required if strict else ()
    if not any(config.values()) or not all(config.get(name) for name in needed):
        raise Refusal(CATALOGUE[row])


def _check_ascii(headers: Mapping[str, str]) -> None:
    for name in READ:
        value = headers.get(name)
        if value is not None and not value.isascii():
            raise Refusal(CATALOGUE["non_ascii_metadata"], {"header": name})


def _check_override(text: str | None) -> None:
    """Parsed, never followed: requests leave only to where the settings allow."""
    if text is None:
        return
    try:
        msgspec.json.decode(text.encode(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refusal(CATALOGUE["bad_config_override"]) from None
