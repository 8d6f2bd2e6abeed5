"""What an answer goes out on: the ASGI pair of one request, and the connection under it.

A server puts the connection into the scope's extensions, as ours does (`emulator.server`). Under
another, and in a test without a socket, there is none: what would break it raises `BrokenWireError`
instead.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Protocol

import msgspec

from emulator.edge.call import Answer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

EXTENSION = "emulator.connection"

_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})  # RFC 9110: no length
# What was sent before a connection is closed has this long to reach a client that does not read.
FLUSH_S = 2.0


class BrokenWireError(ConnectionError):
    """A fault broke the connection off, where there is no connection that it could reach."""


class Connection(Protocol):
    """The client's connection."""

    def close(self) -> None:
        """End it in order, when all that was sent is out."""

    def reset(self) -> None:
        """Break it off at once: over TCP the client gets an RST."""


class Wire(msgspec.Struct, frozen=True):
    """The way back to a client. `has_body`: an answer has one, as that to a HEAD has not.

    `flush_s`: how long a closing may take, in seconds.
    """

    receive: Receive
    send: Send
    connection: Connection | None = None
    has_body: bool = True
    flush_s: float = FLUSH_S

    async def close(self) -> None:
        """End the connection: what was sent arrives, and nothing after it.

        Raises:
            BrokenWireError: there is no connection to close.
        """
        connection = self._find()
        connection.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.flush_s):
                await self._until_left()
                return
        await self.reset()

    async def reset(self) -> None:
        """Break the connection off.

        Raises:
            BrokenWireError: there is no connection to break.
        """
        self._find().reset()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.flush_s):
                await self._until_left()

    def _find(self) -> Connection:
        if self.connection is None:
            raise BrokenWireError("a fault broke this connection off")
        return self.connection

    async def _until_left(self) -> None:
        """The server has to know that the connection is gone, or it complains of half an answer."""
        while (await self.receive())["type"] != "http.disconnect":
            pass


def open_wire(scope: Scope, receive: Receive, send: Send) -> Wire:
    """The wire of one request."""
    extensions = scope.get("extensions")
    connection = extensions.get(EXTENSION) if extensions else None
    return Wire(receive, send, connection, scope["method"] != "HEAD")


def is_bodiless(answer: Answer) -> bool:
    """Whether an answer of this status has neither body nor length."""
    return answer.status in _BODILESS


async def start_answer(
    send: Send, answer: Answer, own: Sequence[tuple[str, str]], length: int | None
) -> None:
    """Send an answer's head. `own`: the emulator's headers beside the provider's.

    `length`: of the body, in bytes; None: it is told by how the body ends.
    """
    headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers]
    headers += [(k.encode("latin-1"), v.encode("latin-1")) for k, v in own]
    if answer.status not in _BODILESS:
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def send_answer(send: Send, answer: Answer, own: Sequence[tuple[str, str]] = ()) -> None:
    """Put an answer on the wire. `own`: the emulator's headers beside the provider's."""
    await start_answer(send, answer, own, len(answer.body))
    await send({"type": "http.response.body", "body": answer.body})
