"""Where logs are kept: one protocol, one file for each way of keeping.

A ledger keeps each sandbox's facts in order, and beside them the directory: which credential or
home name leads to which sandbox. Both change in one step, so neither is ever ahead of the other.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from emulator.core.facts import Fact
from emulator.core.state import Entry


class Head(NamedTuple):
    """How far a log has been read: which log it is, how many facts, the tag of the last append."""

    incarnation: bytes
    position: int
    tag: bytes


NOWHERE = Head(b"", 0, b"")  # before the first fact of a log that does not exist yet


class Tail(NamedTuple):
    """The facts after a head, and the head behind them."""

    facts: Sequence[Fact]
    head: Head


class Replaced(NamedTuple):
    """The log is not the one that was read (dropped, created anew, trimmed): start from NOWHERE."""


class Moved(NamedTuple):
    """Somebody appended first: read on and decide again."""


class Unavailable(Exception):  # noqa: N818 - what the ledger is, told to the caller
    """Whether the append took place is not known, or the ledger can't be reached."""


class Ledger(Protocol):
    """Keeps the logs. Every method may raise `Unavailable`."""

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """The facts behind `after`; none and the same head when there are no more."""
        ...

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
    ) -> Head | Moved:
        """Append all the facts if the head is still `expected` (NOWHERE: if there is no log yet).

        In the same step, directory entries are released (only where this sandbox holds them), then
        claimed (an entry that another sandbox holds stays its own).
        """
        ...

    async def drop(self, sandbox: str) -> None:
        """Forget a log and its directory entries."""
        ...

    async def locate(self, kind: str, value: str) -> str | None:
        """The sandbox that holds a directory entry."""
        ...
