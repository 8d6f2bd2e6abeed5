"""Every way of keeping logs, for the tests that hold for each: another ledger joins here."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from emulator.core.facts import Fact, encode_facts
from emulator.core.ids import draw_seed
from emulator.core.journal import Line
from emulator.core.ledger import NOWHERE, Head, Lease, Ledger, Moved, Replaced, Tail
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.ledger.redis import RedisLedger
from emulator.core.ledger.sqlite import SqliteLedger
from emulator.core.state import Entry
from tests.redis_server import shared_server

Open = Callable[[], AbstractAsyncContextManager[Ledger]]


@asynccontextmanager
async def open_memory() -> AsyncIterator[Ledger]:
    """The ledger in memory."""
    yield MemoryLedger()


@asynccontextmanager
async def open_sqlite() -> AsyncIterator[Ledger]:
    """The ledger in a new file."""
    with TemporaryDirectory() as folder:
        ledger = SqliteLedger(Path(folder) / "ledger.db", "0.0")
        await ledger.open()
        yield ledger
        await ledger.close()


@asynccontextmanager
async def open_redis() -> AsyncIterator[Ledger]:
    """The ledger in Redis: a corner of its own in a server that all tests share."""
    url = f"{shared_server().url}?prefix={draw_seed()}:"
    ledger = RedisLedger(url, writer="0.0.0")
    await ledger.open()
    yield ledger
    await ledger.close()


LEDGERS: dict[str, Open] = {"memory": open_memory, "sqlite": open_sqlite, "redis": open_redis}


class Behind:
    """A ledger that does as the one behind it: doubles change what they are about."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.shared = ledger.shared

    async def open(self) -> None:
        """As the ledger behind."""
        await self.ledger.open()

    async def close(self) -> None:
        """As the ledger behind."""
        await self.ledger.close()

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """As the ledger behind."""
        return await self.ledger.read(sandbox, after)

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
        """As the ledger behind."""
        return await self.ledger.append(
            sandbox, expected, facts, claimed=claimed, released=released, lease=lease
        )

    async def trim(self, sandbox: str, head: Head, fact: Fact) -> None:
        """As the ledger behind."""
        await self.ledger.trim(sandbox, head, fact)

    async def drop(self, sandbox: str, *, unused_since: float | None = None) -> bool:
        """As the ledger behind."""
        return await self.ledger.drop(sandbox, unused_since=unused_since)

    async def locate(self, kind: str, value: str) -> str | None:
        """As the ledger behind."""
        return await self.ledger.locate(kind, value)

    async def lease(self, sandbox: str) -> Lease | None:
        """As the ledger behind."""
        return await self.ledger.lease(sandbox)

    async def leases(self) -> Sequence[Lease]:
        """As the ledger behind."""
        return await self.ledger.leases()

    async def count(self) -> int:
        """As the ledger behind."""
        return await self.ledger.count()

    async def touch(self, sandbox: str, at: float) -> None:
        """As the ledger behind."""
        await self.ledger.touch(sandbox, at)

    def line(self, sandbox: str) -> Line | None:
        """As the ledger behind."""
        return self.ledger.line(sandbox)

    async def keep_world(self, digest: str, document: bytes) -> None:
        """As the ledger behind."""
        await self.ledger.keep_world(digest, document)

    async def world(self, digest: str) -> bytes | None:
        """As the ledger behind."""
        return await self.ledger.world(digest)


class MovedOnce(Behind):
    """A ledger on which somebody else is always faster: each append succeeds the second time.

    A decision is so made twice on one state; that both say the same is checked here.
    """

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._first: dict[str, bytes] = {}
        self.moved = 0

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
        """Moved at first, then as the ledger behind; the first fact of a log goes through."""
        said = encode_facts(facts) + repr((claimed, released)).encode()
        if expected != NOWHERE and sandbox not in self._first:
            self._first[sandbox] = said
            self.moved += 1
            return Moved()
        before = self._first.pop(sandbox, said)
        assert said == before, f"decided {before!r} first, then {said!r}"
        return await super().append(
            sandbox, expected, facts, claimed=claimed, released=released, lease=lease
        )
