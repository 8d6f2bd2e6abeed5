import asyncio

import pytest

from emulator.core.clock import Clock, wall
from emulator.core.decisions import Decision, Refusal, Row
from emulator.core.facts import ClockSet, IdsDrawn
from emulator.core.journal import Budget, Journal
from emulator.core.ledger import NOWHERE, Ledger, Tail, Unavailable
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.sandbox import Gone, Sandbox
from emulator.core.view import View
from tests.core.doubles import Down, Intruder, Wrapped, mint
from tests.core.toys import born, new_sandbox, new_state, snapshot
from tests.ledgers import MovedOnce

pytestmark = pytest.mark.anyio

ROW = Row("no", 400, {"error": "no"}, "[design]")


def look(view: View) -> Decision[int]:
    """Count the tokens, change nothing."""
    return Decision(len(view.tokens))


def joined(ledger: Ledger, sandbox: str = "s1") -> Sandbox:
    """The same sandbox as another process has it."""
    return Sandbox(lambda: new_state(sandbox), ledger, Journal(Budget(1 << 20)))


async def caught_up(sandbox: Sandbox) -> Sandbox:
    """The sandbox, read up to the head."""
    await sandbox.transact(look)
    return sandbox


async def test_a_decision_is_appended_and_folded() -> None:
    """What is decided is in the state afterwards, and in the log."""
    ledger = MemoryLedger()
    sandbox = await new_sandbox(ledger)
    made = await sandbox.transact(mint)
    assert sandbox.state.tokens.get(made.reply) is not None
    log = await ledger.read("s1", NOWHERE)
    assert isinstance(log, Tail)
    assert [type(fact).__name__ for fact in log.facts] == ["SandboxBorn", "TokenIssued", "IdsDrawn"]


async def test_a_decision_without_facts_appends_nothing() -> None:
    """Looking leaves no trace in the log."""
    ledger = Wrapped(MemoryLedger())
    sandbox = await new_sandbox(ledger)
    before = ledger.appends
    assert (await sandbox.transact(look)).reply == 0
    assert ledger.appends == before


async def test_a_look_has_read_up_to_the_head() -> None:
    """A decision without facts sees what another process appended before it."""
    ledger = MemoryLedger()
    here = await new_sandbox(ledger)
    there = joined(ledger)
    await here.transact(mint)
    assert (await there.transact(look)).reply == 1


async def test_look_reads_the_newest() -> None:
    """A look sees what another process appended, and leaves nothing."""
    ledger = Wrapped(MemoryLedger())
    here = await new_sandbox(ledger)
    there = joined(ledger)
    await here.transact(mint)
    before = ledger.appends
    assert await there.look(lambda view: len(view.tokens)) == 1
    assert ledger.appends == before


async def test_a_draw_alone_is_a_fact() -> None:
    """Ids drawn without another fact are counted too: nobody gets them again."""
    sandbox = await new_sandbox()
    drawn = [
        (await sandbox.transact(lambda view: Decision(view.draw_uuid("x")))).reply for _ in range(3)
    ]
    assert len(set(drawn)) == 3
    assert sandbox.state.counters == {"x": 3}


async def test_it_decides_again_after_moved() -> None:
    """When somebody appended first, the decision is made anew on what is there then."""
    memory = MemoryLedger()
    intruder = Intruder(memory)
    here, there = await new_sandbox(intruder), joined(memory)
    intruder.first = there
    seen: list[int] = []

    def decide(view: View) -> Decision[str]:
        seen.append(len(view.tokens))
        return mint(view)

    made = await here.transact(decide)
    assert seen == [0, 1]
    assert intruder.moves == 1
    assert len(here.state.tokens) == 2
    assert snapshot(here.state) == snapshot((await caught_up(there)).state)
    assert made.reply in {token.jti for token in reversed(here.state.tokens)}


async def test_deciding_twice_draws_the_same() -> None:
    """A view is made anew for each try, so a try that was in vain draws no id for good."""
    moving = MovedOnce(MemoryLedger())
    twice, once = await new_sandbox(moving), await new_sandbox()
    for _ in range(3):
        at = wall()
        assert await twice.transact(mint, wall=at) == await once.transact(mint, wall=at)
    assert moving.moved == 3
    assert snapshot(twice.state) == snapshot(once.state)


