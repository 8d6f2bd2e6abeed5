"""A bell: rung whenever something happened, heard by whoever waits. It says not what."""

import asyncio


class Bell:
    """`rings`: how often it rang, so that nothing is missed between a look and the wait."""

    __slots__ = ("_waiting", "rings")

    def __init__(self) -> None:
        self.rings = 0
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Wake all who wait. Nobody does most of the time: then this costs next to nothing."""
        self.rings += 1
        if self._waiting:
            for waiting in self._waiting:
                _wake(waiting)
            self._waiting.clear()

    async def wait(self, rings: int, timeout_s: float) -> None:
        """Wait until it has rung more than `rings` times, or the time is up."""
        if self.rings != rings:
            return
        loop = asyncio.get_running_loop()
        waiting = loop.create_future()
        timer = loop.call_later(timeout_s, _wake, waiting)
        self._waiting.append(waiting)
        try:
            await waiting
        finally:
            timer.cancel()
            if waiting in self._waiting:
                self._waiting.remove(waiting)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)
