"""The ledger in this process's memory: the default, and the fastest. Gone with the process.

The state that folds the facts lives in the same process and is never behind, so of each log only
the last facts are kept.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from emulator.core.facts import Fact
from emulator.core.ids import draw_tag
from emulator.core.ledger import NOWHERE, Head, Lease, Moved, Replaced, Tail
from emulator.core.state import Entry

TAIL = 256


class _Log:
    __slots__ = ("facts", "head", "lease")

    def __init__(self, tail: int, lease: Lease) -> None:
        self.facts: deque[Fact] = deque(maxlen=tail)
        self.head = NOWHERE
        self.lease = lease


class MemoryLedger:
    """Logs by sandbox. `tail`: how many facts of each are kept."""

    shared = False

    def __init__(self, tail: int = TAIL) -> None:
        self._tail = tail
        self._logs: dict[str, _Log] = {}
        self._directory: dict[Entry, str] = {}
        self._entries: dict[str, set[Entry]] = {}

    async def open(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """The facts behind `after`."""
        log = self._logs.get(sandbox)
        if log is None:
            return Tail((), NOWHERE) if after == NOWHERE else Replaced()
        if log.head == after:
            return Tail((), after)
        behind = log.head.position - after.position
        stranger = after != NOWHERE and after.incarnation != log.head.incarnation
        if stranger or not 0 < behind <= len(log.facts):
            return Replaced()
        return Tail(tuple(islice(log.facts, len(log.facts) - behind, None)), log.head)

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
        """Append if the head has not moved."""
        log = self._logs.get(sandbox)
        if (log.head if log else NOWHERE) != expected:
            return Moved()
        if log is None:
            lease = lease or Lease(sandbox, 0.0, 0.0, None, first_use=False)
            log = self._logs[sandbox] = _Log(self._tail, lease)
        tag = draw_tag()
        log.facts.extend(facts)
        log.head = Head(expected.incarnation or tag, expected.position + len(facts), tag)
        if claimed or released:
            self._move(sandbox, claimed, released)
        return log.head

    async def trim(self, sandbox: str, head: Head, fact: Fact) -> None:
        """Nothing to do: the tail is bounded as it is."""

    async def drop(self, sandbox: str, *, unused_since: float | None = None) -> bool:
        """Forget a log."""
        log = self._logs.get(sandbox)
        if log is None or (unused_since is not None and log.lease.used_at > unused_since):
            return False
        del self._logs[sandbox]
        for entry in self._entries.pop(sandbox, ()):
            del self._directory[entry]
        return True

    async def locate(self, kind: str, value: str) -> str | None:
        """The sandbox that holds an entry."""
        return self._directory.get((kind, value))

    async def lease(self, sandbox: str) -> Lease | None:
        """The lease of a sandbox."""
        log = self._logs.get(sandbox)
        return None if log is None else log.lease

    async def leases(self) -> Sequence[Lease]:
        """All, in order of creation."""
        return [log.lease for log in self._logs.values()]

    async def count(self) -> int:
        """How many there are."""
        return len(self._logs)

    async def touch(self, sandbox: str, at: float) -> None:
        """Note a use."""
        log = self._logs.get(sandbox)
        if log is not None:
            log.lease = log.lease._replace(used_at=max(at, log.lease.used_at))

    def line(self, sandbox: str) -> None:
        """Nobody is told."""

    async def keep_world(self, digest: str, document: bytes) -> None:
        """Nothing to do: this process knows every world that its facts name."""

    async def world(self, digest: str) -> bytes | None:  # noqa: ARG002 - as the protocol has it
        """None is kept."""
        return None

    def _move(self, sandbox: str, claimed: Sequence[Entry], released: Sequence[Entry]) -> None:
        held = self._entries.setdefault(sandbox, set())
        for entry in released:
            if self._directory.get(entry) == sandbox:
                del self._directory[entry]
                held.discard(entry)
        for entry in claimed:
            if self._directory.setdefault(entry, sandbox) == sandbox:
                held.add(entry)
