"""The ledger in this process's memory: the default, and the fastest. Gone with the process.

The state that folds the facts lives in the same process and is never behind, so of each log only
the last facts are kept.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from emulator.core.facts import Fact
from emulator.core.ids import draw_tag
from emulator.core.ledger import NOWHERE, Head, Moved, Replaced, Tail
from emulator.core.state import Entry

TAIL = 256


class _Log:
    __slots__ = ("facts", "head")

    def __init__(self, tail: int) -> None:
        self.facts: deque[Fact] = deque(maxlen=tail)
        self.head = NOWHERE


class MemoryLedger:
    """Logs by sandbox. `tail`: how many facts of each are kept."""

    def __init__(self, tail: int = TAIL) -> None:
        self._tail = tail
        self._logs: dict[str, _Log] = {}
        self._directory: dict[Entry, str] = {}
        self._entries: dict[str, set[Entry]] = {}

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
    ) -> Head | Moved:
        """Append if the head has not moved."""
        log = self._logs.get(sandbox)
        if (log.head if log else NOWHERE) != expected:
            return Moved()
        if log is None:
            log = self._logs[sandbox] = _Log(self._tail)
        tag = draw_tag()
        log.facts.extend(facts)
        log.head = Head(expected.incarnation or tag, expected.position + len(facts), tag)
        if claimed or released:
            self._move(sandbox, claimed, released)
        return log.head

    async def drop(self, sandbox: str) -> None:
        """Forget a log."""
        self._logs.pop(sandbox, None)
        for entry in self._entries.pop(sandbox, ()):
            del self._directory[entry]

    async def locate(self, kind: str, value: str) -> str | None:
        """The sandbox that holds an entry."""
        return self._directory.get((kind, value))

    def _move(self, sandbox: str, claimed: Sequence[Entry], released: Sequence[Entry]) -> None:
        held = self._entries.setdefault(sandbox, set())
        for entry in released:
            if self._directory.get(entry) == sandbox:
                del self._directory[entry]
                held.discard(entry)
        for entry in claimed:
            if self._directory.setdefault(entry, sandbox) == sandbox:
                held.add(entry)
