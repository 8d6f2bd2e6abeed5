"""What every ledger has to hold, run over each of tests.ledgers.LEDGERS."""

from collections.abc import AsyncIterator

import pytest

from emulator.core.facts import Fact, IdsDrawn
from emulator.core.ledger import NOWHERE, Head, Lease, Ledger, Moved, Replaced, Tail
from emulator.core.ledger.memory import MemoryLedger
from tests.core.test_facts import LOG
from tests.ledgers import LEDGERS

pytestmark = pytest.mark.anyio

ANN = ("toy.shops", "ANN")
BOB = ("toy.shops", "BOB")


@pytest.fixture(params=LEDGERS)
async def ledger(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Ledger]:
    """An empty ledger of each kind."""
    assert anyio_backend
    async with LEDGERS[request.param]() as opened:
        yield opened


def fact(number: int) -> Fact:
    """A fact that can be told from others."""
    return IdsDrawn(float(number), {"n": number})


async def extend(ledger: Ledger, at: Head, *numbers: int, sandbox: str = "s1") -> Head:
    """Append facts that have to go through."""
    head = await ledger.append(sandbox, at, [fact(number) for number in numbers])
    assert isinstance(head, Head)
    return head


async def tail(ledger: Ledger, after: Head, sandbox: str = "s1") -> Tail:
    """A read that has to go through."""
    found = await ledger.read(sandbox, after)
    assert isinstance(found, Tail)
    return found


async def test_a_log_that_is_not_there_is_nowhere(ledger: Ledger) -> None:
    """Reading nothing from the beginning is nothing, still at the beginning."""
    assert await ledger.read("s1", NOWHERE) == Tail((), NOWHERE)


async def test_facts_come_back_in_order(ledger: Ledger) -> None:
    """What was appended is read, equal and in order, from any head on."""
    first = await extend(ledger, NOWHERE, 1, 2)
    second = await extend(ledger, first, 3)
    third = await extend(ledger, second, 4, 5)
    for after, numbers in ((NOWHERE, (1, 2, 3, 4, 5)), (first, (3, 4, 5)), (second, (4, 5))):
        found = await tail(ledger, after)
        assert list(found.facts) == [fact(number) for number in numbers]
        assert found.head == third


async def test_every_fact_is_kept_as_it_is(ledger: Ledger) -> None:
    """Each kind of fact comes back equal."""
    head = await ledger.append("s1", NOWHERE, LOG)
    found = await tail(ledger, NOWHERE)
    assert tuple(found.facts) == LOG
    assert found.head == head


async def test_at_the_head_there_is_nothing_more(ledger: Ledger) -> None:
    """Reading from the head on gives no facts and the same head."""
    head = await extend(ledger, NOWHERE, 1)
    assert await ledger.read("s1", head) == Tail((), head)


async def test_a_head_says_how_far(ledger: Ledger) -> None:
    """Position counts facts, the incarnation stays, the tag is fresh for each append."""
    first = await extend(ledger, NOWHERE, 1, 2)
    second = await extend(ledger, first, 3)
    assert (first.position, second.position) == (2, 3)
    assert first.incarnation == second.incarnation != b""
    assert len({NOWHERE.tag, first.tag, second.tag}) == 3


async def test_append_on_a_moved_head_is_refused(ledger: Ledger) -> None:
    """Who did not read to the end may not append, and leaves no trace."""
    first = await extend(ledger, NOWHERE, 1)
    second = await extend(ledger, first, 2)
    for stale in (NOWHERE, first, second._replace(tag=b"other"), second._replace(position=1)):
        moved = await ledger.append("s1", stale, [fact(9)], claimed=[ANN], released=[ANN])
        assert moved == Moved()
    assert await tail(ledger, NOWHERE) == Tail((fact(1), fact(2)), second)
    assert await ledger.locate(*ANN) is None


async def test_nowhere_appends_only_where_there_is_no_log(ledger: Ledger) -> None:
    """Of two who begin a log one wins; a head of a log that is not there is moved."""
    head = await extend(ledger, NOWHERE, 1)
    assert await ledger.append("s1", NOWHERE, [fact(2)]) == Moved()
    assert await ledger.append("s2", head, [fact(2)]) == Moved()
    assert await ledger.read("s2", NOWHERE) == Tail((), NOWHERE)


