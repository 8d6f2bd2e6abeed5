"""The worker that does what falls due, with a toy's letters and closings."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator

import msgspec
import pytest
from msgspec.structs import replace

from emulator.core.clock import Clock, wall
from emulator.core.decisions import Decision
from emulator.core.due import Work
from emulator.core.facts import ClockSet, DueClaimed, DueSet, EntityPut, Fact
from emulator.core.journal import Budget, Journal
from emulator.core.ledger import Head, Ledger, Moved
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.edge.due import Done, Worker
from emulator.edge.duty import Duty, Settled
from emulator.edge.exchange import Request, Response, Unanswered
from emulator.edge.outgoing import LOOPBACK, Outgoing
from emulator.edge.provider import Provider
from emulator.edge.signer import Signer
from tests.core.doubles import Wrapped
from tests.core.toys import ITEMS, born, new_state
from tests.edge.toys import KEYS, toy
from tests.receiving import Receiver, receiving

pytestmark = pytest.mark.anyio

NOW = 1000.0
TIMEOUT_S = 0.5  # of an exchange


def write(_: View, work: Work) -> Request | Settled:
    """A letter to the URL that the work holds, which says which attempt it is."""
    url: str = msgspec.json.decode(work.data)
    return Request("POST", url, (("x-attempt", str(work.attempt)),), work.key.encode())


def read(_: View, work: Work, response: Response | Unanswered) -> Settled:
    """Twice more after a second each, until it is well received."""
    if isinstance(response, Response) and response.status == 200:
        return Settled("read")
    return Settled("lost") if work.attempt == 3 else Settled("unread", again_in_s=1.0)


def close_shop(view: View, work: Work) -> Settled:
    """A thing of the world changes, and nobody is told."""
    raw = msgspec.Raw(msgspec.json.encode({"sku": work.key, "shop": "kiosk"}))
    return Settled("closed", (EntityPut(view.now, "toy", ITEMS.name, raw),))


def burn(_: View, __: Work) -> Settled:
    """Something of ours that breaks."""
    raise RuntimeError("burnt")


def misread(_: View, __: Work, ___: Response | Unanswered) -> Settled:
    """The same, with the answer in hand."""
    raise RuntimeError("misread")


POSTMAN: Provider = replace(
    toy,
    due={
        "letter": Duty(write, read),
        "card": Duty(write),
        "closing": Duty(close_shop),
        "fire": Duty(burn),
        "riddle": Duty(write, misread),
    },
)


class Office:
    """A worker and a sandbox that wakes it, whose clock stands still."""

    def __init__(self, ledger: Ledger) -> None:
        self.worker = Worker((POSTMAN,), Outgoing(LOOPBACK, TIMEOUT_S), Signer(KEYS))
        self.ledger = ledger
        self.sandbox = self.open()

    def open(self) -> Sandbox:
        """The sandbox as another process or a restart sees it."""
        return Sandbox(new_state, self.ledger, Journal(Budget(1 << 20)), woken=self.worker.wake)

    async def happen(self, *facts: Fact) -> None:
        """Let facts happen."""
        await self.sandbox.transact(lambda _: Decision(None, facts))

    async def set(self, kind: str, key: str, due_at: float = NOW, url: str = "") -> None:
        """Set a piece of work."""
        await self.happen(DueSet(NOW, Work("toy", kind, key, due_at, data=encode(url))))

    async def move_to(self, now: float) -> list[tuple[str, int, str]]:
        """What is done when the clock is put there: key, attempt, outcome."""
        with self.worker.watch(self.sandbox) as done:
            await self.happen(ClockSet(NOW, Clock.frozen_at(now)))
            await self.worker.drain(self.sandbox, 5.0)
        return [(one.work.key, one.work.attempt, one.outcome) for one in done]


def encode(url: str) -> msgspec.Raw:
    """A letter's data."""
    return msgspec.Raw(msgspec.json.encode(url))


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """An office whose sandbox is born."""
    made = Office(MemoryLedger())
    assert await made.sandbox.bear(born(at=NOW))
    yield made
    await made.worker.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Whom the letters go to."""
    async with receiving() as made:
        yield made


async def test_what_is_due_is_done_at_once(office: Office, receiver: Receiver) -> None:
    """Setting due work is enough: nobody has to ask for it."""
    await office.set("letter", "ann", url=receiver.url)
    received = await receiver.next()
    assert (received.method, received.body) == ("POST", b"ann")
    await office.worker.drain(office.sandbox, 5.0)
    assert not office.sandbox.state.due


async def test_it_is_done_in_the_order_of_its_time(office: Office, receiver: Receiver) -> None:
    """One piece after the other, whatever the kinds, and what follows is done too."""
    receiver.statuses = [500, 500]
    await office.set("letter", "late", NOW + 3, receiver.url)
    await office.set("letter", "early", NOW + 1, receiver.url)
    await office.set("closing", "fig", NOW + 2.5)
    assert await office.move_to(NOW + 0.5) == []
    assert await office.move_to(NOW + 60) == [
        ("early", 1, "unread"),
        ("early", 2, "unread"),
        ("fig", 1, "closed"),
        ("late", 1, "read"),
        ("early", 3, "read"),
    ]
    assert office.sandbox.state.table(ITEMS).get("fig") is not None


async def test_work_may_be_given_up(office: Office, receiver: Receiver) -> None:
    """A kind says itself when it has been tried often enough."""
    receiver.statuses = [500, 500, 500]
    await office.set("letter", "ann", NOW + 1, receiver.url)
    assert await office.move_to(NOW + 60) == [
        ("ann", 1, "unread"),
        ("ann", 2, "unread"),
        ("ann", 3, "lost"),
    ]
    assert not office.sandbox.state.due


async def test_without_a_settling_of_its_own(office: Office, receiver: Receiver) -> None:
    """What only has to be sent is done when it was, whatever is answered."""
    receiver.statuses = [500]
    await office.set("card", "ann", NOW + 1, receiver.url)
    assert await office.move_to(NOW + 60) == [("ann", 1, "done")]


@pytest.mark.parametrize(
    ("kind", "outcome"), [("fire", "broken"), ("riddle", "broken"), ("nonsense", "unknown")]
)
async def test_what_breaks_is_given_up(
    office: Office, receiver: Receiver, kind: str, outcome: str
) -> None:
    """Our own mistakes and kinds that are not here any more stop nothing else."""
    await office.set(kind, "x", NOW + 1, receiver.url)
    await office.set("closing", "fig", NOW + 2)
    assert await office.move_to(NOW + 60) == [("x", 1, outcome), ("fig", 1, "closed")]
    assert not office.sandbox.state.due


async def test_work_of_a_provider_that_is_not_here(office: Office) -> None:
    """What another start with more providers left behind is dropped."""
    await office.happen(DueSet(NOW, Work("gone", "letter", "x", NOW + 1)))
    assert await office.move_to(NOW + 1) == [("x", 1, "unknown")]


async def test_a_running_clock_needs_nobody(office: Office, receiver: Receiver) -> None:
    """The alarm rings when the work is due, and again for the next attempt."""
    receiver.statuses = [500]
    await office.happen(ClockSet(NOW, Clock().scaled(100, wall())))
    due_at = Clock().scaled(100, wall()).now(wall()) + 2.0
    await office.set("letter", "ann", due_at, receiver.url)
    attempts = [(await receiver.next()).headers["x-attempt"] for _ in range(2)]
    assert attempts == ["1", "2"]


async def test_two_processes_do_it_once(office: Office, receiver: Receiver) -> None:
    """Whoever claims it first does it: the other finds it claimed."""
    other = Worker((POSTMAN,), Outgoing(LOOPBACK, TIMEOUT_S), Signer(KEYS))
    there = Sandbox(new_state, office.ledger, Journal(Budget(1 << 20)), woken=other.wake)
    for number in range(5):
        await office.set("letter", f"ann {number}", NOW, receiver.url)
        await there.look(lambda _: None)
    await office.worker.drain(office.sandbox, 5.0)
    await other.drain(there, 5.0)
    assert sorted(received.body.decode() for received in receiver.rest()) == [
        f"ann {number}" for number in range(5)
    ]
    await other.close()


async def test_what_a_crashed_process_had_in_hand(office: Office, receiver: Receiver) -> None:
    """A claim whose time has run out is taken over, the same attempt of the same piece."""
    await office.worker.close()
    await office.set("letter", "ann", NOW, receiver.url)
    await office.happen(DueClaimed(NOW, "toy", "letter", "ann", wall() + 0.2))
    successor = Office(office.ledger)
    await successor.sandbox.look(lambda _: None)
    received = await receiver.next()
    assert (received.body, received.headers["x-attempt"]) == (b"ann", "1")
    await successor.worker.close()


async def test_what_was_taken_over_is_not_settled_twice(office: Office, receiver: Receiver) -> None:
    """Who comes back after the claim ran out finds that it is another's now."""
    receiver.statuses = [None]
    await office.set("letter", "ann", NOW, receiver.url)
    with office.worker.watch(office.sandbox) as done:
        await receiver.next()
        await office.happen(DueClaimed(NOW, "toy", "letter", "ann", wall() + 1000))
        await office.worker.drain(office.sandbox, 5.0)
    assert [one.outcome for one in done] == ["superseded"]
    assert [work.attempt for work in office.sandbox.state.due] == [1]


