"""Where logs are kept: one protocol, one file for each way of keeping.

A ledger keeps each sandbox's facts in order, and beside them the directory (which credential or
home name leads to which sandbox), the leases (which sandboxes there are, and since when they lie
idle) and the fixture worlds that the facts name. Log, directory and lease change in one step, so
none is ever ahead of the others.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from emulator.core.facts import Fact
from emulator.core.journal import Line
from emulator.core.state import Entry

# How long a call may wait for a ledger that is busy or away.
PATIENCE_S = 1.0


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


class Lease(NamedTuple):
    """A sandbox's stay. Times are the directory's idle clock's, seconds. `ttl_s` None: it stays.

    `used_at` lags behind where several processes share the ledger: each tells of its use once a
    minute at most.
    """

    sandbox: str
    created_at: float
    used_at: float
    ttl_s: float | None
    first_use: bool


class Unavailable(Exception):  # noqa: N818 - what the ledger is, told to the caller
    """Whether the append took place is not known, or the ledger can't be reached.

    The text, if any, is one sentence for a hint: printable ASCII, no part of any request.
    """


class Unusable(ValueError):  # noqa: N818 - what the ledger is
    """The ledger can't be opened; the text says what to change."""


class Ledger(Protocol):
    """Keeps the logs. Every method but `open` and `close` may raise `Unavailable`.

    `shared`: other processes may write it too, or it outlives this one. Then idle times are told
    to it, and are in Unix seconds.
    """

    shared: bool

    async def open(self) -> None:
        """Begin; a second time changes nothing. One that is asked before begins by itself.

        Raises:
            Unusable: it can't be had, is damaged, or holds another version's facts.
        """
        ...

    async def close(self) -> None:
        """End; nothing is asked after."""
        ...

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
        lease: Lease | None = None,
    ) -> Head | Moved:
        """Append all the facts if the head is still `expected` (NOWHERE: if there is no log yet).

        In the same step, directory entries are released (only where this sandbox holds them), then
        claimed (an entry that another sandbox holds stays its own), and `lease`, which goes with
        the first fact of a log, begins. After a lost answer the ledger itself looks for the tag of
        this append: what is answered holds, and what is not known within a second is Unavailable.
        """
        ...

    async def trim(self, sandbox: str, head: Head, fact: Fact) -> None:
        """Put one fact in the place of all up to `head`, which stays a head to read on from.

        A head before it reads Replaced from now on, or as before as long as the ledger still has
        what is between. Changes nothing when the log does not reach `head` any more.
        """
        ...

    async def drop(self, sandbox: str, *, unused_since: float | None = None) -> bool:
        """Forget a log, its directory entries and its lease; False when there is none.

        `unused_since`: only if nobody has told of a later use.
        """
        ...

    async def locate(self, kind: str, value: str) -> str | None:
        """The sandbox that holds a directory entry."""
        ...

    async def lease(self, sandbox: str) -> Lease | None:
        """The lease of a sandbox; None when there is no log."""
        ...

    async def leases(self) -> Sequence[Lease]:
        """All, in order of creation."""
        ...

    async def count(self) -> int:
        """How many sandboxes there are."""
        ...

    async def touch(self, sandbox: str, at: float) -> None:
        """Tell of a use."""
        ...

    def line(self, sandbox: str) -> Line | None:
        """How processes tell each other of calls; None where there is nobody to tell."""
        ...

    async def keep_world(self, digest: str, document: bytes) -> None:
        """Keep a fixture world for whoever reads a fact that names it; again changes nothing."""
        ...

    async def world(self, digest: str) -> bytes | None:
        """A kept fixture world's document."""
        ...
