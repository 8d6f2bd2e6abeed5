"""Breaking off a connection, whatever has become of it meanwhile."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from emulator.connections import Link

uvloop = pytest.importorskip("uvloop")


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_client_that_was_quicker(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """A connection that is gone already can be ended again: there is nothing to say about it."""

    async def end_twice() -> bool:
        loop = asyncio.get_running_loop()
        made: asyncio.Future[asyncio.Transport] = loop.create_future()

        class Server(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                made.set_result(cast("asyncio.Transport", transport))

        server = await loop.create_server(Server, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        linked = Link(await made)
        linked.close()
        assert await reader.read() == b""
        linked.reset()
        linked.close()
        writer.close()
        server.close()
        return (await made).is_closing()

    loop = new_loop()
    assert loop.run_until_complete(end_twice())
    loop.close()
