"""Why a signature does not hold: the likely mistakes are tried until one gives the same digest."""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from emulator.providers.zerohash import hints
from emulator.providers.zerohash.signature import Mode, Signed
from emulator.providers.zerohash.signature.messages import (
    accepted_bodies,
    millisecond_messages,
    wrong_messages,
)
from emulator.signing import decode_secret

# A larger request is not searched: a search costs some thousand digests.
SEARCHED_BYTES = 4096

_DIGEST_BYTES = 32


class Suspects(msgspec.Struct, frozen=True):
    """What a client may have signed with: its own key's parts, and other keys' secrets."""

    secret: str
    passphrase: str
    api_key: str
    others: tuple[str, ...] = ()


class Mistake(NamedTuple):
    """What went wrong, in sentences. `message`: what the client signed, where that is known."""

    about: str
    message: bytes


def find_mistake(
    signed: Signed,
    suspects: Suspects,
    presented: str,
    *,
    mode: Mode = "lenient",
    bases: Sequence[str] = (),
) -> Mistake | None:
    """The likely mistakes that together yield the presented signature.

    `bases`: what may stand before the route where a client signs a whole URL.
    """
    readings = _read(presented)
    if readings and len(signed.body) + len(signed.route) <= SEARCHED_BYTES:
        for key, about_key, messages in _searches(signed, suspects, mode, bases):
            for message, about_message in messages:
                about_text = readings.get(hmac.digest(key, message, "sha256"))
                if about_text is not None:
                    about = hints.join(*filter(None, (about_text, about_key, about_message)))
                    return Mistake(about, message)
    return None


def _searches(
    signed: Signed, suspects: Suspects, mode: Mode, bases: Sequence[str]
) -> Iterator[tuple[bytes, str, Iterator[tuple[bytes, str]]]]:
    """Keys with the messages to try under each, the right key first."""
    right = [(signed.message(body), "") for body in accepted_bodies(signed, mode)]
    kept: list[tuple[bytes, str]] = []
    messages = chain(right, wrong_messages(signed, mode, bases))
    yield decode_secret(suspects.secret), "", _keep(kept, messages)
    for key, about_key in _wrong_keys(suspects):
        yield key, about_key, iter(kept)
    for secret in suspects.others:
        yield decode_secret(secret), "Signed with another API key's private key.", iter(right)
    yield decode_secret(suspects.secret), "", millisecond_messages(signed)


def _keep(
    kept: list[tuple[bytes, str]], messages: Iterator[tuple[bytes, str]]
) -> Iterator[tuple[bytes, str]]:
    """The messages one by one, kept for the other keys."""
    for message in messages:
        kept.append(message)
        yield message


def _wrong_keys(suspects: Suspects) -> Iterator[tuple[bytes, str]]:
    yield (
        suspects.secret.encode(),
        "The private key was not base64-decoded before the HMAC: decode it, then sign.",
    )
    yield suspects.passphrase.encode(), "Signed with the passphrase: the private key signs."
    yield suspects.api_key.encode(), "Signed with the public key: the private key signs."
    yield (
        decode_secret(suspects.secret).hex().encode(),
        "Signed with the private key's hex: its decoded bytes are the key.",
    )


def _read(presented: str) -> Mapping[bytes, str]:
    """The digests that the header may stand for, each with what is wrong with its spelling."""
    readings: dict[bytes, str] = {}
    for raw, what in _spellings(presented):
        if len(raw) == _DIGEST_BYTES:
            readings.setdefault(raw, what)
    return readings


def _spellings(presented: str) -> Iterator[tuple[bytes, str]]:
    plain = _unb64(presented)
    yield plain, ""
    if re.fullmatch(r"[0-9a-fA-F]{64}", presented):
        yield bytes.fromhex(presented), "The digest was sent as hex: send it as base64."
    if re.fullmatch(rb"[0-9a-fA-F]{64}", plain):
        yield (
            bytes.fromhex(plain.decode()),
            "The hex of the digest was base64-encoded: encode the digest's bytes.",
        )
    unwrapped = re.fullmatch(r"b?(['\"])(.*)\1", presented)
    if unwrapped:
        yield (
            _unb64(unwrapped[2]),
            "The signature was sent in quotes, as Python shows bytes: send the text alone.",
        )
    if "%" in presented:
        yield _unb64(unquote(presented)), "The signature was URL-encoded: a header needs none."
    standard = presented.translate(str.maketrans("-_", "+/"))
    padded = standard + "=" * (-len(standard) % 4)
    if standard != presented:
        yield (
            _unb64(padded),
            "The digest was sent as URL-safe base64: use the standard alphabet, with padding.",
        )
    yield _unb64(padded), "The base64 of the digest lacks its padding."


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[A-Za-z0-9+/]{43}="), ""),
    (
        re.compile(r"[0-9a-fA-F]{64}"),
        "The signature is hex: send base64. The signed message or the key differs too.",
    ),
    (
        re.compile(r"[A-Za-z0-9+/]{27}=|[0-9a-fA-F]{40}"),
        "The signature has the length of a SHA-1 digest: use SHA-256.",
    ),
    (
        re.compile(r"[A-Za-z0-9+/]{86}==|[0-9a-fA-F]{128}"),
        "The signature has the length of a SHA-512 digest: use SHA-256.",
    ),
)


def tell_shape(presented: str) -> str | None:
    """What its form alone tells."""
    for pattern, what in _SHAPES:
        if pattern.fullmatch(presented):
            return what or None
    return "The signature is no base64 of 32 bytes: HMAC-SHA256 gives 44 characters."