class Failing(Wrapped):
    """A ledger whose next append breaks, once."""

    broken = False

    async def append(self, *args: object, **kwargs: object) -> Head | Moved:
        """Break, or append."""
        if self.broken:
            self.broken = False
            raise RuntimeError("the disk is full")
        return await self.ledger.append(*args, **kwargs)  # type: ignore[arg-type]


async def test_a_ledger_that_breaks(receiver: Receiver) -> None:
    """The worker outlives it, and begins again a little later."""
    ledger = Failing(MemoryLedger())
    office = Office(ledger)
    assert await office.sandbox.bear(born(at=NOW))
    await office.set("letter", "ann", NOW, receiver.url)
    ledger.broken = True
    received = await receiver.next()
    assert received.body == b"ann"
    assert not ledger.broken
    await office.worker.close()


async def test_a_dropped_sandbox_is_forgotten(office: Office, receiver: Receiver) -> None:
    """Nothing is done for it any more, and the alarm does not keep it."""
    await office.happen(ClockSet(NOW, Clock()))
    await office.set("letter", "ann", wall() + 3600, receiver.url)
    await office.ledger.drop("s1")
    kept = weakref.ref(office.sandbox)
    del office.sandbox
    gc.collect()
    assert kept() is None


async def test_dropped_in_the_meantime(office: Office, receiver: Receiver) -> None:
    """A sandbox that goes while its letter is under way takes nobody with it."""
    receiver.statuses = [None]
    await office.set("letter", "ann", NOW, receiver.url)
    await receiver.next()
    await office.ledger.drop("s1")
    await office.worker.drain(office.sandbox, 5.0)
    assert office.worker._running == {}


