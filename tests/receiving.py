"""A receiver of webhooks: a small HTTP server on loopback that answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_S = 5.0  # a test that waits longer has failed


@dataclass(frozen=True)
class Received:
    """One request. `headers`: lower-case names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """What it answers: each status once, then 200; None: nothing, until the sender leaves."""

    url: str = ""
    statuses: list[int | None] = field(default_factory=list)
    inbox: asyncio.Queue[Received] = field(default_factory=asyncio.Queue)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def next(self) -> Received:
        """The next request, as soon as it is there."""
        async with asyncio.timeout(TIMEOUT_S):
            return await self.inbox.get()

    def rest(self) -> list[Received]:
        """What has come and was not asked for."""
        return [self.inbox.get_nowait() for _ in range(self.inbox.qsize())]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and close."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self.writers.append(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.inbox.put_nowait(await _read(reader))
            status = self.statuses.pop(0) if self.statuses else 200
            if status is None:
                await reader.read()
            else:
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, body)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port of loopback."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    try:
        yield receiver
    finally:
        server.close()
        for writer in receiver.writers:
            writer.close()  # what is not answered would wait for the sender
        await asyncio.gather(*receiver.tasks)
