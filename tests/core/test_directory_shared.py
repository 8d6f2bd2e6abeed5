"""Several processes, each with a directory of its own, over one ledger that they share."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import yaml

from emulator.core.decisions import Decision
from emulator.core.directory import EVICTION_AGE_S, Directory, Full
from emulator.core.facts import EntityPut
from emulator.core.fixtures import Worlds
from emulator.core.ledger import Lease, Ledger, Unavailable
from emulator.core.ledger.sqlite import SqliteLedger
from emulator.core.tenancies import TOUCH_EVERY_S
from emulator.core.view import View
from emulator.core.world import Blueprint
from tests.core.doubles import mint
from tests.core.timer import Timer
from tests.core.toys import DOCUMENT, ITEMS, SHOPS, TOY, Item, Shop, Switches, new_directory
from tests.ledgers import LEDGERS, Behind, open_sqlite

pytestmark = pytest.mark.anyio

CODES = ("toy.shops", "KIOSK")
SHOPS_ALONE = Blueprint("toy", (SHOPS,), Switches, TOY.settle)


class Busy(Behind):
    """A ledger of sandboxes that others use right after they were listed."""

    def __init__(self, ledger: Ledger, timer: Timer) -> None:
        super().__init__(ledger)
        self._timer = timer

    async def leases(self) -> Sequence[Lease]:
        """As the ledger behind."""
        found = await super().leases()
        for lease in found:
            await self.touch(lease.sandbox, self._timer.now)
        return found


@pytest.fixture(params=[name for name in LEDGERS if name != "memory"])
async def ledger(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[Ledger]:
    """An empty ledger of each kind that can be shared."""
    assert anyio_backend
    async with LEDGERS[request.param]() as opened:
        yield opened


@pytest.fixture
def timer() -> Timer:
    """The clock of idle times, the same for all."""
    return Timer()


@pytest.fixture
def here(ledger: Ledger, worlds: Worlds, timer: Timer) -> Directory:
    """One process's."""
    return new_directory(worlds=worlds, ledger=ledger, cap=4, idle_clock=timer)


@pytest.fixture
def there(ledger: Ledger, worlds: Worlds, timer: Timer) -> Directory:
    """Another's."""
    return new_directory(worlds=worlds, ledger=ledger, cap=4, idle_clock=timer)


def open_shop(view: View) -> Decision[None]:
    """A new shop with a name that leads to its sandbox."""
    record = msgspec.Raw(msgspec.json.encode(Shop("kiosk", "KIOSK")))
    return Decision(None, (EntityPut(view.now, "toy", "shops", record),))


async def test_what_another_made_is_adopted(here: Directory, there: Directory) -> None:
    """By id, by name or in the list: a sandbox of another process is found with all that it is."""
    made = await here.create("a", seed="own", ttl_s=50.0)
    assert made is not None
    jti = (await made.transact(mint)).reply
    await made.transact(open_shop)
    assert [lease.sandbox for lease in await there.leases()] == ["a"]
    found = await there.find("a")
    assert found is not None
    assert found is not made
    assert found.view().seed == "own"
    assert found.state.tokens.get(jti) == made.state.tokens.get(jti)
    assert await there.locate(CODES) is found
    assert await there.open("a") is found
    tenancy = there.tenancy("a")
    assert tenancy is not None
    assert (tenancy.ttl_s, tenancy.first_use) == (50.0, False)
    assert await there.is_listed(found)


async def test_an_id_is_taken_for_all(here: Directory, there: Directory) -> None:
    """What one process made no other makes again, and first use finds it."""
    made = await here.open("a")
    assert await there.create("a") is None
    found = await there.open("a")
    await made.transact(mint)
    assert await found.look(lambda view: len(view.state.tokens)) == 1


async def test_a_drop_is_for_all(here: Directory, there: Directory) -> None:
    """A sandbox dropped by one is gone for all, at once; by its id a new one is made."""
    made = await here.open("a")
    await made.transact(open_shop)
    found = await there.open("a")
    assert await here.drop("a")
    assert await there.find("a") is None
    assert await there.locate(CODES) is None
    assert not await there.drop("a")
    assert len(there) == 0
    again = await there.open("a")
    assert again is not found
    assert again.state.table(SHOPS).get("kiosk") is None


async def test_a_sandbox_made_anew_elsewhere_is_another(
    here: Directory, there: Directory, timer: Timer
) -> None:
    """Dropped and made again by another process, it has neither the old state nor the old calls."""
    old = await here.open("a")
    old.journal.open()
    timer.now += 1
    await there.drop("a")
    await there.create("a", seed="anew")
    found = await here.find("a")
    assert found is not None
    assert found is not old
    assert found.view().seed == "anew"
    assert found.journal.count == 0


async def test_use_anywhere_keeps_a_sandbox(
    here: Directory, there: Directory, timer: Timer, ledger: Ledger
) -> None:
    """Nobody sweeps what another uses, and use is told once a minute at most."""
    await here.create("a", ttl_s=200.0)
    await there.find("a")
    for _ in range(20):
        timer.now += 20
        await here.find("a")
        await there.sweep()
    assert await there.find("a") is not None
    lease = await ledger.lease("a")
    assert lease is not None
    assert timer.now - TOUCH_EVERY_S < lease.used_at <= timer.now


async def test_what_nobody_uses_is_swept_by_anybody(
    here: Directory, there: Directory, timer: Timer
) -> None:
    """An idle sandbox goes a minute late at most, whoever made it, and from every process."""
    await here.create("a", ttl_s=100.0)
    await here.create("kept", keep=True)
    timer.now += 100.0 + TOUCH_EVERY_S
    await there.sweep()
    assert await here.find("a") is not None
    timer.now += 100.0 + TOUCH_EVERY_S + 0.1
    await there.sweep()
    assert [lease.sandbox for lease in await here.leases()] == ["kept"]
    assert here.tenancy("a") is not None
    await here.sweep()
    assert here.tenancy("a") is None
    assert here.tenancy("kept") is not None


