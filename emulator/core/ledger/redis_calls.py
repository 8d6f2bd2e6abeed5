"""The calls of a sandbox over all replicas: a capped stream in Redis, best effort.

No call waits for it. What is told is sent a moment later; where Redis is away it waits, up to a
bound. All replicas hear the calls in the order of the stream, their own too.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from emulator.core.clock import wall
from emulator.core.journal import Told
from emulator.core.ledger import Unavailable
from emulator.core.ledger.redis_link import Link, Script

CAP = 500  # calls of a sandbox; what falls out unheard is known to be missing
BATCH = 100
WAITING = 1000

LANES = 1000
EPOCH_S = 1_577_836_800  # 2020: numbers stay below 16 digits

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


class RedisLine:
    """One sandbox's. `lane`: this process's, which makes its numbers its own."""

    def __init__(self, link: Link, sandbox: str, keys: Sequence[str], lane: int) -> None:
        self._link = link
        self._sandbox = sandbox
        self._keys = keys
        self._lane = lane
        self._number = 0
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=WAITING)
        self._sending: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._place = "-"
        self._heard = 0

    def number(self, _: int) -> int:
        """In the order of time over all processes, as far as their clocks agree."""
        at = int((wall() - EPOCH_S) * 1000) * LANES + self._lane % LANES
        self._number = max(at, self._number + LANES)
        return self._number

    def tell(self, number: int, raw: bytes) -> None:
        """Have a record sent soon."""
        self._waiting.append((number, raw))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_soon())

    async def hear(self) -> list[Told]:
        """What was told since the last time; nothing where Redis is away."""
        async with self._turn:
            with suppress(Unavailable):
                await self._send()
                return await self._read()
        return []

    async def _send_soon(self) -> None:
        async with self._turn:
            with suppress(Unavailable):
                await self._send()

    async def _send(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            words = [word for pair in batch for word in pair]
            try:
                await self._link.ask(TELL.call(self._keys, (self._sandbox, CAP, *words)))
            except Unavailable:
                self._waiting.extendleft(reversed(batch))
                raise

    async def _read(self) -> list[Told]:
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
