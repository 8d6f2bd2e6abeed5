"""The calls of a sandbox over all replicas: a capped stream in Redis, best effort.

All replicas hear the calls in the order of the stream, their own too.
"""

from collections.abc import Sequence

from emulator.core.journal import Told
from emulator.core.ledger.calls import BATCH, CAP, CallLine, Calls
from emulator.core.ledger.redis_link import Link, Script

# KEYS heads calls   ARGV sandbox cap number record number record ...
TELL = Script("""
local heads, calls = unpack(KEYS)
if redis.call('HEXISTS', heads, ARGV[1]) == 0 then return end
local last = redis.call('XREVRANGE', calls, '+', '-', 'COUNT', 1)[1]
local count = last and tonumber(last[2][2]) or 0
for i = 3, #ARGV, 2 do
  count = count + 1
  redis.call('XADD', calls, '*', 'c', count, 'n', ARGV[i], 'r', ARGV[i + 1])
end
redis.call('XTRIM', calls, 'MAXLEN', '~', ARGV[2])
""")


class RedisCalls:
    """One sandbox's, and how far it was read here."""

    def __init__(self, link: Link, sandbox: str, keys: Sequence[str]) -> None:
        self._link = link
        self._sandbox = sandbox
        self._keys = keys
        self._place = "-"
        self._heard = 0

    def line(self, lane: int) -> CallLine:
        """Both ways as a line: at once, for nobody waits for Redis as for a file.

        `lane`: this process's, which makes its numbers its own.
        """
        return CallLine(lane, self._send, self._read, pause_s=0.0)

    async def _send(self, calls: Calls) -> None:
        words = [word for pair in calls for word in pair]
        await self._link.ask(TELL.call(self._keys, (self._sandbox, CAP, *words)))

    async def _read(self) -> Sequence[Told]:
        told: list[Told] = []
        while True:
            found = await self._link.ask(
                ("XRANGE", self._keys[1], self._place, "+", "COUNT", BATCH)
            )
            for name, fields in found:
                told.append(self._take(fields))
                self._place = f"({name.decode()}"
            if len(found) < BATCH:
                return told

    def _take(self, fields: Sequence[bytes]) -> Told:
        count = int(fields[1])
        missed, self._heard = count != self._heard + 1, count
        return Told(int(fields[3]), fields[5], missed=missed)
