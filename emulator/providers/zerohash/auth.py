"""Who calls zerohash: the API key, its passphrase, its addresses, the timestamp, the signature.

The order of the checks is [guess]: headers, key, passphrase, address, timestamp, signature.
"""

import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.core.decisions import Json, Refusal, Row
from emulator.core.faults import Firing, Then
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Limited
from emulator.providers.zerohash import signature
from emulator.providers.zerohash.errors import CATALOGUE, SCENARIOS
from emulator.providers.zerohash.signature import Signed
from emulator.providers.zerohash.state import (
    API_KEYS,
    PLATFORMS,
    ApiKey,
    Platform,
    Settings,
)
from emulator.providers.zerohash.wire import mask_text

KEY = "x-scx-api-key"
PASSPHRASE = "x-scx-passphrase"  # noqa: S105 - a header's name
SIGNED = "x-scx-signed"
TIMESTAMP = "x-scx-timestamp"
SCENARIO = "x-simulator-scenario"

WINDOW_S = 60  # [openapi] H; inclusive and symmetric [guess]

_SECONDS = re.compile(r"\d{1,12}")
_MILLISECONDS_FROM = 10**11  # a stamp of the year 5138 in seconds, of 1973 in milliseconds


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated platform. `hint`: what the emulator forgave."""

    platform: Platform
    key: ApiKey
    settings: Settings
    hint: str = ""


def locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """The directory entry of the API key that was presented."""
    key = call.headers.get(KEY)
    if key:
        yield (API_KEYS.id, key), "credential"


def home(claims: Mapping[str, Any]) -> Entry | None:
    """The directory entry of the platform that a token names."""
    code = claims.get("platform_code")
    return (PLATFORMS.id, code) if isinstance(code, str) else None


def trigger(call: Call) -> Firing | None:
    """The fault that the provider's own header asks for; an unknown scenario asks for none."""
    scenario = call.headers.get(SCENARIO)
    row = SCENARIOS.get(scenario.strip().lower()) if scenario else None
    return Firing("X-Simulator-Scenario", Then(error=row)) if row else None


def limit(view: View, call: Call) -> Limited | None:
    """Whom the limiter counts: the address, over all endpoints [doc api-security] H."""
    rate = view.settings(Settings).rate_limit
    return Limited(call.client, rate) if rate.enabled else None


def authenticate(view: View, call: Call) -> Caller:
    """The calling platform.

    Raises:
        Refusal: a header is missing, or the key, passphrase, address, time or signature is wrong.
    """
    settings = view.settings(Settings)
    try:
        return _authenticate(view, call, settings)
    except Refusal as refusal:
        if settings.auth_failure_status != refusal.row.status:
            # Some of the provider's pages say 401 [doc error-handling] L; the schema says 403.
            refusal.row = _with_status(refusal.row, settings.auth_failure_status)
        raise


def _authenticate(view: View, call: Call, settings: Settings) -> Caller:
    headers = call.headers
    for name, row in _REQUIRED:
        if not headers.get(name):
            raise Refusal(CATALOGUE[row])
    key = view.table(API_KEYS).get(headers[KEY])
    if key is None:
        raise Refusal(CATALOGUE["invalid_api_key"])
    _check_key(view, key)
    if not hmac.compare_digest(key.passphrase.encode(), headers[PASSPHRASE].encode()):
        raise Refusal(CATALOGUE["invalid_passphrase"], hint="X-SCX-PASSPHRASE is not this key's.")
    _check_address(key, call.client)
    _check_timestamp(view, call, settings)
    hint = _check_signature(key, call, settings)
    _check_access(key, call.method)
    platform = view.table(PLATFORMS).get(key.platform)
    if platform is None:
        raise Refusal(CATALOGUE["invalid_api_key"], hint="The key's platform was deleted.")
    return Caller(platform, key, settings, hint)


_REQUIRED = (
    (KEY, "missing_api_key"),
    (PASSPHRASE, "invalid_passphrase"),
    (SIGNED, "missing_signature"),
    (TIMESTAMP, "missing_timestamp"),
)


