import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.app import Emulator, create_emulator
from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed
from emulator.core.faults import Rule, Then, When
from emulator.core.ledger.memory import MemoryLedger
from emulator.settings import Settings
from tests.conftest import client_of
from tests.ledgers import MovedOnce
from tests.properties.walk import AT, STEPS, stop_clock, walk
from tests.signing import Request

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def running(
    seed: str = "seed",
    ledger: MovedOnce | None = None,
    sandbox: str = "default",
    clock: str = "sandbox",
) -> AsyncIterator[tuple[Emulator, httpx.AsyncClient]]:
    """An emulator of its own whose clock stands still."""
    emulator = create_emulator(Settings(seed=seed), ledger)
    await emulator.start()
    await stop_clock(emulator, sandbox, clock)
    async with client_of(emulator) as client:
        yield emulator, client
    await emulator.close()


async def replay(sandbox: str, *steps: Request, seed: str = "seed") -> list[bytes]:
    """What a new emulator answers."""
    async with running(seed, sandbox=sandbox) as (_, client):
        return await walk(client, sandbox, *steps)


async def test_the_walk_goes_everywhere() -> None:
    """The walk has every operation, granted and refused: what it shows it shows of all."""
    async with running() as (emulator, client):
        await walk(client, "default", *STEPS)
        sandbox = await emulator.directory.open("default")
        calls = list(reversed(sandbox.journal))
    assert {call.operation for call in calls} == {*emulator.providers[0].operations, None}
    assert Counter(call.status // 100 for call in calls) == {2: 16, 3: 1, 4: 18}
    assert len({call.refusal for call in calls}) > 10


@pytest.mark.parametrize("sandbox", ["default", "s1"])
async def test_equal_scripts_give_equal_bytes(sandbox: str) -> None:
    """Equal sandbox id, seed, clock and order of requests: two emulators, the same bytes."""
    assert await replay(sandbox, *STEPS) == await replay(sandbox, *STEPS)


async def test_the_wall_shows_nowhere() -> None:
    """With a timestamp that holds by either clock, real time is in no byte, nor in a hint."""
    answers = []
    for _ in range(2):
        async with running(clock="either") as (_, client):
            answers.append(await walk(client, "default", *STEPS))
    assert answers[0] == answers[1]
    assert any(b"x-emulator-hint" in answer for answer in answers[0])


async def test_another_seed_gives_other_tokens() -> None:
    """What is equal above is not equal by chance or by having no ids."""
    one, other = [await replay("default", STEPS[0], seed=seed) for seed in ("seed", "other")]
    assert one != other


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, len(STEPS) - 1), min_size=1, max_size=8))
def test_any_order_gives_equal_bytes_twice(order: list[int]) -> None:
    """Whatever the order of the requests, the same order gives the same answers."""
    steps = [STEPS[number] for number in order]
    assert asyncio.run(replay("s1", *steps)) == asyncio.run(replay("s1", *steps))


async def watch(emulator: Emulator) -> None:
    """Arm a rule on each operation that never fires: its count makes every decision append."""
    sandbox = await emulator.directory.open("default")
    rules = [
        Rule(name, f"zerohash.{name}", 0.0, When(times=0), Then())
        for name in emulator.providers[0].operations
    ]
    facts = tuple(FaultArmed(AT, rule) for rule in rules)
    await sandbox.transact(lambda _: Decision(None, facts))


async def test_decisions_are_pure() -> None:
    """Decided twice on one state, each call of the walk gives the same facts and the same bytes.

    The ledger refuses each append the first time; the facts of both tries are compared there.
    """
    moving = MovedOnce(MemoryLedger())
    async with running(ledger=moving) as (emulator, client):
        await watch(emulator)
        before = moving.moved
        twice = await walk(client, "default", *STEPS)
        calls = list(reversed((await emulator.directory.open("default")).journal))
    assert moving.moved - before == sum(call.operation is not None for call in calls)
    assert twice == await replay("default", *STEPS)
