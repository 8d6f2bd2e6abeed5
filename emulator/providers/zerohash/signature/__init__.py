"""The HMAC of a request: what is signed, and which readings of the body count.

`msg = timestamp + METHOD + route + body`, HMAC-SHA256 with the base64-decoded private key, base64.
[doc][sdk] H
"""

import base64
import hmac
from typing import Literal

import msgspec
import orjson

from emulator.providers.zerohash.signature.javascript import reserialise
from emulator.signing import EMPTY_BODY, decode_secret, sign_message

Mode = Literal["lenient", "compact", "raw"]

# What stands for the body of a GET [doc][sdk] H, and of an empty POST [guess] M.
NOTHING = EMPTY_BODY

_SAFE_INTEGER = 2**53 - 1


class Signed(msgspec.Struct, frozen=True):
    """The parts of a request that are signed, as the server has them. `route`: path and query."""

    timestamp: str
    method: str
    route: str
    body: bytes

    def message(self, body: bytes) -> bytes:
        """What the HMAC is over, with one reading of the body."""
        return f"{self.timestamp}{self.method}{self.route}".encode("latin-1") + body


class Match(msgspec.Struct, frozen=True):
    """A signature that holds. `hint`: what another server might not have forgiven."""

    hint: str = ""


_EXACT = Match()
_AS_SENT = Match(
    "Accepted over the bytes as sent. A server that writes the JSON anew before it verifies would "
    "refuse it: sign and send compact JSON."
)
_NO_BODY = Match("Accepted over no body at all: sign {} where no body is sent.")


def sign(signed: Signed, secret: str) -> str:
    """The header of a request whose body is signed as it is sent (`{}` where there is none)."""
    return sign_message(signed.message(raw_body(signed)), secret)


def verify(signed: Signed, secret: str, presented: str, mode: Mode) -> Match | None:
    """Whether the presented signature holds; None when it does not."""
    key = decode_secret(secret)
    given = presented.encode("latin-1", "replace")
    raw = raw_body(signed)
    if mode != "compact" and _holds(signed.message(raw), key, given):
        return _AS_SENT if mode == "lenient" and raw != compact_body(signed) else _EXACT
    if mode == "raw":
        return None
    compact = compact_body(signed)
    if (mode == "compact" or compact != raw) and _holds(signed.message(compact), key, given):
        return _EXACT
    # For an empty POST "" is forgiven besides {} [guess] M; GET has to sign {} [doc] H.
    forgiven = mode == "lenient" and not signed.body and signed.method != "GET"
    return _NO_BODY if forgiven and _holds(signed.message(b""), key, given) else None


def raw_body(signed: Signed) -> bytes:
    """The body as sent; `{}` for a GET, whatever it sent, and where nothing was sent."""
    return NOTHING if signed.method == "GET" or not signed.body else signed.body


def compact_body(signed: Signed) -> bytes:
    """The body as a server that signs `JSON.stringify(JSON.parse(body))` has it [guess] M."""
    raw = raw_body(signed)
    if _is_compact(raw):
        return raw
    try:
        return reserialise(raw)
    except (ValueError, RecursionError):
        return raw


def _is_compact(raw: bytes) -> bool:
    """The fast answer to the usual question; False where the long way has to tell."""
    try:
        value = orjson.loads(raw)
        return orjson.dumps(value) == raw and not _is_unlike_javascript(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the writer reaches less deep
        return False


def _is_unlike_javascript(value: object) -> bool:
    """Whether JSON holds numbers that JavaScript writes otherwise, or keys that it moves."""
    if isinstance(value, str):
        return False
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.isdecimal() or (not isinstance(inner, str) and _is_unlike_javascript(inner)):
                return True
        return False
    if isinstance(value, list):
        return any(map(_is_unlike_javascript, value))
    return isinstance(value, float) or (isinstance(value, int) and abs(value) > _SAFE_INTEGER)


def _holds(message: bytes, key: bytes, presented: bytes) -> bool:
    digest = hmac.digest(key, message, "sha256")
    return hmac.compare_digest(base64.b64encode(digest), presented)
