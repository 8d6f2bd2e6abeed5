"""A client of the event stream, in process: hears events one by one, may stall, may leave."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import orjson

from emulator.app import Emulator

PATIENCE_S = 10.0


class Told(NamedTuple):
    """One event. `name`: `call`, `fact`, ...; of a comment empty, with no id."""

    name: str
    id: str
    data: Any


class Ear:
    """One open stream."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._over = asyncio.Event()
        self._heard: asyncio.Queue[Told] = asyncio.Queue()
        self._leaving = asyncio.Event()
        self._reading = asyncio.Event()
        self._reading.set()
        self._asked = False

    async def next(self) -> Told:
        """The next event."""
        return await asyncio.wait_for(self._heard.get(), PATIENCE_S)

    async def take(self, count: int) -> list[Told]:
        """So many events."""
        return [await self.next() for _ in range(count)]

    async def end(self) -> None:
        """The server ends the stream, without being left."""
        await asyncio.wait_for(self._over.wait(), PATIENCE_S)

    @property
    def is_silent(self) -> bool:
        """Whether nothing more was heard yet."""
        return self._heard.empty()

    def stall(self) -> None:
        """Read nothing any more, so that the server's next sending waits."""
        self._reading.clear()

    def go_on(self) -> None:
        """Read again."""
        self._reading.set()

    def leave(self) -> None:
        """Close the connection."""
        self._leaving.set()

    async def receive(self) -> dict[str, object]:
        """The client's side: an empty body, and then nothing until it leaves."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """What the server sends."""
        await self._reading.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            return
        if not message.get("more_body", False):
            self._over.set()
        for block in message["body"].decode().split("\n\n"):
            if block:
                self._heard.put_nowait(read_event(block))


def read_event(block: str) -> Told:
    """One event of the stream's text."""
    fields = dict(line.split(": ", 1) for line in block.splitlines() if line.find(":") > 0)
    data = orjson.loads(fields["data"]) if "data" in fields else None
    return Told(fields.get("event", ""), fields.get("id", ""), data)


@asynccontextmanager
async def listening(
    emulator: Emulator,
    query: str = "",
    *,
    sandbox: str = "default",
    after: str | None = None,
    method: str = "GET",
) -> AsyncIterator[Ear]:
    """An open stream, which is left at the end. `after`: the id of the last event heard."""
    ear = Ear()
    path = f"/_emulator/sandboxes/{sandbox}/events"
    headers = [(b"host", b"localhost")]
    if after is not None:
        headers.append((b"last-event-id", after.encode()))
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "scheme": "http",
        "headers": headers,
    }
    serving = asyncio.ensure_future(emulator.edge(scope, ear.receive, ear.send))
    try:
        yield ear
    finally:
        ear.go_on()
        ear.leave()
        await asyncio.wait_for(serving, PATIENCE_S)
