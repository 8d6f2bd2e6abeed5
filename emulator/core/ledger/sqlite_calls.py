"""The last calls of a sandbox, as several processes on one file tell each other of them."""

from collections.abc import Sequence

from emulator.core.journal import Told
from emulator.core.ledger.calls import CAP, CallLine, Calls
from emulator.core.ledger.sqlite_file import LAST, SqliteFile, make_place

_FIND = "SELECT id FROM sandboxes WHERE name = ?"
_END = "SELECT max(place) FROM calls WHERE place BETWEEN ? AND ?"
_TRIM = "DELETE FROM calls WHERE place BETWEEN ? AND ?"
_READ = "SELECT place, number, record FROM calls WHERE place > ? AND place <= ? ORDER BY place"


class SqliteCalls:
    """The reading and writing ends of one sandbox's line in a file."""

    def __init__(self, file: SqliteFile, sandbox: str) -> None:
        self._file = file
        self._sandbox = sandbox
        self._heard = 0  # the place of the last one

    def line(self, lane: int) -> CallLine:
        """Both as a line."""
        return CallLine(lane, self._send, self._read)

    async def _send(self, calls: Calls) -> None:
        await self._file.do(self._file.whole(lambda: self._put(calls)))

    async def _read(self) -> Sequence[Told]:
        return await self._file.do(self._take)

    def _put(self, calls: Calls) -> None:
        found = self._file.run(_FIND, self._sandbox)
        if not found:
            return
        base = make_place(found[0][0], 0)
        end = self._file.run(_END, base, base | LAST)[0][0] or base
        for count, (number, record) in enumerate(calls, 1):
            self._file.run("INSERT INTO calls VALUES (?, ?, ?)", end + count, number, record)
        self._file.run(_TRIM, base, end + len(calls) - CAP)

    def _take(self) -> list[Told]:
        found = self._file.run(_FIND, self._sandbox)
        if not found:
            return []
        base = make_place(found[0][0], 0)
        self._heard = max(self._heard, base)  # of a log made anew nothing was heard yet
        told: list[Told] = []
        for place, number, record in self._file.run(_READ, self._heard, base | LAST):
            told.append(Told(number, record, missed=place != self._heard + 1))
            self._heard = place
        return told
