"""Answers without an end: sent piece by piece until they stop or the client leaves."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from starlette.types import Receive, Scope, Send

# For no cache, and for no page of another origin: a browser may not even load it as a script.
GUARDS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


class Stream(msgspec.Struct, frozen=True):
    """An answer 200 whose `pieces` are made while it is sent, each only when the last is gone."""

    media_type: str
    pieces: AsyncGenerator[bytes, None]


async def send_stream(stream: Stream, scope: Scope, receive: Receive, send: Send) -> None:
    """Send until the pieces end or the client leaves; either way nothing of it remains."""
    headers = [
        (b"content-type", stream.media_type.encode("latin-1")),
        *((k.encode(), v.encode()) for k, v in GUARDS.items()),
        (b"x-accel-buffering", b"no"),  # proxies would hold back what is small
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["method"] == "HEAD":
        await stream.pieces.aclose()
    else:
        sending = asyncio.ensure_future(_send_pieces(stream, send))
        leaving = asyncio.ensure_future(_wait_to_leave(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                return
            sending.result()
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.wait({sending, leaving})
    await send({"type": "http.response.body", "body": b""})


async def _send_pieces(stream: Stream, send: Send) -> None:
    async with aclosing(stream.pieces) as pieces:
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _wait_to_leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