async def test_logs_are_apart(ledger: Ledger) -> None:
    """What one sandbox appends no other reads, and its head is no other's."""
    one = await extend(ledger, NOWHERE, 1)
    other = await extend(ledger, NOWHERE, 2, sandbox="s2")
    assert one.incarnation != other.incarnation
    assert list((await tail(ledger, NOWHERE)).facts) == [fact(1)]
    assert list((await tail(ledger, NOWHERE, "s2")).facts) == [fact(2)]
    assert await ledger.read("s2", one) == Replaced()


async def test_a_dropped_log_is_replaced(ledger: Ledger) -> None:
    """After a drop an old head reads Replaced and appends Moved; from nowhere there is nothing."""
    head = await extend(ledger, NOWHERE, 1)
    await ledger.drop("s1")
    assert await ledger.read("s1", head) == Replaced()
    assert await ledger.append("s1", head, [fact(2)]) == Moved()
    assert await ledger.read("s1", NOWHERE) == Tail((), NOWHERE)
    await ledger.drop("s1")


async def test_a_log_made_anew_is_not_taken_for_the_old_one(ledger: Ledger) -> None:
    """The same facts again are another log: old heads don't fit, wherever they point."""
    first = await extend(ledger, NOWHERE, 1)
    second = await extend(ledger, first, 2)
    await ledger.drop("s1")
    await extend(ledger, await extend(ledger, NOWHERE, 1), 2, 3)
    for old in (first, second):
        assert await ledger.read("s1", old) == Replaced()
        assert await ledger.append("s1", old, [fact(9)]) == Moved()
    assert len((await tail(ledger, NOWHERE)).facts) == 3


async def test_a_head_from_the_future_is_replaced(ledger: Ledger) -> None:
    """A head behind the end, or with another tag at the end, is of no log that is here."""
    head = await extend(ledger, NOWHERE, 1)
    assert await ledger.read("s1", head._replace(position=5)) == Replaced()
    assert await ledger.read("s1", head._replace(tag=b"other")) == Replaced()


async def test_the_first_holder_of_an_entry_wins(ledger: Ledger) -> None:
    """A claim on what another holds is no error and changes nothing."""
    assert await ledger.locate(*ANN) is None
    await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN])
    await ledger.append("s2", NOWHERE, [fact(1)], claimed=[ANN, BOB])
    assert await ledger.locate(*ANN) == "s1"
    assert await ledger.locate(*BOB) == "s2"
    assert await ledger.locate("toy.items", "ANN") is None


async def test_only_the_holder_releases(ledger: Ledger) -> None:
    """Releasing what another holds changes nothing; releasing one's own frees it for others."""
    one = await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN])
    other = await ledger.append("s2", NOWHERE, [fact(1)], released=[ANN])
    assert isinstance(one, Head)
    assert isinstance(other, Head)
    assert await ledger.locate(*ANN) == "s1"
    await ledger.append("s1", one, [fact(2)], released=[ANN, BOB])
    assert await ledger.locate(*ANN) is None
    await ledger.append("s2", other, [fact(2)], claimed=[ANN])
    assert await ledger.locate(*ANN) == "s2"


async def test_releases_come_before_claims(ledger: Ledger) -> None:
    """An entry released and claimed in one step is held."""
    head = await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN])
    assert isinstance(head, Head)
    await ledger.append("s1", head, [fact(2)], claimed=[ANN], released=[ANN])
    assert await ledger.locate(*ANN) == "s1"


async def test_a_dropped_sandbox_lets_its_entries_go(ledger: Ledger) -> None:
    """A drop releases what the sandbox held, and not what it only asked for."""
    await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN])
    await ledger.append("s2", NOWHERE, [fact(1)], claimed=[ANN, BOB])
    await ledger.drop("s2")
    assert await ledger.locate(*ANN) == "s1"
    assert await ledger.locate(*BOB) is None
    await ledger.drop("s1")
    assert await ledger.locate(*ANN) is None


async def test_a_lease_comes_and_goes_with_its_log(ledger: Ledger) -> None:
    """Leases are listed in order of creation as they were given, each for as long as its log."""
    leases = [
        Lease("s2", 5.0, 5.0, None, first_use=False),
        Lease("s1", 6.0, 6.5, 60.0, first_use=True),
    ]
    for lease in leases:
        await ledger.append(lease.sandbox, NOWHERE, [fact(1)], lease=lease)
    assert list(await ledger.leases()) == leases
    assert await ledger.lease("s1") == leases[1]
    assert await ledger.count() == 2
    late = Lease("s1", 9.0, 9.0, None, first_use=False)
    assert await ledger.append("s1", NOWHERE, [fact(1)], lease=late) == Moved()
    assert await ledger.lease("s1") == leases[1]
    assert await ledger.drop("s1")
    assert await ledger.lease("s1") is None
    assert list(await ledger.leases()) == leases[:1]
    assert not await ledger.drop("s1")


