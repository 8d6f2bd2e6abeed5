"""A file of SQLite that is worked on in the loop: one piece of work at a time, none waits inside.

Another process's lock is waited for in the loop, so that other calls go on.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any, TypeVar

from emulator.core.clock import monotonic
from emulator.core.ledger import PATIENCE_S, Unavailable, Unusable
from emulator.core.ledger.sqlite_format import Synchronous, explain, is_busy, open_file, tell

T = TypeVar("T")

# A lock is held for some 50 us: at first other calls get a turn, later real time passes.
TURNS = 8
RETRY_S = 0.001


_POSITION_BITS = 32
LAST = (1 << _POSITION_BITS) - 1  # the highest position


def make_place(sandbox: int, position: int) -> int:
    """The key of what belongs to a sandbox, by its number in the file: all of it in order."""
    return sandbox << _POSITION_BITS | position


class Wait:
    """How long another process has been in the way of all who want to write.

    Calls on one sandbox come one after the other: if each waited for its own second, the tenth
    would hear after ten of them. `until` is told of each time that somebody was in the way.
    """

    def __init__(self) -> None:
        self._since = self._last = -inf

    def until(self, now: float) -> float:
        """When nobody waits any longer."""
        if now - self._last > PATIENCE_S:
            self._since = now
        self._last = now
        return self._since + PATIENCE_S

    def end(self) -> None:
        """Somebody could write."""
        self._last = -inf


class SqliteFile:
    """The connection, once it is open."""

    def __init__(self, path: Path, synchronous: Synchronous, writer: str) -> None:
        self._path = path
        self._writer = writer
        self._closed = False
        self._synchronous = synchronous
        self._connection: sqlite3.Connection | None = None
        self._wait = Wait()

    async def open(self) -> None:
        """Open the file, or make it; a second time changes nothing.

        Raises:
            Unusable: it can't be opened, written or understood.
        """
        deadline = monotonic() + PATIENCE_S
        while self._connection is None:
            try:
                self._connection = open_file(self._path, self._synchronous, self._writer)
            except sqlite3.Error as error:
                if not is_busy(error) or monotonic() > deadline:
                    raise Unusable(tell(self._path, error)) from None
                await asyncio.sleep(RETRY_S)

    def close(self) -> None:
        """Close it, for good."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` answers, once no other process is in the way; it may be begun several times.

        Raises:
            Unavailable: another process was in the way for too long, or the file fails.
        """
        if self._connection is None:
            await self._open_late()
        deadline, turns = 0.0, TURNS
        while True:
            try:
                return work()
            except sqlite3.Error as error:
                now = monotonic()
                deadline = deadline or now + PATIENCE_S
                if not is_busy(error) or now > min(deadline, self._wait.until(now)):
                    raise Unavailable(explain(error)) from None
            turns -= 1
            await asyncio.sleep(0 if turns > 0 else RETRY_S)

    async def _open_late(self) -> None:
        try:
            if not self._closed:
                await self.open()
        except Unusable:
            raise Unavailable("The ledger's file can't be opened.") from None

    def whole(self, work: Callable[[], T]) -> Callable[[], T]:
        """The same work as one transaction, which begins with the right to write."""

        def transact() -> T:
            self.run("BEGIN IMMEDIATE")
            self._wait.end()
            try:
                answer = work()
                self.run("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            return answer

        return transact

    def run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        return self._execute(sql, values).fetchall()

    def changes(self, sql: str, *values: object) -> bool:
        """Whether a statement changed a row."""
        changed = self._execute(sql, values).rowcount > 0
        self._wait.end()
        return changed

    def _execute(self, sql: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        if self._connection is None:
            raise Unavailable("The ledger is closed.")
        return self._connection.execute(sql, values)

    def _roll_back(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._connection.rollback()
