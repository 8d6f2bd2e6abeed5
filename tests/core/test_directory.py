import asyncio

import msgspec
import pytest

from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.directory import EVICTION_AGE_S, SANDBOX_ID, Directory, Full
from emulator.core.facts import EntityPut
from emulator.core.fixtures import FixtureError, Worlds
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.sandbox import Sandbox
from tests.core.doubles import Wrapped, mint
from tests.core.timer import Timer
from tests.core.toys import SHOPS, Shop, new_directory

pytestmark = pytest.mark.anyio


@pytest.fixture
def timer() -> Timer:
    """The clock of idle times."""
    return Timer()


@pytest.fixture
def directory(worlds: Worlds, timer: Timer) -> Directory:
    """A directory for at most four sandboxes."""
    return new_directory(worlds=worlds, cap=4, idle_clock=timer)


def ids(directory: Directory) -> list[str]:
    """The open sandboxes, in order of creation."""
    return [tenancy.sandbox.id for tenancy in directory.tenancies()]


@pytest.mark.parametrize("name", ["a", "0", "a-b_c", "a" * 63, "0-"])
def test_sandbox_ids(name: str) -> None:
    """An id is 1 to 63 of a-z, 0-9, - and _, and begins with a letter or digit."""
    assert SANDBOX_ID.fullmatch(name)


@pytest.mark.parametrize("name", ["", "-a", "_a", "A", "a" * 64, "a.b", "a b", "a\n", "é", "a/b"])
def test_other_names_are_no_ids(name: str) -> None:
    """Everything else is none."""
    assert not SANDBOX_ID.fullmatch(name)


async def test_open_makes_a_sandbox_on_first_use(directory: Directory) -> None:
    """The first call makes it, the next finds it."""
    made = await directory.open("a")
    assert await directory.open("a") is made
    assert directory.get("a") is made
    assert directory.get("b") is None
    assert len(directory) == 1
    assert made.state.born.first_use


async def test_first_calls_at_once_make_one(worlds: Worlds) -> None:
    """Many first calls at once all get the same sandbox."""
    directory = new_directory(worlds=worlds, ledger=Wrapped(MemoryLedger()))
    found = await asyncio.gather(*(directory.open("a") for _ in range(64)))
    assert len({id(sandbox) for sandbox in found}) == 1
    assert len(directory) == 1


async def test_a_taken_id_is_not_made_again(directory: Directory) -> None:
    """Creating what is there is told, and leaves it alone."""
    made = await directory.create("a", seed="x")
    assert made is not None
    await made.transact(mint)
    assert await directory.create("a", seed="y") is None
    assert directory.get("a") is made
    assert made.view().seed == "x"


async def test_a_sandbox_is_born_as_asked(directory: Directory) -> None:
    """Seed, clock, world and credentials of its own are in its birth."""
    made = await directory.create(
        "a",
        seed="own",
        clock=Clock.frozen_at(77.0),
        fixtures=b'{"toy":{"shops":[{"id":"kiosk","code":"KIOSK"}]}}',
        credentials=b'{"toy":{"code":"GIVEN"}}',
    )
    assert made is not None
    assert made.view().seed == "own"
    assert made.view().now == made.state.born.at == 77.0
    assert made.state.table(SHOPS).get("kiosk") is not None
    assert await directory.locate(("toy.shops", "GIVEN")) is made
    assert not made.state.born.first_use


async def test_seeds_derive_from_the_process_seed(worlds: Worlds) -> None:
    """With a seed given each sandbox's is repeatable and its own; without one it is random."""
    seeds = []
    for _ in range(2):
        seeded = new_directory(worlds=worlds, seed="process")
        sandboxes = [await seeded.open(name) for name in ("default", "a", "b")]
        seeds.append([sandbox.view().seed for sandbox in sandboxes])
    assert seeds[0] == seeds[1]
    assert seeds[0][0] == "process"
    assert len(set(seeds[0])) == 3
    unseeded = new_directory(worlds=worlds, seed=None)
    assert (await unseeded.open("a")).view().seed != (await unseeded.open("b")).view().seed


async def test_a_home_leads_to_its_sandbox(directory: Directory) -> None:
    """Each sandbox's names lead to it, the fixtures' own to the default."""
    default, made = await directory.open("default"), await directory.open("a")
    for sandbox in (default, made):
        for entry in sandbox.state.own_homes():
            assert await directory.locate(entry) is sandbox
    assert await directory.locate(("toy.shops", "CORNER")) is default
    assert await directory.locate(("toy.shops", "nobody")) is None


async def test_a_new_entity_leads_to_its_sandbox(directory: Directory) -> None:
    """A home that a transact brings about is in the directory with it."""
    made = await directory.open("a")
    record = msgspec.Raw(msgspec.json.encode(Shop("kiosk", "KIOSK")))
    await made.transact(lambda view: Decision(None, (EntityPut(view.now, "toy", "shops", record),)))
    assert await directory.locate(("toy.shops", "KIOSK")) is made


async def test_a_dropped_sandbox_is_forgotten(directory: Directory) -> None:
    """Dropping frees id and names; what is not there can't be dropped."""
    made = await directory.open("a")
    homes = made.state.own_homes()
    assert await directory.drop("a")
    assert not await directory.drop("a")
    assert directory.get("a") is None
    assert [await directory.locate(entry) for entry in homes] == [None, None]
    again = await directory.open("a")
    assert again is not made
    assert again.state.own_homes() == homes