def _check_key(view: View, key: ApiKey) -> None:
    hint = ""
    if key.status == "created":
        hint = "The key waits for its approvals: its status is created."
    elif key.status == "disabled":
        hint = "The key is disabled."
    elif key.expires_at is not None and view.now >= key.expires_at:
        hint = "The key has expired on the sandbox's clock."
    if hint:
        raise Refusal(CATALOGUE["invalid_api_key"], hint=hint)


def _check_address(key: ApiKey, client: str) -> None:
    """The key's own list [doc api-security] H: single addresses, and networks as well [guess]."""
    if not key.allowed_ips:
        return
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        raise Refusal(CATALOGUE["ip_not_allowed"]) from None
    if not any(address in ipaddress.ip_network(ip, strict=False) for ip in key.allowed_ips):
        raise Refusal(CATALOGUE["ip_not_allowed"])


def _check_timestamp(view: View, call: Call, settings: Settings) -> None:
    text = call.headers[TIMESTAMP]
    if not _SECONDS.fullmatch(text):
        hint = "X-SCX-TIMESTAMP must be whole Unix seconds."
        if re.fullmatch(r"\d{13}", text):
            hint = "X-SCX-TIMESTAMP is in milliseconds: send whole Unix seconds."
        raise Refusal(CATALOGUE["invalid_timestamp"], hint=hint)
    stamp = int(text)
    if stamp >= _MILLISECONDS_FROM:
        hint = "X-SCX-TIMESTAMP is in milliseconds: send whole Unix seconds."
        raise Refusal(CATALOGUE["invalid_timestamp"], hint=hint)
    skew = _skew(call)
    off: dict[str, Json] = {}
    for name, now in (("wall", view.wall), ("sandbox", view.now)):
        if settings.timestamp_clock in {name, "either"}:
            seconds = stamp - int(now + skew)
            if abs(seconds) <= WINDOW_S:
                return
            off[name] = seconds
    told = " and ".join(f"{seconds:+d} s off the {name} clock" for name, seconds in off.items())
    hint = f"X-SCX-TIMESTAMP is {told}; {WINDOW_S} s are allowed."
    raise Refusal(CATALOGUE["invalid_timestamp"], hint=hint, explanation={"off_by_s": off})


def _skew(call: Call) -> int:
    """The scenario `clock-skew:<s>`: a server whose clock is that far ahead [guess]."""
    scenario = call.headers.get(SCENARIO)
    if scenario is None:
        return 0
    name, _, seconds = scenario.partition(":")
    if name.strip().lower() != "clock-skew" or not re.fullmatch(r"\s*[+-]?\d{1,9}\s*", seconds):
        return 0
    return int(seconds)


def _check_signature(key: ApiKey, call: Call, settings: Settings) -> str:
    signed = Signed(call.headers[TIMESTAMP], call.method, call.target, call.body)
    presented = call.headers[SIGNED]
    match = signature.verify(signed, key.secret, presented, settings.signature)
    if match is not None:
        return _FORGIVEN if match.lenient else ""
    cause = signature.find_mistake(signed, key.secret, key.passphrase, presented)
    raise Refusal(
        CATALOGUE["invalid_signature"],
        hint=cause or "",
        explanation=_explain(signed, key, presented, cause, settings),
    )


_FORGIVEN = "Accepted because spaces are forgiven here: sign and send compact JSON to be safe."


def _explain(
    signed: Signed, key: ApiKey, presented: str, cause: str | None, settings: Settings
) -> dict[str, Json]:
    """What the server signed, for a person with control access. Personal values are masked."""
    body = signature.compact_body(signed)
    text = signed.message(body).decode("utf-8", "replace")
    return {
        "check": "signature",
        "mode": settings.signature,
        "signed_string": mask_text(text),
        "expected": signature.sign(
            Signed(signed.timestamp, signed.method, signed.route, body), key.secret
        ),
        "received": presented[:128],
        "likely_cause": cause or "None of the usual mistakes gives the received digest.",
    }


def _check_access(key: ApiKey, method: str) -> None:
    if method != "GET" and key.access == "read":
        raise Refusal(CATALOGUE["no_write_permission"])


def _with_status(row: Row, status: int) -> Row:
    return Row(
        row.name, status, row.body, row.source, row.hint, row.headers, row.defaults, row.media_type
    )
