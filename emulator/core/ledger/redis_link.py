"""The way to Redis: one connection that many questions share, and what happens when it is silent.

Answers come in the order of the questions. A question is asked anew on a fresh connection until
its time is up: who asks says with what, so that asking twice does no harm. Once Redis has been
silent for so long everybody is told so at once, until it answers a knock.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from hashlib import sha1
from typing import Any

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from emulator.core.ledger import Unavailable, Unusable

log = logging.getLogger("emulator.ledger")

BUDGET_S = 0.6  # for one question, however often it is asked: callers promise an answer in 1 s
ATTEMPT_S = 0.25
PAUSE_S = 0.02
KNOCK_EVERY_S = 0.1

SILENT = "Redis does not answer."
LOST = "the connection was lost"

Word = str | bytes | int
Command = Sequence[Word]

# The last two: what uvloop and redis-py say of a connection that was lost a moment ago.
_LOST = (RedisConnectionError, RedisTimeoutError, OSError, RuntimeError, AttributeError)
# A read-only node was the one to write to before a failover: a new connection may find its heir.
_WORTH_RETRYING = (*_LOST, TimeoutError, ReadOnlyError)

# Waiting and trying again are done here; redis-py's own timer would cost a task for each command.
_OPTIONS: dict[str, Any] = {
    "protocol": 2,
    "retry": Retry(NoBackoff(), 0),
    "socket_timeout": None,
    "socket_connect_timeout": None,
}


class Script:
    """What Redis does in one step. `digest`: how EVALSHA calls it."""

    __slots__ = ("digest", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = sha1(text.encode(), usedforsecurity=False).hexdigest()

    def call(self, keys: Sequence[str], words: Command) -> Command:
        """The command that runs it."""
        return ("EVALSHA", self.digest, len(keys), *keys, *words)


class _Wire:
    """A connection: it sends in order, and hands each answer to the one who asked."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._waiting: deque[asyncio.Future[object]] = deque()
        self._sending = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self.is_broken = False

    async def open(self) -> None:
        """Connect, and begin to listen."""
        await self._connection.connect()
        self._reading = asyncio.create_task(self._read())

    async def ask(self, command: Command) -> object:
        """The answer to one command."""
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        async with self._sending:
            if self.is_broken:
                raise RedisConnectionError(LOST)
            self._waiting.append(answer)
            try:
                await self._connection.send_command(*command, check_health=False)
            except BaseException:
                # redis-py hung up, and would connect anew for the next command, unheard by us.
                self.is_broken = True
                answer.cancel()
                raise
        return await answer

    async def close(self, why: str = LOST) -> None:
        """Hang up; whoever still waits learns why."""
        self.is_broken = True
        while self._waiting:
            answer = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(RedisConnectionError(why))
        if self._reading is not None and self._reading is not asyncio.current_task():
            self._reading.cancel()
        await self._connection.disconnect(nowait=True)

    async def _read(self) -> None:
        try:
            while True:
                try:
                    # Who hangs up is `close`: else a command might come between.
                    said = await self._connection.read_response(disconnect_on_error=False)
                except ResponseError as error:
                    said = error
                self._hand_out(said)
        except (RedisError, *_LOST) as error:
            await self.close(str(error) or LOST)

    def _hand_out(self, said: object) -> None:
        answer = self._waiting.popleft()
        if answer.done():  # who asked has left
            return
        if isinstance(said, ResponseError):
            answer.set_exception(said)
        else:
            answer.set_result(said)


class Link:
    """Redis at a URL of redis-py's forms (redis://, rediss://, unix://).

    `scripts`: what EVALSHA may name, to be sent whole to a server that does not know it yet.
    Raises Unusable: the URL is none.
    """

    def __init__(self, url: str, scripts: Sequence[Script] = ()) -> None:
        try:
            self._pool = ConnectionPool.from_url(url, **_OPTIONS)
            self._pool.make_connection()
        except (ValueError, TypeError) as error:
            raise Unusable(f"EMULATOR_LEDGER is no URL of a Redis: {error}") from None
        self._scripts = {script.digest: script.text for script in scripts}
        self._wire: _Wire | None = None
        self._last_error: Exception | None = None
        self._connecting = asyncio.Lock()
        self._knocking: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        """Where it is, without credentials."""
        at = self._pool.connection_kwargs
        path = at.get("path")
        return str(path) if path else f"{at.get('host', 'localhost')}:{at.get('port', 6379)}"

    async def ask(self, command: Command, again: Command | None = None) -> Any:  # noqa: ANN401 - Redis's
        """The answer to a command; `again`: what to ask where an answer was lost.

        Raises:
            Unavailable: there was none in time, or Redis refuses.
        """
        if self._knocking is not None:
            raise Unavailable(SILENT)
        until = asyncio.get_running_loop().time() + BUDGET_S
        try:
            try:
                async with asyncio.timeout(ATTEMPT_S):
                    return await self._try(command)
            except _WORTH_RETRYING as error:
                await self._note(error)
            async with asyncio.timeout_at(until):
                return await self._insist(again or command)
        except TimeoutError:
            self._give_up()
            raise Unavailable(SILENT) from self._last_error
        except RedisError as error:
            log.error("Redis refuses: %s", error)  # noqa: TRY400 - a trace would say no more
            raise Unavailable("Redis refuses: the emulator's log says why.") from error

    async def close(self) -> None:
        """Hang up."""
        if self._knocking is not None:
            self._knocking.cancel()
            self._knocking = None
        await self._hang_up()

    async def _insist(self, command: Command) -> object:
        while True:
            await asyncio.sleep(PAUSE_S)
            try:
                async with asyncio.timeout(ATTEMPT_S):
                    return await self._try(command)
            except _WORTH_RETRYING as error:
                await self._note(error)

    async def _note(self, error: Exception) -> None:
        self._last_error = error
        await self._hang_up()

    async def _try(self, command: Command) -> object:
        wire = self._wire or await self._connect()
        try:
            return await wire.ask(command)
        except NoScriptError:  # another server, or the same one started anew
            _, known, *rest = command
            return await wire.ask(("EVAL", self._scripts[str(known)], *rest))

    async def _connect(self) -> _Wire:
        async with self._connecting:
            if self._wire is None:
                wire = _Wire(self._pool.make_connection())
                await wire.open()
                self._wire = wire
            return self._wire

    async def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    def _give_up(self) -> None:
        if self._knocking is None:
            log.error("Redis does not answer: calls are refused until it does")
            self._knocking = asyncio.create_task(self._knock())

    async def _knock(self) -> None:
        while True:
            try:
                async with asyncio.timeout(ATTEMPT_S):
                    await self._try(("PING",))
                break
            except (RedisError, *_WORTH_RETRYING):
                await self._hang_up()
                await asyncio.sleep(KNOCK_EVERY_S)
        self._knocking = None
        log.warning("Redis answers again")
