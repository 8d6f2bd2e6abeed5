"""A client's HTTP connection as uvicorn serves it, which the edge can break off."""

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable
from contextlib import suppress

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from emulator.edge.wire import EXTENSION, ASGIApp, Receive, Scope, Send

# On, with no time: what is closed is broken off by an RST.
_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class HttpConnection(HttpToolsProtocol):
    """uvicorn's own, whose calls find their connection in the scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Let the calls on this connection know it."""
        super().connection_made(transport)
        self.app = link(self.app, transport)

    def let_go(self) -> None:
        """End it if no call is under way: over TLS a client need not answer a farewell."""
        cycle: RequestResponseCycle | None = self.cycle  # as uvicorn has it, which says otherwise
        if cycle is None or cycle.response_complete:
            self.transport.abort()


class Link:
    """What the edge can do to a connection, over TLS too."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def close(self) -> None:
        """End it in order, when all that was sent is out."""
        self._transport.close()

    def reset(self) -> None:
        """Break it off at once: the client gets an RST."""
        under = self._transport.get_extra_info("socket")
        if under is not None:
            with suppress(OSError, ValueError):  # the client was quicker; uvloop has no socket then
                under.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self._transport.abort()


def link(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    """The application for one connection."""
    linked = Link(transport)

    def serve(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        scope.setdefault("extensions", {})[EXTENSION] = linked
        return app(scope, receive, send)

    return serve