async def test_use_is_noted_and_never_goes_back(ledger: Ledger) -> None:
    """The latest use counts, whoever tells of it later; nobody uses what is not there."""
    lease = Lease("s1", 1.0, 1.0, 60.0, first_use=True)
    await ledger.append("s1", NOWHERE, [fact(1)], lease=lease)
    await ledger.touch("s1", 70.0)
    await ledger.touch("s1", 50.0)
    await ledger.touch("s2", 50.0)
    assert await ledger.lease("s1") == lease._replace(used_at=70.0)
    assert await ledger.count() == 1


async def test_what_was_used_meanwhile_is_not_dropped(ledger: Ledger) -> None:
    """A drop of what lies idle since a moment leaves alone what was used after it."""
    lease = Lease("s1", 1.0, 1.0, 60.0, first_use=True)
    head = await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN], lease=lease)
    assert isinstance(head, Head)
    await ledger.touch("s1", 70.0)
    assert not await ledger.drop("s1", unused_since=69.0)
    assert await ledger.locate(*ANN) == "s1"
    assert await ledger.read("s1", head) == Tail((), head)
    assert await ledger.drop("s1", unused_since=70.0)
    assert await ledger.read("s1", head) == Replaced()


@pytest.fixture(params=[name for name in LEDGERS if name != "memory"])
async def shared(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Ledger]:
    """An empty ledger of each kind that outlives a process."""
    assert anyio_backend
    async with LEDGERS[request.param]() as opened:
        assert opened.shared
        yield opened


async def test_a_trimmed_log_begins_with_what_says_it_all(shared: Ledger) -> None:
    """One fact stands for all up to a head; who was there or further reads on.

    Who is behind begins anew, unless the ledger still has what is between.
    """
    first = await extend(shared, NOWHERE, 1, 2)
    second = await extend(shared, first, 3)
    third = await extend(shared, second, 4)
    await shared.trim("s1", second, fact(9))
    assert await shared.read("s1", NOWHERE) == Tail((fact(9), fact(4)), third)
    assert await shared.read("s1", second) == Tail((fact(4),), third)
    assert await shared.read("s1", third) == Tail((), third)
    between = Tail((fact(3), fact(4)), third)
    assert await shared.read("s1", first) in (Replaced(), between)
    fourth = await extend(shared, third, 5)
    assert fourth.position == 5
    await shared.trim("s1", fourth, fact(10))
    assert await shared.read("s1", NOWHERE) == Tail((fact(10),), fourth)
    assert await tail(shared, await extend(shared, fourth, 6)) == Tail(
        (), (await tail(shared, NOWHERE)).head
    )


async def test_only_what_is_there_is_trimmed(shared: Ledger) -> None:
    """A head of another log, of one that is gone or trimmed further, trims nothing."""
    old = await extend(shared, NOWHERE, 1)
    await shared.drop("s1")
    await shared.trim("s1", old, fact(9))
    assert await shared.read("s1", NOWHERE) == Tail((), NOWHERE)
    first = await extend(shared, NOWHERE, 1)
    second = await extend(shared, first, 2)
    await shared.trim("s1", old, fact(9))
    await shared.trim("s1", second._replace(tag=b"other"), fact(9))
    assert await shared.read("s1", NOWHERE) == Tail((fact(1), fact(2)), second)
    await shared.trim("s1", second, fact(8))
    await shared.trim("s1", first, fact(9))
    assert await shared.read("s1", NOWHERE) == Tail((fact(8),), second)


async def test_a_world_is_kept(shared: Ledger) -> None:
    """A world is found by its digest; keeping it again changes nothing."""
    assert await shared.world("d1") is None
    await shared.keep_world("d1", b"{}")
    await shared.keep_world("d1", b"{}")
    assert await shared.world("d1") == b"{}"


async def test_memory_keeps_only_the_end_of_a_log() -> None:
    """In memory the facts before the tail are gone: who is further behind reads Replaced."""
    ledger = MemoryLedger(tail=3)
    first = await extend(ledger, NOWHERE, 1)
    second = await extend(ledger, first, 2)
    last = await extend(ledger, second, 3, 4)
    assert await ledger.read("s1", NOWHERE) == Replaced()
    assert await ledger.read("s1", first) == Tail((fact(2), fact(3), fact(4)), last)
    assert await ledger.read("s1", second) == Tail((fact(3), fact(4)), last)
