"""Facts as bytes for ledgers outside this process: sealed, so that damage is seen and told.

A seal is the CRC-32 of the JSON behind it, four bytes, big-endian.
"""

import zlib
from collections.abc import Sequence

import msgspec

from emulator.core.facts import VERSION, Fact, decode_facts, encode_facts
from emulator.core.ledger import Unavailable, Unusable

_SEAL_BYTES = 4


def seal_facts(facts: Sequence[Fact]) -> bytes:
    """The facts of one append."""
    return seal(encode_facts(facts))


def unseal_facts(sealed: object) -> list[Fact]:
    """The facts of `seal_facts`.

    Raises:
        Unavailable: they are damaged, or of a version that this one does not read.
    """
    raw = unseal(sealed)
    try:
        return decode_facts(raw)
    except msgspec.DecodeError:
        raise Unavailable(
            "The sandbox's log holds facts that this version of the emulator does not know."
        ) from None


def seal(raw: bytes) -> bytes:
    """Bytes with their checksum in front."""
    return zlib.crc32(raw).to_bytes(_SEAL_BYTES) + raw


def unseal(sealed: object) -> bytes:
    """The bytes of `seal`.

    Raises:
        Unavailable: they are damaged.
    """
    raw = sealed[_SEAL_BYTES:] if isinstance(sealed, bytes) else b""
    if seal(raw) != sealed:
        raise Unavailable("The sandbox's log is damaged in the ledger.")
    return raw


def check_version(place: str, found: int, writer: str) -> None:
    """Whether facts of that version, written by that release, can be read here.

    Raises:
        Unusable: they can't.
    """
    if found != VERSION:
        raise Unusable(
            f"{place} holds facts of version {found}, this release reads version {VERSION}: "
            f"token-emulator {writer}, which wrote it, can read it; or set EMULATOR_LEDGER to "
            "another place"
        )
