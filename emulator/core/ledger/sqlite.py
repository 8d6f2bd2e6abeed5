"""The ledger in a file of SQLite: outlives the process, shared by the processes of one machine.

Called in the loop, without a thread: an append costs what a hop to a thread would. A change is in
the file (its write-ahead log) before its answer leaves; `synchronous=full` waits for the disk too.
SQLite itself never waits for another process's lock: the loop does, and serves others meanwhile.

An append is one row under `place`: the sandbox's number, then the position behind its facts.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from emulator.core.facts import Fact
from emulator.core.ids import draw_tag
from emulator.core.journal import Line
from emulator.core.ledger import NOWHERE, Head, Lease, Moved, Replaced, Tail, Unavailable
from emulator.core.ledger.sealing import seal, seal_facts, unseal, unseal_facts
from emulator.core.ledger.sqlite_calls import SqliteCalls
from emulator.core.ledger.sqlite_file import LAST, SqliteFile, make_place
from emulator.core.ledger.sqlite_format import Synchronous
from emulator.core.state import Entry

_READ = """SELECT place, tag, count, CASE place WHEN ?1 THEN NULL ELSE facts END FROM appends
WHERE place BETWEEN ?1 AND ?2 ORDER BY place"""
_APPEND = """INSERT INTO appends SELECT ?1, ?2, ?3, ?4
WHERE EXISTS (SELECT 1 FROM appends WHERE place = ?5 AND tag = ?6)
AND NOT EXISTS (SELECT 1 FROM appends WHERE place > ?5 AND place <= ?7)"""
_FORGET = "DELETE FROM appends WHERE place BETWEEN ? AND ?"
_FORGET_CALLS = "DELETE FROM calls WHERE place BETWEEN ? AND ?"
_FIND = "SELECT id, incarnation FROM sandboxes WHERE name = ?"
_TAG = "SELECT tag FROM appends WHERE place = ?"
_BEGIN = """INSERT INTO sandboxes (name, incarnation, created_at, used_at, ttl_s, first_use)
VALUES (?, ?, ?, ?, ?, ?)"""
_RELEASE = "DELETE FROM entries WHERE kind = ? AND value = ? AND sandbox = ?"
_LOCATE = """SELECT name FROM entries JOIN sandboxes ON sandboxes.id = sandbox
WHERE kind = ? AND value = ?"""
_LEASE = "SELECT name, created_at, used_at, ttl_s, first_use FROM sandboxes WHERE name = ?"
_LEASES = "SELECT name, created_at, used_at, ttl_s, first_use FROM sandboxes ORDER BY id"


class _Row(NamedTuple):
    """A sandbox's number in the file, and which of the logs of its name it is."""

    id: int
    incarnation: bytes

    def place(self, position: int) -> int:
        """The key of the append that ends there."""
        return make_place(self.id, position)