async def test_a_refusals_facts_happen() -> None:
    """A no may change something: its facts are appended as those of a yes."""
    sandbox = await new_sandbox()

    def decide(view: View) -> Decision[Refusal]:
        refusal = Refusal(ROW, facts=(IdsDrawn(view.now, {"tries": 1}),))
        return Decision(refusal, refusal.facts)

    decision = await sandbox.transact(decide)
    assert decision.reply.row is ROW
    assert sandbox.state.counters == {"tries": 1}


async def test_a_decision_that_fails_changes_nothing() -> None:
    """An exception leaves the sandbox as it was, and free for the next."""
    sandbox = await new_sandbox()
    before = snapshot(sandbox.state)

    def decide(view: View) -> Decision[None]:
        view.draw_uuid("x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await sandbox.transact(decide)
    assert snapshot(sandbox.state) == before
    await sandbox.transact(mint)
    assert len(sandbox.state.tokens) == 1


async def test_an_unavailable_ledger_changes_nothing() -> None:
    """When the ledger can't say, the caller is told, and the state has not moved."""
    ledger = Down(MemoryLedger())
    sandbox = await new_sandbox(ledger)
    ledger.down = True
    with pytest.raises(Unavailable):
        await sandbox.transact(mint)
    assert len(sandbox.state.tokens) == 0
    ledger.down = False
    await sandbox.transact(mint)
    assert len(sandbox.state.tokens) == 1


async def test_one_transact_at_a_time() -> None:
    """Calls of one process stand in line: the ledger refuses none, no id is drawn twice."""
    ledger = Wrapped(MemoryLedger())
    sandbox = await new_sandbox(ledger)
    made = await asyncio.gather(*(sandbox.transact(mint) for _ in range(64)))
    assert len({decision.reply for decision in made}) == 64
    assert ledger.moves == 0


async def test_two_processes_on_one_ledger_agree() -> None:
    """However two processes take turns, no id is drawn twice and both end with one state."""
    ledger = Wrapped(MemoryLedger(tail=1000))
    here, there = await new_sandbox(ledger), joined(ledger)
    made = await asyncio.gather(
        *(sandbox.transact(mint) for _ in range(32) for sandbox in (here, there))
    )
    assert len({decision.reply for decision in made}) == 64
    assert ledger.moves > 0
    assert snapshot((await caught_up(here)).state) == snapshot((await caught_up(there)).state)
    assert len(here.state.tokens) == 64


async def test_a_sandbox_is_born_once() -> None:
    """The second birth of an id is told, and changes nothing."""
    ledger = MemoryLedger()
    await new_sandbox(ledger)
    second = joined(ledger)
    assert not await second.bear(born("other seed"))
    assert (await second.transact(lambda view: Decision(view.seed))).reply == "seed"


async def test_a_dropped_sandbox_is_gone() -> None:
    """A call that was under way when its sandbox was dropped is told so."""
    ledger = MemoryLedger()
    sandbox = await new_sandbox(ledger)
    await ledger.drop("s1")
    with pytest.raises(Gone):
        await sandbox.transact(mint)
    with pytest.raises(Gone):
        await sandbox.transact(mint)


async def test_a_sandbox_made_anew_is_folded_anew() -> None:
    """When the log was replaced, nothing of the old state remains."""
    ledger = MemoryLedger()
    sandbox = await new_sandbox(ledger)
    await sandbox.transact(mint)
    await ledger.drop("s1")
    again = joined(ledger)
    assert await again.bear(born("other seed"))
    assert (await sandbox.transact(look)).reply == 0
    assert sandbox.view().seed == "other seed"


async def test_who_fell_behind_a_trimmed_log_is_gone() -> None:
    """A process that can't read the facts any more does not guess."""
    ledger = MemoryLedger(tail=2)
    here, there = await new_sandbox(ledger), joined(ledger)
    for _ in range(3):
        await here.transact(mint)
    with pytest.raises(Gone):
        await there.transact(look)


async def test_a_call_has_its_own_arrival() -> None:
    """`wall` is when the call arrived; the sandbox's time follows from it."""
    sandbox = await new_sandbox()
    await sandbox.transact(lambda view: Decision(None, (ClockSet(view.now, Clock.offset_by(7)),)))
    times = await sandbox.transact(lambda view: Decision((view.wall, view.now)), wall=5000.0)
    assert times.reply == (5000.0, 5007.0)
    now = await sandbox.transact(lambda view: Decision(view.wall))
    assert now.reply == pytest.approx(wall(), abs=60)
