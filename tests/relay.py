"""A door in front of a server, over TCP: it can lead elsewhere, or lose an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Relay:
    """Forwards to `target` on loopback. `losing`: so many answers are lost, with the connection.

    `sparing`: so many go through before that.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.losing = 0
        self.sparing = 0
        self.lost = 0
        self.port = 0
        self._ways: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """End every connection there is."""
        for way in self._ways:
            way.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        there, here = await asyncio.open_connection("127.0.0.1", self.target)
        self._ways |= {writer, here}
        try:
            await asyncio.gather(self._ask(reader, here), self._answer(there, writer))
        except OSError:
            pass
        finally:
            self._ways -= {writer, here}
            writer.transport.abort()
            here.transport.abort()

    async def _ask(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while words := await source.read(1 << 16):
            to.write(words)
            await to.drain()
        to.close()

    async def _answer(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while words := await source.read(1 << 16):
            if self.sparing:
                self.sparing -= 1
            elif self.losing:
                self.losing -= 1
                self.lost += 1
                raise ConnectionResetError
            to.write(words)
            await to.drain()
        to.close()


@asynccontextmanager
async def open_relay(target: int) -> AsyncIterator[Relay]:
    """A relay on a free port, until the end."""
    relay = Relay(target)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    async with server:
        yield relay
        relay.cut()
