"""Calls that wait: a delay holds up its own call only, and ends when the client leaves."""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import Awaitable, Callable
from typing import Any

from emulator.edge.body import Disconnected

MAX_WAITING = 1000


class Waiting:
    """The delayed calls of a process. Beyond `MAX_WAITING` a delay is left out."""

    def __init__(self) -> None:
        self._ends: set[asyncio.Future[None]] = set()

    async def hold(self, seconds: float, receive: Callable[[], Awaitable[Any]]) -> bool:
        """Wait in real time; whether the call may go on waiting, unless it was let go early.

        Raises:
            Disconnected: the client left before the time was up.
        """
        if len(self._ends) >= MAX_WAITING:
            return False
        end = asyncio.get_running_loop().create_future()
        leaving = asyncio.ensure_future(receive())
        self._ends.add(end)
        try:
            await asyncio.wait({leaving, end}, timeout=seconds, return_when=FIRST_COMPLETED)
            if leaving.done() and leaving.result()["type"] == "http.disconnect":
                raise Disconnected
            return not end.done()
        finally:
            self._ends.discard(end)
            leaving.cancel()

    def end(self) -> None:
        """Let all go on now."""
        for end in self._ends:
            if not end.done():
                end.set_result(None)
