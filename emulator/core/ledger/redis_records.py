"""What the ledger in Redis writes besides facts: heads, leases; and how a log is put together."""

from collections.abc import Iterable, Sequence

import msgspec

from emulator.core.facts import VERSION, Fact
from emulator.core.ledger import NOWHERE, Head, Lease, Tail, Unavailable
from emulator.core.ledger.sealing import unseal_facts

Entry = tuple[bytes, Sequence[bytes]]  # a stream's: position-0, (t, tag, f, facts)


class _Begun(msgspec.Struct, frozen=True, array_like=True):
    created_at: float
    used_at: float
    ttl_s: float | None
    first_use: bool


def pack_head(head: Head) -> bytes:
    """`1 17 <incarnation> <tag>`: the facts' version first; nothing for NOWHERE."""
    if head == NOWHERE:
        return b""
    words = (VERSION, head.position, head.incarnation.hex(), head.tag.hex())
    return " ".join(map(str, words)).encode()


def unpack_head(packed: bytes) -> Head:
    """The head of `pack_head`.

    Raises:
        Unavailable: another version wrote it, or nobody that we know.
    """
    version, *rest = packed.split(b" ")
    if version.isdigit() and int(version) != VERSION:
        raise Unavailable(
            f"The sandbox's log was written by a release that writes facts of version "
            f"{int(version)}, this one reads version {VERSION}."
        )
    try:
        position, incarnation, tag = map(bytes.decode, rest)
        return Head(bytes.fromhex(incarnation), int(position), bytes.fromhex(tag))
    except ValueError:
        raise Unavailable("The head of the sandbox's log in Redis is damaged.") from None


def pack_lease(lease: Lease) -> bytes:
    """A lease without the sandbox's name."""
    return msgspec.json.encode(_Begun(*lease[1:]))


def unpack_lease(sandbox: str, packed: bytes, used_at: bytes | None) -> Lease:
    """The lease of `pack_lease`, with the last use that was told.

    Raises:
        Unavailable: it is damaged.
    """
    try:
        begun = msgspec.json.decode(packed, type=_Begun)
    except ValueError:  # a DecodeError of msgspec's is one, and so is what is no UTF-8
        raise Unavailable(f"The lease of {sandbox} in Redis is damaged: DELETE it.") from None
    used = begun.used_at if used_at is None else float(used_at)
    return Lease(sandbox, begun.created_at, used, begun.ttl_s, begun.first_use)


def read_tail(head: Head, after: Head, kept: Sequence[bytes], logged: Iterable[Entry]) -> Tail:
    """The facts between two heads. `kept`: position and facts of the snapshot, where one leads.

    Raises:
        Unavailable: some are missing, damaged, or of another version.
    """
    facts: list[Fact] = []
    position = after.position
    if kept:
        position = int(kept[0])
        facts += unseal_facts(kept[1])
    for name, fields in logged:
        more = unseal_facts(fields[3] if len(fields) > 3 else None)  # noqa: PLR2004 - t, tag, f, facts
        position += len(more)
        if name != b"%d-0" % position:
            break
        facts += more
    if position != head.position:
        raise Unavailable("The sandbox's log in Redis has a gap: part of it was lost or evicted.")
    return Tail(tuple(facts), head)
