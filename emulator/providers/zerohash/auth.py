"""Who calls zerohash: the API key, its passphrase, its addresses, the timestamp, the signature.

The order of the checks is [guess]: headers, key, passphrase, address, timestamp, signature.
"""

import hmac
import ipaddress
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from emulator.core.decisions import Json, Refusal
from emulator.core.jwt import MalformedToken, parse_token
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.edge.call import Call, Headers
from emulator.edge.provider import Credential, Limited, Unsigned
from emulator.providers.zerohash import hints, signature
from emulator.providers.zerohash.errors import (
    CATALOGUE,
    UNKNOWN_CALLER,
    with_status,
)
from emulator.providers.zerohash.signature import Signed, compact_body, raw_body
from emulator.providers.zerohash.signature.mistakes import (
    Mistake,
    Suspects,
    find_mistake,
    tell_shape,
)
from emulator.providers.zerohash.state import (
    API_KEYS,
    PLATFORMS,
    PROVIDER,
    ApiKey,
    Platform,
    Settings,
)
from emulator.providers.zerohash.wire.privacy import mask_route, mask_text
from emulator.signing import sign_zerohash

KEY = "x-scx-api-key"
PASSPHRASE = "x-scx-passphrase"  # noqa: S105 - a header's name
SIGNED = "x-scx-signed"
TIMESTAMP = "x-scx-timestamp"
SCENARIO = "x-simulator-scenario"

WINDOW_S = 60  # [openapi] H; inclusive and symmetric [guess]

_SECONDS = re.compile(r"[0-9]{1,12}")
_TOO_FINE = re.compile(r"[0-9]{12,}")
_MILLISECONDS_FROM = 10**11  # a stamp of the year 5138 in seconds, of 1973 in milliseconds
_CLOCK_SKEW = re.compile(r"\s*clock-skew\s*:\s*([+-]?[0-9]{1,9})\s*")
_ORIGINS = ("https://api.cert.zerohash.com", "https://api.zerohash.com")
_MOST_KEYS = 20  # of a platform, whose secrets are tried to explain a signature


class Caller(msgspec.Struct, frozen=True):
    """An authenticated platform. `hint`: what the emulator forgave."""

    platform: Platform
    key: ApiKey
    settings: Settings
    hint: str = ""


def locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """The directory entry of the API key that was presented, or of the SDK page's token."""
    key = call.headers.get(KEY)
    if key:
        yield (API_KEYS.id, key), "credential"
        return
    entry = home(_unverified_claims(call.headers.get("authorization", "")))
    if entry is not None:
        yield entry, "token"


def _unverified_claims(authorization: str) -> Mapping[str, Any]:
    """What a bearer token says; nothing, if that is none. Only the stand-in sends one [design]."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return {}
    try:
        return parse_token(text.strip()).claims
    except MalformedToken:
        return {}


def present(call: Call) -> Credential | None:
    """The API key: it and its secret are a server's alone [doc api-security] H."""
    key = call.headers.get(KEY)
    return ("secret", key) if key else None


def home(claims: Mapping[str, Any]) -> Entry | None:
    """The directory entry of the platform that a token names."""
    code = claims.get("platform_code")
    return (PLATFORMS.id, code) if isinstance(code, str) else None


def limit(view: View, call: Call) -> Limited | None:
    """Whom the limiter counts: the address, over all endpoints [doc api-security] H."""
    rate = view.settings(Settings).rate_limit
    return Limited(call.client, rate) if rate.enabled else None


def sign(credentials: Mapping[str, str], request: Unsigned) -> Headers:
    """The four headers with which a client signs a request.

    Raises:
        KeyError: the credentials lack one that is needed.
    """
    key = (credentials["api_key"], credentials["secret"], credentials["passphrase"])
    return sign_zerohash(key, request.method, request.route, request.body, request.at)


def authenticate(view: View, call: Call) -> Caller:
    """The calling platform.

    Raises:
        Refusal: a header is missing, or the key, passphrase, address, time or signature is wrong.
    """
    settings = view.settings(Settings)
    try:
        return _authenticate(view, call, settings)
    except Refusal as refusal:
        # Some of the provider's pages say 401 where the caller is not known [doc error-handling] L;
        # the schema says 403 [openapi] H. One who is known and may not gets 403 in any case.
        if refusal.row.name in UNKNOWN_CALLER:
            refusal.row = with_status(refusal.row, settings.auth_failure_status)
        raise


def _authenticate(view: View, call: Call, settings: Settings) -> Caller:
    key = _identify(view, call)
    _check_address(key, call.client)
    forgiven = _check_timestamp(view, call, settings)
    accepted = _check_signature(view, key, call, settings)
    _check_access(key, call.method)
    platform = view.table(PLATFORMS).get(key.platform)
    if platform is None:
        raise Refusal(CATALOGUE["invalid_api_key"], hint="The key's platform was deleted.")
    return Caller(platform, key, settings, hints.join(forgiven, accepted, _about_scenario(call)))


def _identify(view: View, call: Call) -> ApiKey:
    """The API key that the call presents, with its passphrase."""
    headers = call.headers
    for name, row in _REQUIRED:
        if not headers.get(name):
            raise Refusal(CATALOGUE[row])
    key = view.table(API_KEYS).get(headers[KEY])
    if key is None:
        raise Refusal(CATALOGUE["invalid_api_key"])
    _check_key(view, key)
    if not hmac.compare_digest(key.passphrase.encode(), headers[PASSPHRASE].encode("latin-1")):
        raise Refusal(CATALOGUE["invalid_passphrase"], hint="X-SCX-PASSPHRASE is not this key's.")
    return key


