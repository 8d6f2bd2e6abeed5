"""The ASGI application: every kind of scope in one place. HTTP goes on to the edge."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from emulator.edge.forwarded import Proxies, apply_forwarded
from emulator.edge.problems import Problem, render_problem
from emulator.edge.wire import ASGIApp, Receive, Scope, Send, send_answer

log = logging.getLogger("emulator")

_STOPPING = Problem(503, "Stopping", "The emulator stops: send the request again when it is back.")


class Gate:
    """HTTP is served, lifespan starts and closes the emulator, websockets are refused."""

    def __init__(
        self,
        http: ASGIApp,
        proxies: Proxies,
        start: Callable[[], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self._http = http
        self._proxies = proxies
        self._start = start
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope."""
        kind = scope["type"]
        if kind == "http":
            await self._serve(scope, receive, send)
        elif kind == "lifespan":
            await self._live(receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            raise ValueError(f"no such scope: {kind}")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._proxies:
            scope = apply_forwarded(scope, self._proxies)
        try:
            await self._http(scope, receive, send)
        except asyncio.CancelledError:
            # The server cancels calls only when it stops and they kept it waiting. One whose
            # answer had begun can't be given another, one who does not read any at all.
            with suppress(RuntimeError, asyncio.CancelledError):
                await send_answer(send, render_problem(_STOPPING))

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._start()
        except Exception as error:
            log.exception("could not start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._close()
        await send({"type": "lifespan.shutdown.complete"})
