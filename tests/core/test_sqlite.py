import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from emulator.core.clock import monotonic
from emulator.core.decisions import Decision
from emulator.core.facts import Fact, IdsDrawn
from emulator.core.fixtures import Worlds
from emulator.core.ledger import (
    NOWHERE,
    PATIENCE_S,
    Head,
    Lease,
    Moved,
    Tail,
    Unavailable,
    Unusable,
)
from emulator.core.ledger.sealing import seal
from emulator.core.ledger.sqlite import SqliteLedger
from tests.core.doubles import mint
from tests.core.toys import new_directory

pytestmark = pytest.mark.anyio

NOBODY = 65534
FLIP = """UPDATE appends SET facts = CAST(
substr(facts, 1, 4) || replace(substr(facts, 5), '2.0', '3.0') AS BLOB) WHERE count = 2"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "ledger.db"


@pytest.fixture
async def ledger(path: Path, anyio_backend: str) -> AsyncIterator[SqliteLedger]:
    """A ledger in a new file."""
    assert anyio_backend
    opened = SqliteLedger(path, "1.2.3")
    await opened.open()
    yield opened
    await opened.close()


def fact(number: int, size: int = 0) -> Fact:
    """A fact that can be told from others. `size`: bytes more."""
    return IdsDrawn(float(number), {"n" + "x" * size: number})


async def extend(ledger: SqliteLedger, at: Head, *numbers: int, size: int = 0) -> Head:
    """Append facts that have to go through."""
    head = await ledger.append("s1", at, [fact(number, size) for number in numbers])
    assert isinstance(head, Head)
    return head


async def refusal(path: Path) -> str:
    """Why a file can't be opened."""
    with pytest.raises(Unusable) as refused:
        await SqliteLedger(path, "1.2.3").open()
    return str(refused.value)