async def test_closing_ends_what_is_under_way(office: Office, receiver: Receiver) -> None:
    """A stop waits for no receiver; what was claimed stays to be done."""
    receiver.statuses = [None]
    await office.set("letter", "ann", NOW, receiver.url)
    await receiver.next()
    async with asyncio.timeout(1.0):
        await office.worker.close()
    assert len(office.sandbox.state.due) == 1
    await office.set("letter", "bob", NOW, receiver.url)
    assert office.worker._running == {}


async def test_draining_waits_no_longer_than_told(office: Office, receiver: Receiver) -> None:
    """Whoever moves the clock is answered, however slow the receiver is."""
    receiver.statuses = [None]
    await office.set("letter", "ann", NOW, receiver.url)
    await receiver.next()
    async with asyncio.timeout(1.0):
        await office.worker.drain(office.sandbox, 0.01)
    assert office.worker._running


async def test_watchers_are_told_apart(office: Office) -> None:
    """Each is told what happens while it looks."""
    with office.worker.watch(office.sandbox) as outer:
        await office.set("closing", "fig", NOW + 1)
        await office.move_to(NOW + 1)
        with office.worker.watch(office.sandbox) as inner:
            await office.set("closing", "elm", NOW + 2)
            await office.move_to(NOW + 2)
    assert [keys(outer), keys(inner)] == [["fig", "elm"], ["elm"]]
    assert office.worker._watching == {}


def keys(done: list[Done]) -> list[str]:
    """What was done."""
    return [one.work.key for one in done]
