"""What workers on one file tell each other of calls."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from emulator.core.facts import IdsDrawn
from emulator.core.journal import Budget, CallRecord, Journal, Message
from emulator.core.ledger import NOWHERE
from emulator.core.ledger.calls import CAP, CallLine
from emulator.core.ledger.sqlite import SqliteLedger

pytestmark = pytest.mark.anyio

Workers = tuple[SqliteLedger, SqliteLedger]


@pytest.fixture
async def workers(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Workers]:
    """Two on one file, in which there is a sandbox."""
    assert anyio_backend
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(2):
            ledger = SqliteLedger(tmp_path / "ledger.db", "1.2.3", has_workers=True)
            await ledger.open()
            stack.push_async_callback(ledger.close)
            made.append(ledger)
        await made[0].append("s1", NOWHERE, [IdsDrawn(1.0, {})])
        yield made[0], made[1]


def journals(workers: Workers) -> tuple[Journal, Journal]:
    """One sandbox's journal in each."""
    one, other = (Journal(Budget(1 << 22), worker.line("s1")) for worker in workers)
    return one, other


def end(journal: Journal, operation: str) -> None:
    """A call comes and goes."""
    number = journal.open()
    told = Message({})
    record = CallRecord(
        f"call_{number}", 1.0, "in", "toy", operation, "s1", 200, 1.0, None, None, told, told
    )
    journal.close(number, record)


def operations(journal: Journal) -> list[str | None]:
    """Of its calls, the newest first."""
    return [record.operation for record in reversed(journal)]


async def test_calls_are_heard_by_all_in_one_order(workers: Workers) -> None:
    """Whoever served a call, all have it, with an id that is nobody else's."""
    one, other = journals(workers)
    end(one, "a")
    assert await one.catch_up()
    end(other, "b")
    end(other, "c")
    assert await other.catch_up()
    assert await one.catch_up()
    assert operations(one) == operations(other) == ["c", "b", "a"]
    assert len({record.id for record in reversed(one)}) == 3
    (first, *_) = reversed(one)
    assert other.get(first.id) == first


async def test_what_nobody_asks_for_is_told_all_the_same(workers: Workers) -> None:
    """A call is told a moment after it ended, though nobody looks at this process's journal."""
    one, other = journals(workers)
    end(one, "a")
    assert isinstance(one._line, CallLine)
    assert one._line._sending is not None
    await one._line._sending
    assert await other.catch_up()
    assert operations(other) == ["a"]


async def test_clearing_is_for_all(workers: Workers) -> None:
    """Calls that one worker forgets no other shows."""
    one, other = journals(workers)
    end(one, "a")
    await one.catch_up()
    other.clear()
    await other.catch_up()
    end(one, "b")
    for journal in (one, other):
        await journal.catch_up()
        assert operations(journal) == ["b"]


async def test_who_comes_late_knows_that_calls_are_missing(workers: Workers) -> None:
    """The file keeps the last ones; to who did not hear the others that is known."""
    one, other = journals(workers)
    for number in range(CAP + 7):
        end(one, str(number))
        if number % 100 == 0:
            await one.catch_up()
    assert await one.catch_up()
    assert len(one) == CAP + 7
    assert not await other.catch_up()
    assert len(other) == CAP
    end(one, "last")
    await one.catch_up()
    assert await other.catch_up()


async def test_a_dropped_sandbox_has_no_calls(workers: Workers) -> None:
    """Nor are calls told of a sandbox that is not there; made anew it begins with none."""
    one, other = journals(workers)
    end(one, "a")
    await one.catch_up()
    await workers[1].drop("s1")
    end(one, "b")
    await one.catch_up()
    await other.catch_up()
    assert len(other) == 0
    await workers[1].append("s1", NOWHERE, [IdsDrawn(1.0, {})])
    _, anew = journals(workers)
    assert await anew.catch_up()
    assert len(anew) == 0


async def test_a_worker_alone_tells_nobody(tmp_path: Path) -> None:
    """One process on a file keeps its calls to itself."""
    ledger = SqliteLedger(tmp_path / "ledger.db", "1.2.3")
    assert ledger.line("s1") is None


async def test_a_dropped_sandbox_leaves_no_calls_in_the_file(workers: Workers) -> None:
    """They go with it, and not with another."""
    worker = workers[0]
    await worker.append("s2", NOWHERE, [IdsDrawn(1.0, {})])
    for name in ("s1", "s2"):
        line = worker.line(name)
        assert line is not None
        line.tell(1, b"{}")
        await line.hear()
    await worker.drop("s1")
    assert worker._file.run("SELECT count(*) FROM calls") == [(1,)]
