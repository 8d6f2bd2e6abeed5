"""Ids and chance: functions of a seed, a label and a count; and the only draws of real bytes."""

import os
from hashlib import blake2b

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
UPPER_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
LOWER_ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789"
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

_DIGEST_BYTES = 32


def draw_seed() -> str:
    """A seed for a sandbox born without one: 32 hex digits, random."""
    return os.urandom(16).hex()


def draw_tag() -> bytes:
    """The tag of one append: 8 random bytes, so that a log is never mistaken for another."""
    return os.urandom(8)


def derive_bytes(seed: str, *parts: object, size: int = _DIGEST_BYTES) -> bytes:
    """`size` bytes (at most 64) that are the same for the same seed and parts, in every process."""
    message = "\0".join(map(str, parts))
    return blake2b(message.encode(), key=_seed_key(seed), digest_size=size).digest()


def derive_text(seed: str, *parts: object, alphabet: str, length: int) -> str:
    """`length` characters of `alphabet`, derived."""
    number = int.from_bytes(derive_bytes(seed, *parts, size=64))
    letters = []
    for _ in range(length):
        number, index = divmod(number, len(alphabet))
        letters.append(alphabet[index])
    return "".join(letters)


def derive_uuid(seed: str, *parts: object, version: int = 4) -> str:
    """A UUID text of the given version, derived."""
    raw = derive_bytes(seed, *parts, size=16).hex()
    variant = "89ab"[int(raw[16], 16) & 3]
    return f"{raw[:8]}-{raw[8:12]}-{version}{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:]}"


def _seed_key(seed: str) -> bytes:
    """Any text as a key: blake2b takes at most 64 bytes."""
    raw = seed.encode()
    return raw if len(raw) <= 64 else blake2b(raw).digest()  # noqa: PLR2004 - blake2b's own limit