def edit(path: Path, *statements: str) -> None:
    """Change a closed file behind the ledger's back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def tear(path: Path, cut: int) -> Path:
    """A copy of an open file whose write-ahead log lacks so many bytes at its end."""
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    tail = path.with_name("ledger.db-wal").read_bytes()
    path.with_name("copy.db-wal").write_bytes(tail[:-cut])
    return copy


def spoil(path: Path) -> None:
    """Overwrite the beginning of every page but the first ones."""
    raw = bytearray(path.read_bytes())
    for page in range(8, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(raw)


def write(path: Path, raw: bytes) -> None:
    """Make a file of something else."""
    path.write_bytes(raw)


def read(path: Path) -> bytes:
    """All of it."""
    return path.read_bytes()


@contextmanager
def nobody(path: Path) -> Iterator[None]:
    """A user who may read a file and its folder, and not write."""
    path.parent.chmod(0o555)
    path.chmod(0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    yield
    if root:
        os.seteuid(0)
    path.parent.chmod(0o755)


async def test_a_file_outlives_its_ledger(ledger: SqliteLedger, path: Path) -> None:
    """Whoever opens the file next finds log, directory, lease and worlds, and goes on."""
    lease = Lease("s1", 1.0, 2.0, 60.0, first_use=True)
    head = await ledger.append(
        "s1", NOWHERE, [fact(1)], claimed=[("toy.shops", "ANN")], lease=lease
    )
    await ledger.keep_world("d1", b"{}")
    await ledger.close()
    again = SqliteLedger(path, "1.2.3")
    await again.open()
    assert isinstance(head, Head)
    assert await again.read("s1", NOWHERE) == Tail((fact(1),), head)
    assert await again.locate("toy.shops", "ANN") == "s1"
    assert await again.lease("s1") == lease
    assert await again.world("d1") == b"{}"
    assert (await extend(again, head, 2)).position == 2
    await again.close()


async def test_two_ledgers_on_one_file_see_each_other(ledger: SqliteLedger, path: Path) -> None:
    """What one appends the other reads at once; what one drops and makes anew is another log."""
    other = SqliteLedger(path, "1.2.3")
    await other.open()
    first = await extend(ledger, NOWHERE, 1)
    assert await other.read("s1", NOWHERE) == Tail((fact(1),), first)
    second = await extend(other, first, 2)
    assert await ledger.append("s1", first, [fact(3)]) == Moved()
    assert await ledger.read("s1", first) == Tail((fact(2),), second)
    await other.drop("s1")
    anew = await extend(other, NOWHERE, 4)
    assert await ledger.append("s1", second, [fact(5)]) == Moved()
    assert await ledger.read("s1", NOWHERE) == Tail((fact(4),), anew)
    await other.close()


async def test_another_process_that_writes_is_waited_for(ledger: SqliteLedger, path: Path) -> None:
    """An append while another holds the file fails after a second, and leaves nothing behind."""
    head = await extend(ledger, NOWHERE, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another process"):
        await ledger.append("s1", head, [fact(2)])
    assert await ledger.read("s1", head) == Tail((), head)  # reading needs no lock
    other.execute("ROLLBACK")
    other.close()
    await extend(ledger, head, 2)


async def test_who_comes_after_a_wait_in_vain_is_told_at_once(
    ledger: SqliteLedger, path: Path
) -> None:
    """Calls that come one after the other, as on one sandbox, don't wait for a second each."""
    head = await extend(ledger, NOWHERE, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = monotonic()
    for _ in range(5):
        with pytest.raises(Unavailable, match="locked by another process"):
            await ledger.append("s1", head, [fact(2)])
        assert await ledger.read("s1", head) == Tail((), head)
    assert PATIENCE_S <= monotonic() - began < 2 * PATIENCE_S
    other.execute("ROLLBACK")
    head = await extend(ledger, head, 2)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(ledger.append("s1", head, [fact(3)]))
    await asyncio.sleep(0)
    other.execute("ROLLBACK")
    other.close()
    assert isinstance(await waiting, Head)  # the next wait is a new one


async def test_a_locked_file_is_told_at_the_start(ledger: SqliteLedger, path: Path) -> None:
    """The line says that another program holds it, and what to set."""
    await ledger.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = exclusive")
    other.execute("BEGIN EXCLUSIVE")
    told = await refusal(path)
    other.close()
    assert told == (
        f"{path} is locked by another program: stop it, or set EMULATOR_LEDGER to another file"
    )


@pytest.mark.parametrize("entries", [0, 1])
async def test_a_full_disk_is_told_and_nothing_is_half_done(
    ledger: SqliteLedger, entries: int
) -> None:
    """What does not fit is not there at all; what was there is, and there is room later."""
    head = await extend(ledger, NOWHERE, 1)
    claimed = [("toy.shops", "ANN")][:entries]
    connection = ledger._file._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="full, or its disk is"):
        await ledger.append("s1", head, [fact(2, size=100_000)], claimed=claimed)
    assert await ledger.read("s1", NOWHERE) == Tail((fact(1),), head)
    assert await ledger.locate("toy.shops", "ANN") is None
    connection.execute("PRAGMA max_page_count = 1000000")
    await extend(ledger, head, 2, size=100_000)


async def test_no_room_for_a_snapshot_leaves_the_log(ledger: SqliteLedger) -> None:
    """A trim that does not fit changes nothing."""
    head = await extend(ledger, NOWHERE, 1)
    connection = ledger._file._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable):
        await ledger.trim("s1", head, fact(9, size=100_000))
    assert await ledger.read("s1", NOWHERE) == Tail((fact(1),), head)