class SqliteLedger:
    """Logs in one file. `synchronous`: normal outlives the process, full a loss of power too.

    `writer`: this release, for a later one to name; `has_workers`: other processes serve the file
    too, and tell each other of their calls.
    """

    shared = True

    def __init__(
        self,
        path: Path,
        writer: str,
        synchronous: Synchronous = "normal",
        *,
        has_workers: bool = False,
    ) -> None:
        self._has_workers = has_workers
        self._file = SqliteFile(path, synchronous, writer)
        self._rows: dict[str, _Row] = {}

    async def open(self) -> None:
        """Open the file, or make it.

        Raises:
            Unusable: it can't be opened, written or understood.
        """
        await self._file.open()

    async def close(self) -> None:
        """Close the file."""
        self._file.close()

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """The facts behind `after`."""
        return await self._file.do(lambda: self._read(sandbox, after))

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
        """Append if the head has not moved."""
        tag, sealed = draw_tag(), seal_facts(facts)
        head = Head(expected.incarnation or tag, expected.position + len(facts), tag)

        def work() -> Head | Moved:
            if expected == NOWHERE:
                begun = self._begin(sandbox, head, sealed, lease)
            else:
                begun = self._append(sandbox, expected, head, sealed)
            if begun and (claimed or released):
                self._move(self._rows[sandbox].id, claimed, released)
            return head if begun else Moved()

        # One statement is a transaction of its own.
        alone = expected != NOWHERE and not claimed and not released
        try:
            return await self._file.do(work if alone else self._file.whole(work))
        except Unavailable:
            if self._holds(sandbox, head):
                return head
            raise

    async def trim(self, sandbox: str, head: Head, fact: Fact) -> None:
        """Put one fact in the place of all up to `head`."""
        sealed = seal_facts([fact])

        def work() -> None:
            row = self._find(sandbox)
            if row is None or not self._holds(sandbox, head):
                return
            place = row.place(head.position)
            self._file.run(_FORGET, row.place(0), place)
            self._file.run(
                "INSERT INTO appends VALUES (?, ?, ?, ?)", place, head.tag, head.position, sealed
            )

        await self._file.do(self._file.whole(work))

    async def drop(self, sandbox: str, *, unused_since: float | None = None) -> bool:
        """Forget a log."""

        def work() -> bool:
            found = self._file.run("SELECT id, used_at FROM sandboxes WHERE name = ?", sandbox)
            if not found or (unused_since is not None and found[0][1] > unused_since):
                return False
            row = _Row(found[0][0], b"")
            self._file.run("DELETE FROM entries WHERE sandbox = ?", row.id)
            self._file.run(_FORGET, row.place(0), row.place(LAST))
            self._file.run(_FORGET_CALLS, row.place(0), row.place(LAST))
            self._file.run("DELETE FROM sandboxes WHERE id = ?", row.id)
            return True

        self._rows.pop(sandbox, None)
        return await self._file.do(self._file.whole(work))

    async def locate(self, kind: str, value: str) -> str | None:
        """The sandbox that holds an entry."""
        found = await self._file.do(lambda: self._file.run(_LOCATE, kind, value))
        return found[0][0] if found else None

    async def lease(self, sandbox: str) -> Lease | None:
        """The lease of a sandbox."""
        found = await self._file.do(lambda: self._file.run(_LEASE, sandbox))
        return _make_lease(found[0]) if found else None

    async def leases(self) -> Sequence[Lease]:
        """All, in order of creation."""
        return [_make_lease(row) for row in await self._file.do(lambda: self._file.run(_LEASES))]

    async def count(self) -> int:
        """How many there are."""
        found = await self._file.do(lambda: self._file.run("SELECT count(*) FROM sandboxes"))
        number: int = found[0][0]
        return number

    async def touch(self, sandbox: str, at: float) -> None:
        """Note a use."""
        update = "UPDATE sandboxes SET used_at = max(used_at, ?) WHERE name = ?"
        await self._file.do(lambda: self._file.run(update, at, sandbox))

    def line(self, sandbox: str) -> Line | None:
        """The sandbox's last calls, in the same file."""
        if not self._has_workers:
            return None
        return SqliteCalls(self._file, sandbox).line(int.from_bytes(draw_tag()))

    async def keep_world(self, digest: str, document: bytes) -> None:
        """Keep a world."""
        insert = "INSERT OR IGNORE INTO worlds VALUES (?, ?)"
        await self._file.do(lambda: self._file.run(insert, digest, seal(document)))

    async def world(self, digest: str) -> bytes | None:
        """A kept world."""
        select = "SELECT document FROM worlds WHERE digest = ?"
        found = await self._file.do(lambda: self._file.run(select, digest))
        return unseal(found[0][0]) if found else None

    def _read(self, sandbox: str, after: Head) -> Tail | Replaced:
        row = self._rows.get(sandbox)
        if row is None or row.incarnation != after.incarnation or after == NOWHERE:
            row = self._find(sandbox)
            if row is None:
                return Tail((), NOWHERE) if after == NOWHERE else Replaced()
        first = row.place(after.position)
        found = self._file.run(_READ, first, row.place(LAST))
        if after == NOWHERE:
            return _make_tail(row, after, found)
        if not found or found[0][:2] != (first, after.tag) or row.incarnation != after.incarnation:
            self._rows.pop(sandbox, None)
            return Replaced()
        return _make_tail(row, after, found[1:])

    def _find(self, sandbox: str) -> _Row | None:
        """The sandbox's row as the file has it now."""
        found = self._file.run(_FIND, sandbox)
        if not found:
            self._rows.pop(sandbox, None)
            return None
        row = self._rows[sandbox] = _Row(*found[0])
        return row

    def _begin(self, sandbox: str, head: Head, sealed: bytes, lease: Lease | None) -> bool:
        """A log's first append; False when there is a log."""
        if self._find(sandbox) is not None:
            return False
        lease = lease or Lease(sandbox, 0.0, 0.0, None, first_use=False)
        values = (sandbox, head.incarnation, *lease[1:])
        self._file.run(_BEGIN, *values)
        row = self._find(sandbox)
        assert row is not None  # noqa: S101 - it was just put there
        place = row.place(head.position)
        self._file.run(
            "INSERT INTO appends VALUES (?, ?, ?, ?)", place, head.tag, head.position, sealed
        )
        return True

    def _append(self, sandbox: str, expected: Head, head: Head, sealed: bytes) -> bool:
        """A later append; False when the head has moved."""
        row = self._rows.get(sandbox) or self._find(sandbox)
        if row is None or row.incarnation != expected.incarnation:
            return False
        return self._file.changes(
            _APPEND,
            row.place(head.position),
            head.tag,
            head.position - expected.position,
            sealed,
            row.place(expected.position),
            expected.tag,
            row.place(LAST),
        )

    def _move(self, row_id: int, claimed: Sequence[Entry], released: Sequence[Entry]) -> None:
        for kind, value in released:
            self._file.run(_RELEASE, kind, value, row_id)
        for kind, value in claimed:
            self._file.run("INSERT OR IGNORE INTO entries VALUES (?, ?, ?)", kind, value, row_id)

    def _holds(self, sandbox: str, head: Head) -> bool:
        """Whether the file has the append of that tag; False, too, when that can't be said."""
        with suppress(sqlite3.Error):
            row = self._find(sandbox)
            if row is not None and row.incarnation == head.incarnation:
                found = self._file.run(_TAG, row.place(head.position))
                return bool(found) and found[0][0] == head.tag
        return False


def _make_tail(row: _Row, after: Head, found: list[tuple[Any, ...]]) -> Tail:
    """The facts of rows that follow each other without a gap.

    Raises:
        Unavailable: there is a gap, or a row is damaged.
    """
    facts: list[Fact] = []
    head = after
    for place, tag, count, sealed in found:
        position = place & LAST
        if position - count != head.position:
            raise Unavailable("A part of the sandbox's log is missing in the ledger.")
        facts += unseal_facts(sealed)
        head = Head(row.incarnation, position, tag)
    return Tail(tuple(facts), head)


def _make_lease(found: tuple[Any, ...]) -> Lease:
    return Lease._make((*found[:4], bool(found[4])))