async def test_a_damaged_log_keeps_no_other_away(worlds: Worlds, tmp_path: Path) -> None:
    """What falls due in a sandbox is done after a restart, whatever became of those before it."""
    file = tmp_path / "ledger.db"
    ledger = SqliteLedger(file, "1.2.3")
    before = new_directory(worlds=worlds, ledger=ledger)
    for name in ("a", "b", "c"):
        await before.create(name)
    await ledger.close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE appends SET facts = x'00' WHERE place >> 32 = 2")
    again = SqliteLedger(file, "1.2.3")
    after = new_directory(worlds=worlds, ledger=again)
    await after.adopt_all()
    assert [tenancy.sandbox.id for tenancy in after.tenancies()] == ["a", "c"]
    assert await after.drop("b")
    await again.close()


async def test_what_is_used_at_the_last_moment_stays(worlds: Worlds, timer: Timer) -> None:
    """A use that another process tells while the leases are read is one: the sandbox stays."""
    async with open_sqlite() as ledger:
        await new_directory(worlds=worlds, ledger=ledger, idle_clock=timer).create("a", ttl_s=100.0)
        sweeper = new_directory(worlds=worlds, ledger=Busy(ledger, timer), idle_clock=timer)
        timer.now += 1000.0
        await sweeper.sweep()
        assert await ledger.lease("a") is not None


async def test_the_cap_is_for_all(here: Directory, there: Directory, timer: Timer) -> None:
    """Sandboxes are counted wherever they were made; the longest idle of all makes room."""
    for directory, name in ((here, "default"), (there, "a"), (here, "b"), (there, "c")):
        await directory.open(name)
        timer.now += 1
    with pytest.raises(Full):
        await here.open("d")
    timer.now += EVICTION_AGE_S + TOUCH_EVERY_S
    await here.open("b")
    await here.open("d")
    assert [lease.sandbox for lease in await there.leases()] == ["default", "b", "c", "d"]
    with pytest.raises(Full):
        await there.create("e")


async def test_worlds_come_with_the_log(here: Directory, ledger: Ledger, tmp_path: Path) -> None:
    """A process with other fixture files reads the log over the world that it was written over."""
    made = await here.open("a")
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump({"toy": {"shops": [{"id": "only", "code": "ONLY"}]}}))
    elsewhere = new_directory(worlds=Worlds([TOY], [other]), ledger=ledger)
    found = await elsewhere.find("a")
    assert found is not None
    assert [shop.id for shop in found.state.table(SHOPS)] == ["corner", "market"]
    assert found.state.own_homes() == made.state.own_homes()
    new = await elsewhere.create("b")
    back = await here.find("b")
    assert new is not None
    assert back is not None
    assert [shop.id for shop in back.state.table(SHOPS)] == ["only"]


async def test_who_knows_a_part_does_not_trim(
    here: Directory, ledger: Ledger, tmp_path: Path
) -> None:
    """A process without a kind leaves its facts in the log, however long that becomes."""
    made = await here.open("a")
    record = msgspec.Raw(msgspec.json.encode(Item("fig", "corner")))
    await made.transact(lambda view: Decision(None, (EntityPut(view.now, "toy", "items", record),)))
    file = tmp_path / "shops.yaml"
    file.write_text(yaml.safe_dump({"toy": {"shops": DOCUMENT["toy"]["shops"]}}))
    part = new_directory(worlds=Worlds([SHOPS_ALONE], [file]), ledger=ledger, kinds=SHOPS_ALONE)
    found = await part.find("a")
    assert found is not None
    for _ in range(600):
        await found.transact(mint)
    assert await made.look(lambda view: view.table(ITEMS).get("fig")) == Item("fig", "corner")
    again = await new_directory(worlds=here.worlds, ledger=ledger).find("a")
    assert again is not None
    assert again.state.table(ITEMS).get("fig") == Item("fig", "corner")


class Forgetful(Behind):
    """A ledger that has lost its worlds."""

    async def world(self, digest: str) -> bytes | None:  # noqa: ARG002 - none of them
        """None."""
        return None


async def test_without_its_world_a_log_is_not_read(
    here: Directory, ledger: Ledger, tmp_path: Path
) -> None:
    """Nothing is folded over a world that is not the one that the facts name."""
    await here.open("a")
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump({"toy": {"shops": [{"id": "only", "code": "ONLY"}]}}))
    elsewhere = new_directory(worlds=Worlds([TOY], [other]), ledger=Forgetful(ledger))
    with pytest.raises(Unavailable, match="does not hold"):
        await elsewhere.find("a")


async def test_a_world_that_does_not_fit_is_told(
    here: Directory, ledger: Ledger, tmp_path: Path
) -> None:
    """A world with records that this release's kinds don't take is no world here."""
    await here.open("a")
    (lease,) = await ledger.leases()
    assert lease.sandbox == "a"
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump({"toy": {"shops": [{"id": "only", "code": "ONLY"}]}}))
    elsewhere = new_directory(worlds=Worlds([TOY], [other]), ledger=Garbled(ledger))
    with pytest.raises(Unavailable, match="does not fit"):
        await elsewhere.find("a")


class Garbled(Behind):
    """A ledger whose worlds another release wrote."""

    async def world(self, digest: str) -> bytes | None:  # noqa: ARG002 - the same for all
        """A shop without a code."""
        return b'{"toy.shops":[{"id":"corner"}]}'
