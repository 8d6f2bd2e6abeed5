"""The texts of tokens with a defect: RS256 as ever, and what was done to it then."""

import hashlib
import hmac
from collections.abc import Callable, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from emulator.core.ids import BASE62, derive_text
from emulator.core.jwt import b64, encode_header, parse_token, sign_token
from emulator.core.tokens import PADDING, Token

TEN_YEARS_S = 315_360_000


def write_defective(token: Token, key: RSAPrivateKey) -> str:
    """The text of a JWT with a defect."""
    write = _WRITERS.get(token.grant.defect)
    return sign_token(token, key) if write is None else write(token, key)


def write_opaque(token: Token) -> str:
    """The text of a token that is no JWT, with its defect."""
    text = token.opaque_text()
    match token.grant.defect:
        case "tampered":
            return text[:-1] + ("0" if text[-1] != "0" else "1")
        case "truncated":
            return text[: len(text) // 2]
        case "oversized":
            return text + PADDING + PADDING
        case "foreign":
            other = derive_text(token.jti, "foreign", alphabet=BASE62, length=len(token.jti))
            return text.replace(token.jti, other)
    return text


def _break_signature(token: Token, key: RSAPrivateKey) -> str:
    text = sign_token(token, key)
    signature = bytearray(parse_token(text, len(text)).signature)
    signature[-1] ^= 1
    return f"{text.rpartition('.')[0]}.{b64(bytes(signature)).decode()}"


def _tamper(token: Token, key: RSAPrivateKey) -> str:
    """With an end that somebody put off."""
    header, _, signature = sign_token(token, key).split(".")
    claims = {**token.claims(), "exp": token.expires_at + TEN_YEARS_S}
    return f"{header}.{b64(msgspec.json.encode(claims)).decode()}.{signature}"


def _truncate(token: Token, key: RSAPrivateKey) -> str:
    """Up to the middle of its claims."""
    header, claims, _ = sign_token(token, key).split(".")
    return f"{header}.{claims[: len(claims) // 2]}"


def _leave_unsigned(token: Token, _: RSAPrivateKey) -> str:
    return f"{_signing_input(token).decode()}."


def _confuse(token: Token, key: RSAPrivateKey) -> str:
    """What a verifier takes that lets the token choose HS256: its PEM file is the secret."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - 10 ms of a start
        Encoding,
        PublicFormat,
    )

    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = _signing_input(token)
    return (signed + b"." + b64(hmac.digest(pem, signed, hashlib.sha256))).decode()


def _signing_input(token: Token) -> bytes:
    return encode_header(token.grant.header) + b"." + b64(msgspec.json.encode(token.claims()))


_WRITERS: Mapping[str, Callable[[Token, RSAPrivateKey], str]] = {
    "bad_signature": _break_signature,
    "tampered": _tamper,
    "truncated": _truncate,
    "alg_none": _leave_unsigned,
    "hs256_confusion": _confuse,
}
