"""Every way of keeping logs, for the tests that hold for each: another ledger joins here."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from emulator.core.facts import Fact, encode_facts
from emulator.core.ledger import NOWHERE, Head, Ledger, Moved, Replaced, Tail
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.state import Entry

Open = Callable[[], AbstractAsyncContextManager[Ledger]]


@asynccontextmanager
async def open_memory() -> AsyncIterator[Ledger]:
    """The ledger in memory."""
    yield MemoryLedger()


LEDGERS: dict[str, Open] = {"memory": open_memory}


class MovedOnce:
    """A ledger on which somebody else is always faster: each append succeeds the second time.

    A decision is so made twice on one state; that both say the same is checked here.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._first: dict[str, bytes] = {}
        self.moved = 0

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """As the ledger behind."""
        return await self._ledger.read(sandbox, after)

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
    ) -> Head | Moved:
        """Moved at first, then as the ledger behind; the first fact of a log goes through."""
        said = encode_facts(facts) + repr((claimed, released)).encode()
        if expected != NOWHERE and sandbox not in self._first:
            self._first[sandbox] = said
            self.moved += 1
            return Moved()
        before = self._first.pop(sandbox, said)
        assert said == before, f"decided {before!r} first, then {said!r}"
        return await self._ledger.append(
            sandbox, expected, facts, claimed=claimed, released=released
        )

    async def drop(self, sandbox: str) -> None:
        """As the ledger behind."""
        await self._ledger.drop(sandbox)

    async def locate(self, kind: str, value: str) -> str | None:
        """As the ledger behind."""
        return await self._ledger.locate(kind, value)