_REQUIRED = (
    (KEY, "missing_api_key"),
    (PASSPHRASE, "missing_passphrase"),
    (SIGNED, "missing_signature"),
    (TIMESTAMP, "missing_timestamp"),
)


def _check_key(view: View, key: ApiKey) -> None:
    hint = ""
    if key.status == "created":
        hint = "The key waits for its two approvals: its status is created, and nothing works yet."
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
    address = getattr(address, "ipv4_mapped", None) or address  # a socket that speaks both
    if not any(address in ipaddress.ip_network(ip, strict=False) for ip in key.allowed_ips):
        raise Refusal(CATALOGUE["ip_not_allowed"])


_IN_MILLISECONDS = "X-SCX-TIMESTAMP is in milliseconds or finer: send whole Unix seconds."


def _check_timestamp(view: View, call: Call, settings: Settings) -> str:
    """Within 60 s [openapi] H of one of the clocks that count. A hint where only one agrees."""
    text = call.headers[TIMESTAMP]
    if not _SECONDS.fullmatch(text) or int(text) >= _MILLISECONDS_FROM:
        hint = _IN_MILLISECONDS if _TOO_FINE.fullmatch(text) else ""
        raise Refusal(CATALOGUE["invalid_timestamp"], hint=hint)
    skew = _skew(call)
    if view.now == view.wall and abs(int(text) - math.floor(view.wall + skew)) <= WINDOW_S:
        return ""  # both clocks are one: the usual case
    off: dict[str, Json] = {}
    near: list[str] = []
    for name, now in (("wall", view.wall), ("sandbox", view.now)):
        if settings.timestamp_clock in {name, "either"}:
            seconds = int(text) - math.floor(now + skew)
            if abs(seconds) <= WINDOW_S:
                near.append(name)
            else:
                off[name] = seconds
    told = " and ".join(f"{seconds:+d} s off the {name} clock" for name, seconds in off.items())
    if near == ["sandbox"] and off:
        # How far real time is would make two equal runs differ.
        return "The timestamp holds by the sandbox clock, and not by the wall clock."
    if near:
        return f"The timestamp holds by the {near[0]} clock; it is {told}." if off else ""
    hint = f"X-SCX-TIMESTAMP is {told}; {WINDOW_S} s are allowed."
    raise Refusal(CATALOGUE["invalid_timestamp"], hint=hint, explanation={"off_by_s": off})


def _skew(call: Call) -> int:
    """The scenario `clock-skew:<s>`: a server whose clock is that far ahead [guess]."""
    scenario = call.headers.get(SCENARIO)
    found = _CLOCK_SKEW.fullmatch(scenario.lower()) if scenario else None
    return int(found[1]) if found else 0


def _about_scenario(call: Call) -> str:
    scenario = call.headers.get(SCENARIO)
    if not scenario or _CLOCK_SKEW.fullmatch(scenario.lower()):
        return ""
    return "X-Simulator-Scenario has a value that asks for nothing here: see docs/zerohash.md."


def _check_signature(view: View, key: ApiKey, call: Call, settings: Settings) -> str:
    signed = Signed(call.headers[TIMESTAMP], call.method, call.target, call.body)
    presented = call.headers[SIGNED]
    match = signature.verify(signed, key.secret, presented, settings.signature)
    if match is not None:
        return match.hint
    mistake = _find_mistake(view, key, signed, call, settings)
    cause = mistake.about if mistake else tell_shape(presented)
    told = _explain(signed, key, presented, cause, settings)
    if mistake is not None and _is_public(signed):
        told["client_string"] = mistake.message.decode("utf-8", "replace")
    raise Refusal(CATALOGUE["invalid_signature"], hint=cause or "", explanation=told)


def _find_mistake(
    view: View, key: ApiKey, signed: Signed, call: Call, settings: Settings
) -> Mistake | None:
    keys = view.table(API_KEYS).find("platform", key.platform)
    others = tuple(other.secret for other in keys[:_MOST_KEYS] if other.secret != key.secret)
    prefixes = (f"/{PROVIDER}", f"/_s/{view.sandbox}/{PROVIDER}", f"/_s/{view.sandbox}", "")
    origins = (call.origin, *_ORIGINS)
    bases = [f"{origin}{prefix}" for origin in ("", *origins) for prefix in prefixes]
    return find_mistake(
        signed,
        Suspects(key.secret, key.passphrase, key.api_key, others),
        call.headers[SIGNED],
        mode=settings.signature,
        bases=[base for base in bases if base],
    )


def _explain(
    signed: Signed, key: ApiKey, presented: str, cause: str | None, settings: Settings
) -> dict[str, Json]:
    """What the server signed, for a person with control access. Personal values are masked."""
    body = (raw_body if settings.signature == "raw" else compact_body)(signed)
    right = Signed(signed.timestamp, signed.method, signed.route, body)
    return {
        "check": "signature",
        "mode": settings.signature,
        "signed_string": f"{signed.timestamp}{signed.method}{mask_route(signed.route)}"
        + mask_text(body),
        "expected": signature.sign(right, key.secret),
        "received": presented[:128],
        "likely_cause": cause or "None of the usual mistakes gives the received digest.",
    }


def _is_public(signed: Signed) -> bool:
    """Whether there is nothing in a request to be masked, in whichever order it was signed."""
    body = mask_text(signed.body).encode() == signed.body if signed.body else True
    return body and mask_route(signed.route) == signed.route


def _check_access(key: ApiKey, method: str) -> None:
    if key.access == "none" and method == "GET":
        raise Refusal(CATALOGUE["no_read_permission"])
    if key.access != "read_and_write" and method != "GET":
        raise Refusal(CATALOGUE["no_write_permission"])
