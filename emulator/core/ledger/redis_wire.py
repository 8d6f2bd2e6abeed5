"""A connection to Redis that many questions share: it sends in order, and so come the answers.

Silence is measured in turns of the loop as well as in time: a loop that is late finds the answers
that came meanwhile before it calls anybody silent.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

TICK_S = 0.05
TICKS = 5
SILENT_S = TICK_S * TICKS

LOST = "the connection was lost"

# How it is told that a connection is of no use: by redis-py, by us, and by uvloop and redis-py of
# one that was lost a moment ago.
BROKEN = (
    RedisConnectionError,
    RedisTimeoutError,
    OSError,
    TimeoutError,
    RuntimeError,
    AttributeError,
)

Word = str | bytes | int
Command = Sequence[Word]


class Wire:
    """One connection, once."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._waiting: deque[asyncio.Future[object]] = deque()
        self._reading: asyncio.Task[None] | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._oldest: asyncio.Future[object] | None = None
        self._ticks = 0
        self.is_broken = False

    async def open(self) -> None:
        """Connect, and begin to listen."""
        try:
            await self._connection.connect()
        except BaseException:
            await self._connection.disconnect(nowait=True)
            raise
        self._reading = asyncio.create_task(self._read())

    async def ask(self, command: Command) -> object:
        """The answer to one command.

        Raises:
            RedisError: what Redis answered.
            BROKEN: there will be none.
        """
        loop = asyncio.get_running_loop()
        # redis-py's way to send would wait for a Redis that takes nothing, or connect anew.
        writer = self._connection._writer  # noqa: SLF001
        if self.is_broken or writer is None:
            raise RedisConnectionError(LOST)
        try:
            writer.writelines(self._connection.pack_command(*command))
        except BROKEN as error:
            self._break(str(error) or LOST)
            raise
        answer: asyncio.Future[object] = loop.create_future()
        self._waiting.append(answer)
        if self._ticking is None:
            self._ticking = loop.call_later(TICK_S, self._tick)
        return await answer

    async def close(self) -> None:
        """Hang up; whoever still waits learns it."""
        self._break(LOST)
        if self._reading is not None:
            self._reading.cancel()
        await self._connection.disconnect(nowait=True)

    def _break(self, why: str) -> None:
        self.is_broken = True
        if self._ticking is not None:
            self._ticking.cancel()
        while self._waiting:
            answer = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(RedisConnectionError(why))

    async def _read(self) -> None:
        try:
            while True:
                try:
                    # Who hangs up is `close`: else a command might come between.
                    said = await self._connection.read_response(disconnect_on_error=False)
                except ResponseError as error:
                    said = error
                self._hand_out(said)
        except (RedisError, *BROKEN) as error:
            self._break(str(error) or LOST)

    def _hand_out(self, said: object) -> None:
        answer = self._waiting.popleft()
        if answer.done():  # who asked has left
            return
        if isinstance(said, ResponseError):
            answer.set_exception(said)
        else:
            answer.set_result(said)

    def _tick(self) -> None:
        """Look whether the oldest question is still the same."""
        self._ticking = None
        if not self._waiting:
            return
        oldest = self._waiting[0]
        self._ticks = self._ticks + 1 if oldest is self._oldest else 1
        self._oldest = oldest
        if self._ticks > TICKS:
            self._break("it is silent")
        else:
            self._ticking = asyncio.get_running_loop().call_later(TICK_S, self._tick)
