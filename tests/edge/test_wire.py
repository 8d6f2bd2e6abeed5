import asyncio

import pytest

from emulator.edge.wire import EXTENSION, Message, Wire, open_wire

pytestmark = pytest.mark.anyio


class Deaf:
    """A client that reads nothing, so that its connection does not close."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self._reset = asyncio.Event()

    def close(self) -> None:
        """Asked to."""
        self.ended.append("close")

    def reset(self) -> None:
        """Done."""
        self.ended.append("reset")
        self._reset.set()

    async def receive(self) -> Message:
        """Gone when it is broken off."""
        await self._reset.wait()
        return {"type": "http.disconnect"}


async def send(_: Message) -> None:
    """Nowhere."""


async def test_a_server_gives_its_connection() -> None:
    """It stands in the scope's extensions; without it there is none."""
    deaf = Deaf()
    scope = {"method": "GET", "extensions": {EXTENSION: deaf}}
    assert open_wire(scope, deaf.receive, send).connection is deaf
    assert open_wire({"method": "GET"}, deaf.receive, send).connection is None
    assert not open_wire({"method": "HEAD"}, deaf.receive, send).has_body


async def test_who_does_not_read_is_broken_off() -> None:
    """A connection that can't be closed in order within its time is reset."""
    deaf = Deaf()
    await Wire(deaf.receive, send, deaf, flush_s=0.0).close()
    assert deaf.ended == ["close", "reset"]
