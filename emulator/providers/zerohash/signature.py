"""The HMAC of a request: what is signed, which readings of the body count, and what went wrong.

`msg = timestamp + METHOD + route + body`, HMAC-SHA256 with the base64-decoded private key, base64.
[doc][sdk] H
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import orjson

Mode = Literal["lenient", "compact", "raw"]

_EMPTY = "{}"


@dataclass(frozen=True, slots=True)
class Signed:
    """The parts of a request that are signed, as the server has them."""

    timestamp: str
    method: str
    route: str
    body: bytes

    def message(self, body: bytes) -> bytes:
        """What the HMAC is over, with one reading of the body."""
        return f"{self.timestamp}{self.method}{self.route}".encode("latin-1") + body


@dataclass(frozen=True, slots=True)
class Match:
    """A signature that holds. `lenient`: only because spaces are forgiven."""

    lenient: bool = False


def sign(signed: Signed, secret: str) -> str:
    """The header of a request whose body is signed as it is sent (`{}` where there is none)."""
    return _digest(signed.message(signed.body or _EMPTY.encode()), _decode_secret(secret))


def verify(signed: Signed, secret: str, presented: str, mode: Mode) -> Match | None:
    """Whether the presented signature holds; None when it does not."""
    key = _decode_secret(secret)
    given = presented.encode("latin-1", "replace")
    raw = _raw_body(signed)
    if mode != "compact" and _holds(signed.message(raw), key, given):
        return Match(lenient=mode == "lenient" and raw != compact_body(signed))
    if mode == "raw":
        return None
    if _holds(signed.message(compact_body(signed)), key, given):
        return Match()
    # GET has to sign {} [doc] H; for an empty POST "" is forgiven besides [guess] M
    forgiven = mode == "lenient" and not signed.body and signed.method != "GET"
    return Match(lenient=True) if forgiven and _holds(signed.message(b""), key, given) else None


def compact_body(signed: Signed) -> bytes:
    """The body as a server that signs `JSON.stringify(parsed)` has it [guess] M."""
    raw = _raw_body(signed)
    try:
        if orjson.dumps(orjson.loads(raw)) == raw:  # the fast answer to the usual question
            return raw
        return _compact.encode(json.loads(raw)).encode()
    except (ValueError, RecursionError):
        return raw


_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _raw_body(signed: Signed) -> bytes:
    return _EMPTY.encode() if signed.method == "GET" or not signed.body else signed.body


def find_mistake(signed: Signed, secret: str, passphrase: str, presented: str) -> str | None:
    """The sentence for the first likely mistake that yields the presented signature."""
    key = _decode_secret(secret)
    right = [signed.message(body) for body in _bodies(signed)]
    for encoding, hint in _ENCODINGS:
        if any(encoding(_raw_digest(message, key)) == presented for message in right):
            return hint
    for wrong, hint in _wrong_keys(secret, passphrase):
        if any(_digest(message, wrong) == presented for message in right):
            return hint
    for message, hint in _odd_messages(signed):
        if any(encoding(_raw_digest(message, key)) == presented for encoding, _ in _ANY_ENCODING):
            return hint
    return _shape_of(presented)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


_ENCODINGS: tuple[tuple[Callable[[bytes], str], str], ...] = (
    (bytes.hex, "The digest was sent as hex: send it as base64."),
    (
        lambda raw: base64.urlsafe_b64encode(raw).decode(),
        "The digest was sent as URL-safe base64: use the standard alphabet.",
    ),
    (
        lambda raw: _b64(raw).rstrip("="),
        "The base64 of the digest lacks its padding.",
    ),
    (
        lambda raw: _b64(raw.hex().encode()),
        "The hex of the digest was base64-encoded: encode the digest's bytes.",
    ),
)
_ANY_ENCODING = ((_b64, ""), *_ENCODINGS)


def _odd_messages(signed: Signed) -> Iterator[tuple[bytes, str]]:
    for body, hint in _odd_bodies(signed):
        yield signed.message(body), hint
    for odd, hint in _odd_parts(signed):
        for body in _bodies(odd):
            yield odd.message(body), hint


def _wrong_keys(secret: str, passphrase: str) -> Iterator[tuple[bytes, str]]:
    yield (
        secret.encode(),
        "The private key was not base64-decoded before the HMAC: decode it, then sign.",
    )
    yield passphrase.encode(), "Signed with the passphrase: the private key signs."


def _odd_bodies(signed: Signed) -> Iterator[tuple[bytes, str]]:
    if signed.method == "GET":
        yield b"", "GET signs the two characters {} as its body, although none is sent."
        return
    yield b"", "The body was left out of the signed message."
    yield _EMPTY.encode(), "Signed {} for the body: only GET does; sign the body that is sent."
    try:
        parsed = json.loads(signed.body)
    except (ValueError, RecursionError):
        return
    for text, what in _spellings(parsed):
        yield text.encode("utf-8", "replace"), f"Signed other bytes than were sent: {what}."


def _spellings(parsed: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    yield json.dumps(parsed), "the signed JSON has spaces after ',' and ':'"
    yield json.dumps(parsed, ensure_ascii=False), "the signed JSON has spaces after ',' and ':'"
    yield json.dumps(parsed, separators=(",", ":")), "non-ASCII characters were escaped as \\u"
    ordered = json.dumps(parsed, separators=(",", ":"), sort_keys=True)
    yield ordered, "the signed JSON has its keys sorted"
    yield json.dumps(parsed, indent=2), "the signed JSON is indented"
    yield json.dumps(parsed, indent=4), "the signed JSON is indented"
    yield repr(parsed), "a Python repr with single quotes was signed instead of JSON"
    yield json.dumps(parsed, separators=(",", ":")) + "\n", "a newline was signed at the end"


def _odd_parts(signed: Signed) -> Iterator[tuple[Signed, str]]:
    path, _, query = signed.route.partition("?")
    if query:
        yield replace(signed, route=path), "The query string was left out of the signed route."
        pairs = "&".join(sorted(query.split("&")))
        yield (
            replace(signed, route=f"{path}?{pairs}"),
            "The query was signed in another order than sent: sign it as sent.",
        )
    yield (
        replace(signed, method=signed.method.lower()),
        "The method was signed in lower case: sign it in upper case.",
    )
    yield (
        replace(signed, route=f"{path.rstrip('/')}/{'?' + query if query else ''}"),
        "The signed route ends in a slash and the sent one does not.",
    )
    yield replace(signed, route=path[1:]), "The signed route lacks its leading slash."
    for host in ("https://api.cert.zerohash.com", "https://api.zerohash.com"):
        yield (
            replace(signed, route=host + signed.route),
            "The host was signed with the route: sign path and query only.",
        )
    yield (
        replace(signed, route=f"/zerohash{signed.route}"),
        "The emulator's prefix was signed with the route: sign the provider's path only.",
    )
    if re.fullmatch(r"-?\d{1,15}", signed.timestamp):
        stamp = int(signed.timestamp)
        for near in (stamp - 2, stamp - 1, stamp + 1, stamp + 2):
            yield (
                replace(signed, timestamp=str(near)),
                "The timestamp was computed twice: sign the same text that the header carries.",
            )
        yield (
            replace(signed, timestamp=f"{stamp}000"),
            "Milliseconds were signed: sign the whole seconds that the header carries.",
        )


def _shape_of(presented: str) -> str | None:
    if re.fullmatch(r"[0-9a-fA-F]{64}", presented):
        return "The signature is hex: send base64 (and the rest of the message differs too)."
    if not re.fullmatch(r"[A-Za-z0-9+/_-]{43}=?", presented):
        return "The signature is no base64 of 32 bytes: HMAC-SHA256 gives 44 characters."
    return None


def _bodies(signed: Signed) -> tuple[bytes, ...]:
    return (compact_body(signed), _raw_body(signed))


@lru_cache(maxsize=1024)
def _decode_secret(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except binascii.Error:
        return secret.encode()


def _raw_digest(message: bytes, key: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _digest(message: bytes, key: bytes) -> str:
    return _b64(_raw_digest(message, key))


def _holds(message: bytes, key: bytes, presented: bytes) -> bool:
    return hmac.compare_digest(base64.b64encode(_raw_digest(message, key)), presented)
