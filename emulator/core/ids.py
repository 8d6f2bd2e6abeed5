"""Ids and chance: functions of a seed, a label and a count; and the only draws of real bytes."""

import os
from functools import lru_cache
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
    hasher = _keyed(seed, size).copy()
    hasher.update("\0".join(map(str, parts)).encode())
    return hasher.digest()


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


def derive_chance(seed: str, *parts: object) -> float:
    """A number from 0 up to 1, derived."""
    return int.from_bytes(derive_bytes(seed, *parts, size=8)) / 2**64


@lru_cache(maxsize=256)
def _keyed(seed: str, size: int) -> blake2b:
    """A hash that has taken its key in, to copy. Any text is a key: blake2b takes 64 bytes."""
    raw = seed.encode()
    key = raw if len(raw) <= 64 else blake2b(raw).digest()  # noqa: PLR2004 - blake2b's own limit
    return blake2b(key=key, digest_size=size)
