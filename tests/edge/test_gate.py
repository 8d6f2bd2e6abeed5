import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from emulator.app import create_emulator
from emulator.core.state import DEFAULT
from emulator.edge.forwarded import Proxies
from emulator.edge.gate import Gate
from emulator.edge.wire import ASGIApp, Message, Receive, Scope, Send
from emulator.settings import Settings

pytestmark = pytest.mark.anyio


class Line:
    """One connection of an ASGI server: what it hands in, and what came back."""

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        """The next message of the server."""
        return self._messages.pop(0)

    async def send(self, message: Message) -> None:
        """Keep what the application says."""
        self.sent.append(message)

    @property
    def kinds(self) -> Sequence[str]:
        """The types of what it said."""
        return [message["type"] for message in self.sent]


async def nothing() -> None:
    """A start or close that does nothing."""


async def unreached(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that nothing may reach."""
    raise AssertionError(scope, receive, send)


def gate(http: ASGIApp = unreached, *, start: Any = nothing, close: Any = nothing) -> Gate:  # noqa: ANN401
    """A gate before `http`."""
    return Gate(http, Proxies([]), start, close)


async def test_lifespan_starts_and_closes_the_emulator() -> None:
    """A server that speaks lifespan gets an emulator whose default sandbox is open."""
    emulator = create_emulator(Settings())
    line = Line({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    await emulator.gate()({"type": "lifespan"}, line.receive, line.send)
    assert line.kinds == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert emulator.directory.get(DEFAULT) is not None


async def test_a_start_that_fails_is_told_to_the_server() -> None:
    """The server learns why, and does not go on to serve."""

    async def fail() -> None:
        raise ValueError("no world")

    line = Line({"type": "lifespan.startup"})
    await gate(start=fail)({"type": "lifespan"}, line.receive, line.send)
    assert line.sent == [{"type": "lifespan.startup.failed", "message": "no world"}]


async def test_a_websocket_is_refused() -> None:
    """No surface speaks websocket: the handshake is closed, which servers answer with 403."""
    line = Line({"type": "websocket.connect"})
    await gate()({"type": "websocket"}, line.receive, line.send)
    assert line.sent == [{"type": "websocket.close", "code": 1000}]


async def test_a_scope_nobody_knows_is_an_error() -> None:
    """ASGI asks applications to raise, so that servers notice."""
    line = Line()
    with pytest.raises(ValueError, match="telepathy"):
        await gate()({"type": "telepathy"}, line.receive, line.send)


async def test_a_call_that_the_stopping_server_cancels_is_answered() -> None:
    """Its client gets a 503 that says so, not a broken connection."""
    waiting = asyncio.Event()

    async def wait(_: Scope, __: Receive, ___: Send) -> None:
        waiting.set()
        await asyncio.Event().wait()

    line = Line()
    call = asyncio.create_task(gate(wait)({"type": "http"}, line.receive, line.send))
    await waiting.wait()
    call.cancel()
    await call
    assert [message.get("status") for message in line.sent] == [503, None]
    assert json.loads(line.sent[1]["body"])["title"] == "Stopping"


async def test_forwarding_headers_count_from_trusted_proxies_only() -> None:
    """An answer's origin, here of a URL in a problem, follows a proxy that the settings trust."""
    scopes: list[Scope] = []

    async def keep(scope: Scope, _: Receive, send: Send) -> None:
        scopes.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    for trusted in (["127.0.0.1/32"], []):
        app = Gate(keep, Proxies(trusted), nothing, nothing)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            await client.get("/", headers={"X-Forwarded-Proto": "https"})
    assert [scope["scheme"] for scope in scopes] == ["https", "http"]
