"""The way to Redis: one connection that many questions share, and what happens when it is silent.

Answers come in the order of the questions. A question is asked anew on a fresh connection until
its time is up: who asks says with what, so that asking twice does no harm. Once Redis has been
silent for so long everybody is told so at once, until it answers a knock.
"""

import asyncio
import logging
from collections.abc import Sequence
from hashlib import sha1
from itertools import count
from typing import Any

from redis.asyncio.connection import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError
from redis.retry import Retry

from emulator.core.ledger import Unavailable, Unusable
from emulator.core.ledger.redis_wire import BROKEN, LOST, SILENT_S, Command, Wire

log = logging.getLogger("emulator.ledger")

# For one question, however often it is asked: callers promise an answer within 1 s. What has begun
# by then is waited for.
BUDGET_S = 0.4
ATTEMPTS = 2  # at least, however late it is
PAUSE_S = 0.02
KNOCK_EVERY_S = 0.1

SILENT = "Redis does not answer."

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
        self._wire: Wire | None = None
        self._connecting = asyncio.Lock()
        self._knocking: asyncio.Task[None] | None = None
        self._is_closed = False

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
        if self._knocking is not None or self._is_closed:
            raise Unavailable(SILENT)
        until = asyncio.get_running_loop().time() + BUDGET_S
        for attempt in count(1):
            try:
                return await self._try(command)
            except (*BROKEN, ReadOnlyError) as error:
                # A read-only node was the one to write to before a failover: look for its heir.
                if isinstance(error, ReadOnlyError):
                    await self._hang_up()
                late = attempt >= ATTEMPTS and asyncio.get_running_loop().time() >= until
                if late or self._is_closed:
                    self._give_up()
                    raise Unavailable(SILENT) from error
            except RedisError as error:
                log.error("Redis refuses: %s", error)  # noqa: TRY400 - a trace would say no more
                raise Unavailable("Redis refuses: the emulator's log says why.") from error
            command = again or command
            await asyncio.sleep(PAUSE_S)
        raise AssertionError  # it is counted without end

    async def close(self) -> None:
        """Hang up, for good."""
        self._is_closed = True
        if self._knocking is not None:
            self._knocking.cancel()
            self._knocking = None
        await self._hang_up()

    async def _try(self, command: Command) -> object:
        wire = self._wire
        if wire is None or wire.is_broken:
            wire = await self._connect()
        try:
            return await wire.ask(command)
        except NoScriptError:  # another server, or the same one started anew
            _, known, *rest = command
            return await wire.ask(("EVAL", self._scripts[str(known)], *rest))

    async def _connect(self) -> Wire:
        async with asyncio.timeout(SILENT_S), self._connecting:
            if self._is_closed:
                raise RedisConnectionError(LOST)
            if self._wire is not None and self._wire.is_broken:
                await self._hang_up()
            if self._wire is None:
                wire = Wire(self._pool.make_connection())
                await wire.open()
                self._wire = wire
            return self._wire

    async def _hang_up(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    def _give_up(self) -> None:
        if self._knocking is None and not self._is_closed:
            log.error("Redis does not answer: calls are refused until it does")
            self._knocking = asyncio.create_task(self._knock())

    async def _knock(self) -> None:
        while True:
            try:
                await self._try(("PING",))
                break
            except (RedisError, *BROKEN):
                await asyncio.sleep(KNOCK_EVERY_S)
        self._knocking = None
        log.warning("Redis answers again")
