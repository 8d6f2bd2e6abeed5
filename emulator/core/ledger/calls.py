"""What processes tell each other of the calls in a sandbox, best effort, whatever the ledger.

No call waits for it. What is told is sent a moment later, several calls at once; where the ledger
does not answer it waits, up to a bound.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from emulator.core.clock import wall
from emulator.core.journal import Told
from emulator.core.ledger import Unavailable

CAP = 500  # calls of a sandbox; what falls out unheard is known to be missing
BATCH = 100
WAITING = 1000
SEND_EVERY_S = 0.02

LANES = 1000
EPOCH_S = 1_577_836_800  # 2020: numbers stay below 16 digits

Calls = Sequence[tuple[int, bytes]]  # numbers and records


class CallLine:
    """One sandbox's. `lane`: this process's, which makes its numbers its own.

    `send` and `read` are the ledger's: put calls at the end, give those that were not read yet.
    `pause_s`: how long calls gather before they are sent together.
    """

    def __init__(
        self,
        lane: int,
        send: Callable[[Calls], Awaitable[None]],
        read: Callable[[], Awaitable[Sequence[Told]]],
        pause_s: float = SEND_EVERY_S,
    ) -> None:
        self._pause_s = pause_s
        self._lane = lane
        self._put = send
        self._get = read
        self._number = 0
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=WAITING)
        self._sending: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

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

    async def hear(self) -> Sequence[Told]:
        """What was told since the last time; nothing where the ledger does not answer."""
        async with self._turn:
            with suppress(Unavailable):
                await self._send()
                return await self._get()
        return ()

    async def _send_soon(self) -> None:
        await asyncio.sleep(self._pause_s)
        async with self._turn:
            with suppress(Unavailable):
                await self._send()

    async def _send(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                await self._put(batch)
            except Unavailable:
                self._waiting.extendleft(reversed(batch))
                raise
