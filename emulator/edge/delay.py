"""Calls that wait: a delay holds up its own call only, and ends when the client leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from emulator.edge.body import Disconnected

MAX_WAITING = 1000


class Waiting:
    """The delayed calls of a process. Beyond `MAX_WAITING` a delay is left out."""

    def __init__(self) -> None:
        self._count = 0

    async def hold(self, seconds: float, receive: Callable[[], Awaitable[Any]]) -> None:
        """Wait in real time.

        Raises:
            Disconnected: the client left before the time was up.
        """
        if self._count >= MAX_WAITING:
            return
        self._count += 1
        leaving = asyncio.ensure_future(receive())
        try:
            done, _ = await asyncio.wait({leaving}, timeout=seconds)
            if done and leaving.result()["type"] == "http.disconnect":
                raise Disconnected
        finally:
            self._count -= 1
            leaving.cancel()
