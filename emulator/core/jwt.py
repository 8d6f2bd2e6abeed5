"""JWTs: signing a record, reading a text without trusting it, checking a signature.

The algorithm is pinned to RS256 here, never read from a token.
"""

import base64
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from emulator.core.tokens import Token

MAX_UNVERIFIED = 8192  # bytes of an unverified token that are read at all

_PADDING = PKCS1v15()
_HASH = SHA256()
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


class MalformedToken(ValueError):  # noqa: N818 - what the token is
    """Not a compact JWS with a JSON object as header and as claims; the text says what is wrong."""


class Unverified(msgspec.Struct, frozen=True):
    """A token as it reads. Proves nothing."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    text: str

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return self.text.rpartition(".")[0].encode()

    @property
    def signature(self) -> bytes:
        """The signature's bytes."""
        return _unb64(self.text.rpartition(".")[2])


def sign_token(token: Token, key: RSAPrivateKey) -> str:
    """The compact JWS of a record."""
    claims = msgspec.json.encode(token.claims())
    signed = encode_header(token.grant.header) + b"." + b64(claims)
    return (signed + b"." + b64(key.sign(signed, _PADDING, _HASH))).decode()


def parse_token(text: str, limit: int = MAX_UNVERIFIED) -> Unverified:
    """What a token says. `limit`: characters.

    Raises:
        MalformedToken: it is none.
    """
    if len(text) > limit:
        raise MalformedToken(f"is longer than {limit} characters")
    parts = text.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - RFC 7515, 3.1
        raise MalformedToken("does not have three parts")
    if not _COMPACT.fullmatch(text) or any(len(part) % 4 == 1 for part in parts):
        raise MalformedToken("has a part that is not base64url")
    return Unverified(_parse_header(parts[0]), _object(_unb64(parts[1]), "claims that are"), text)


def is_signed_by(token: Unverified, key: RSAPublicKey) -> bool:
    """Whether the RS256 signature is this key's."""
    if token.header.get("alg") != "RS256":
        return False
    try:
        key.verify(token.signature, token.signed, _PADDING, _HASH)
    except InvalidSignature:
        return False
    return True


def b64(raw: bytes) -> bytes:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@lru_cache(maxsize=256)
def encode_header(header: str) -> bytes:
    """A header's JSON as the first part of a token."""
    return b64(header.encode())


@lru_cache(maxsize=256)
def _parse_header(part: str) -> Mapping[str, Any]:
    """The header, which few different tokens have."""
    return _object(_unb64(part), "a header that is")


def _unb64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _object(raw: bytes, what: str) -> Mapping[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        value = None
    if not isinstance(value, dict):
        raise MalformedToken(f"has {what} not a JSON object")
    return value