async def test_a_file_that_may_not_be_written_is_told() -> None:
    """Whose user may only read it is told so at the start."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        made = SqliteLedger(path, "1.2.3")
        await made.open()
        await made.close()
        with nobody(path):
            told = await refusal(path)
    assert "can't be written by this user" in told or "can't be opened" in told
    assert "EMULATOR_LEDGER" in told


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """No folders are made."""
    told = await refusal(tmp_path / "no" / "ledger.db")
    assert "can't be opened: is there its folder" in told
    assert "can't be opened" in await refusal(tmp_path / "no" / "ledger.db")


async def test_what_is_no_database_is_left_alone(path: Path) -> None:
    """A file of something else is refused and not touched."""
    notes = b"some notes, no database, and more than a hundred bytes of them: " * 4
    write(path, notes)
    assert "is no SQLite file" in await refusal(path)
    assert read(path) == notes


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    """A database with tables or an owner of its own is refused and not touched."""
    edit(path, "CREATE TABLE theirs (x)")
    before = read(path)
    assert "is another program's" in await refusal(path)
    assert read(path) == before
    edit(path, "DROP TABLE theirs", "PRAGMA application_id = 7")
    assert "is another program's" in await refusal(path)


async def test_an_empty_file_is_a_new_one(path: Path) -> None:
    """A file that was made empty, by `mktemp` say, becomes a ledger."""
    write(path, b"")
    ledger = SqliteLedger(path, "1.2.3")
    await ledger.open()
    await extend(ledger, NOWHERE, 1)
    await ledger.close()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE format SET facts = 99",
            "facts of version 99, this release reads version 1: token-emulator 1.2.3, which wrote",
        ),
        (
            "PRAGMA user_version = 7",
            "laid out as version 7, this release reads 1: token-emulator 1.2.3, which wrote it",
        ),
        ("DELETE FROM format", "does not say who wrote it"),
    ],
)
async def test_another_versions_file_is_refused(
    ledger: SqliteLedger, path: Path, statement: str, told: str
) -> None:
    """The line names what can read it, and nothing of it is read."""
    await ledger.close()
    edit(path, statement)
    assert told in await refusal(path)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE appends SET facts = substr(facts, 1, 20) WHERE count = 2", "damaged"),
        (FLIP, "damaged"),
        ("UPDATE appends SET facts = 'text' WHERE count = 2", "damaged"),
        ("UPDATE appends SET facts = x'00' WHERE count = 2", "damaged"),
        ("DELETE FROM appends WHERE count = 2", "missing"),
        ("DELETE FROM appends WHERE count = 1", "missing"),
    ],
)
async def test_a_damaged_log_is_never_half_read(
    ledger: SqliteLedger, path: Path, statement: str, told: str
) -> None:
    """A row that is not what was written, or is gone, is told; no fact before or after is given."""
    first = await extend(ledger, NOWHERE, 1)
    second = await extend(ledger, first, 2, 3)
    await extend(ledger, second, 4, 5, 6)
    await ledger.close()
    edit(path, "PRAGMA application_id", statement)
    again = SqliteLedger(path, "1.2.3")
    await again.open()
    with pytest.raises(Unavailable, match=told):
        await again.read("s1", NOWHERE)
    await again.close()


async def test_facts_that_nobody_knows_are_told(ledger: SqliteLedger, path: Path) -> None:
    """A whole row with a fact of a kind that is not known here is refused as a whole."""
    await extend(ledger, NOWHERE, 1)
    connection = sqlite3.connect(path, isolation_level=None)
    unknown = seal(b'[{"type":"IdsDrawn","at":1,"counts":{}},{"type":"MoonRisen","at":2}]')
    connection.execute("UPDATE appends SET facts = ?", (unknown,))
    connection.close()
    with pytest.raises(Unavailable, match="does not know"):
        await ledger.read("s1", NOWHERE)


async def test_a_page_of_noise_is_told(ledger: SqliteLedger, path: Path) -> None:
    """Bytes overwritten in the file itself end in a refusal, at the start or at the read."""
    head = NOWHERE
    for number in range(40):
        head = await extend(ledger, head, number, size=2000)
    await ledger.close()
    spoil(path)
    again = SqliteLedger(path, "1.2.3")
    with pytest.raises((Unusable, Unavailable)):  # one that was not opened opens now
        await again.read("s1", NOWHERE)
    await again.close()


@pytest.mark.parametrize("cut", [1, 700, 4096, 9000])
async def test_a_torn_end_of_the_write_ahead_log_is_no_damage(path: Path, cut: int) -> None:
    """What a loss of power cut off never was: the appends before it are whole, and it goes on."""
    ledger = SqliteLedger(path, "1.2.3")
    await ledger.open()
    heads = [NOWHERE]
    for number in range(10):
        heads.append(await extend(ledger, heads[-1], number))
    copy = tear(path, cut)
    await ledger.close()
    again = SqliteLedger(copy, "1.2.3")
    await again.open()
    found = await again.read("s1", NOWHERE)
    assert isinstance(found, Tail)
    assert found.head in heads[:-1]
    assert list(found.facts) == [fact(number) for number in range(len(found.facts))]
    await extend(again, found.head, 99)
    await again.close()


async def test_a_closed_ledger_answers_no_more(ledger: SqliteLedger) -> None:
    """After the end nothing is opened again."""
    await ledger.close()
    with pytest.raises(Unavailable, match="closed"):
        await ledger.read("s1", NOWHERE)


async def test_a_ledger_opens_when_it_is_first_asked(path: Path) -> None:
    """Where nobody runs a lifespan the first call opens it; if it can't be opened, that is told."""
    ledger = SqliteLedger(path, "1.2.3")
    await extend(ledger, NOWHERE, 1)
    await ledger.close()
    lost = SqliteLedger(path.parent / "no" / "ledger.db", "1.2.3")
    with pytest.raises(Unavailable, match="can't be opened"):
        await lost.read("s1", NOWHERE)