async def test_idle_sandboxes_are_swept(directory: Directory, timer: Timer) -> None:
    """A sandbox idle for longer than its TTL goes; one used since, or kept, stays."""
    await directory.open("default")
    await directory.open("idle")
    await directory.open("used")
    await directory.create("kept", keep=True)
    timer.now += 3600
    assert directory.tenancy("used")
    await directory.sweep()
    assert ids(directory) == ["default", "idle", "used", "kept"]
    directory.get("used")
    timer.now += 0.5
    await directory.sweep()
    assert ids(directory) == ["default", "used", "kept"]


async def test_a_sandbox_may_have_a_ttl_of_its_own(directory: Directory, timer: Timer) -> None:
    """The TTL asked for at creation holds instead of the usual one."""
    await directory.create("short", ttl_s=10)
    await directory.create("usual")
    timer.now += 11
    await directory.sweep()
    assert ids(directory) == ["usual"]


async def test_looking_at_a_tenancy_is_no_use(directory: Directory, timer: Timer) -> None:
    """A list of sandboxes keeps none of them alive."""
    await directory.open("a")
    timer.now += 5
    tenancy = directory.tenancy("a")
    assert tenancy is not None
    assert tenancy.used_at == timer.now - 5
    directory.tenancies()
    assert tenancy.used_at == timer.now - 5
    await directory.locate(("toy.shops", "nobody"))
    directory.get("a")
    assert tenancy.used_at == timer.now


async def test_it_is_told_how_long_a_sandbox_may_idle(directory: Directory, timer: Timer) -> None:
    """What is left of a TTL counts from the last use; a kept sandbox has no end."""
    await directory.open("a")
    await directory.create("kept", keep=True)
    timer.now += 600
    left = {t.sandbox.id: directory.expires_in_s(t) for t in directory.tenancies()}
    assert left == {"a": 3000.0, "kept": None}


async def test_a_full_house_evicts_the_longest_idle(directory: Directory, timer: Timer) -> None:
    """At the cap a first use takes the place of the first-use sandbox that is idle longest."""
    for name in ("default", "a", "b", "c"):
        await directory.open(name)
        timer.now += 1
    directory.get("a")
    timer.now += EVICTION_AGE_S
    await directory.open("d")
    assert ids(directory) == ["default", "a", "c", "d"]
    await directory.open("e")
    assert ids(directory) == ["default", "a", "d", "e"]


async def test_nobody_at_work_is_evicted(directory: Directory, timer: Timer) -> None:
    """When every first-use sandbox was used within the minute, the house is full."""
    for name in ("default", "a", "b", "c"):
        await directory.open(name)
    timer.now += EVICTION_AGE_S - 0.1
    with pytest.raises(Full, match="4 sandboxes are open"):
        await directory.open("d")
    assert ids(directory) == ["default", "a", "b", "c"]


async def test_made_sandboxes_are_never_evicted(directory: Directory, timer: Timer) -> None:
    """Who made a sandbox on purpose keeps it, and makes none at another's cost."""
    await directory.open("default")
    for name in ("a", "b"):
        await directory.create(name)
    await directory.open("c")
    timer.now += EVICTION_AGE_S
    with pytest.raises(Full):
        await directory.create("d")
    await directory.open("e")
    assert ids(directory) == ["default", "a", "b", "e"]


async def test_the_default_is_never_evicted(worlds: Worlds, timer: Timer) -> None:
    """However long nobody uses the default sandbox, it stays."""
    directory = new_directory(worlds=worlds, cap=1, idle_clock=timer)
    await directory.open("default")
    timer.now += 1e6
    await directory.sweep()
    with pytest.raises(Full):
        await directory.open("a")
    assert ids(directory) == ["default"]


async def test_the_outlived_make_room_first(directory: Directory, timer: Timer) -> None:
    """At the cap those past their TTL go before anybody is evicted or refused."""
    for name in ("a", "b", "c", "d"):
        await directory.create(name, ttl_s=10)
    timer.now += 11
    await directory.create("e")
    assert ids(directory) == ["e"]


async def test_journals_share_a_budget(worlds: Worlds) -> None:
    """Each open sandbox's journal has an equal share of the bytes."""
    directory = new_directory(worlds=worlds)
    sandboxes: list[Sandbox] = [await directory.open(name) for name in ("a", "b")]
    assert sandboxes[0].journal._budget is sandboxes[1].journal._budget
    assert sandboxes[0].journal._budget.rings == 2
    await directory.drop("a")
    assert sandboxes[1].journal._budget.rings == 1


async def test_a_sandbox_is_listed_while_its_names_lead_to_it(directory: Directory) -> None:
    """A sandbox whose name leads to another is not listed."""
    default, made = await directory.open("default"), await directory.open("a")
    assert await directory.is_listed(default)
    assert await directory.is_listed(made)
    record = msgspec.Raw(msgspec.json.encode(Shop("kiosk", "CORNER")))
    await made.transact(lambda view: Decision(None, (EntityPut(view.now, "toy", "shops", record),)))
    assert await directory.is_listed(default)
    assert not await directory.is_listed(made)


async def test_a_sandbox_can_be_imagined(directory: Directory) -> None:
    """How a sandbox would begin can be seen without one being made."""
    view = directory.imagine(
        "a", b'{"toy":{"shops":[{"id":"kiosk","code":"KIOSK"}]}}', b'{"toy":{"code":"GIVEN"}}'
    )
    assert view.table(SHOPS).get("kiosk") is not None
    assert ("toy.shops", "GIVEN") in view.state.own_homes()
    assert len(directory) == 0
    assert await directory.locate(("toy.shops", "GIVEN")) is None
    with pytest.raises(FixtureError):
        directory.imagine("a", b'{"toy":{"nothing":[]}}', b"{}")