@pytest.mark.parametrize(("asked", "found"), [("normal", 1), ("full", 2)])
async def test_a_file_waits_for_the_disk_when_asked(path: Path, asked: str, found: int) -> None:
    """Normal leaves it to the system when to write the disk, full waits for it."""
    ledger = SqliteLedger(path, "1.2.3", "full" if asked == "full" else "normal")
    await ledger.open()
    assert ledger._file.run("PRAGMA synchronous") == [(found,)]
    await ledger.close()


async def test_a_long_log_is_read_from_its_snapshot(worlds: Worlds, path: Path) -> None:
    """After thousands of facts the file holds few, and another process finds the same tokens."""
    ledger = SqliteLedger(path, "1.2.3")
    sandbox = await new_directory(worlds=worlds, ledger=ledger).open("s1")
    for _ in range(1100):
        await sandbox.transact(mint)
    kept = ledger._file.run("SELECT count(*), min(count), max(count) FROM appends")
    other = SqliteLedger(path, "1.2.3")
    again = await new_directory(worlds=worlds, ledger=other).find("s1")
    assert again is not None
    assert list(reversed(again.state.tokens)) == list(reversed(sandbox.state.tokens))
    assert again.state.counters == sandbox.state.counters == {"jti": 1100}
    assert kept[0][0] < 600
    assert kept[0][2] > 1000
    await other.close()
    await ledger.close()


async def test_a_decision_waits_for_who_writes(worlds: Worlds, path: Path) -> None:
    """Two processes that decide on one sandbox in turn lose nothing of each other's."""
    ledgers = [SqliteLedger(path, "1.2.3") for _ in range(2)]
    sandboxes = [await new_directory(worlds=worlds, ledger=ledger).open("s1") for ledger in ledgers]
    for number in range(40):
        await sandboxes[number % 2].transact(mint)
    counts = [await sandbox.look(lambda view: len(view.state.tokens)) for sandbox in sandboxes]
    assert counts == [40, 40]
    assert (await sandboxes[0].transact(lambda view: Decision(view.seed))).reply
    for ledger in ledgers:
        await ledger.close()
