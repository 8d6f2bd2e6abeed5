"""What becomes of an answer on its way out over gRPC: one small function for each kind.

The same names as over HTTP (`transport.KINDS`), each as the nearest thing that a gRPC client can
meet. A refusal is a status without a message: what is done to messages leaves it alone.
"""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from emulator.core.faults import MAX_DELAY_S
from emulator.edge.call import Answer, Headers, RpcAnswer
from emulator.edge.delay import Waiting
from emulator.edge.faults.transport import MAX_PIECES, PAUSE_S, PIECE_BYTES
from emulator.edge.sockets import cut_peer

# No message begins like this: the field number 0, of a type that there is not.
GARBAGE = b"\x07"
# A message that ends in its first tag.
HALF_A_TAG = b"\x0a"

BINARY = "-bin"

_GRACE_S = 1.0  # a deadline is the client's: it is let pass before anything is said


class Context(Protocol):
    """What is used of gRPC's own."""

    def peer(self) -> str:
        """Who calls: `ipv4:127.0.0.1:5000`."""

    def time_remaining(self) -> float | None:
        """Seconds to the client's deadline."""

    async def send_initial_metadata(self, initial_metadata: Any) -> None:  # noqa: ANN401 - pairs
        """Begin the answer."""


class RpcOutgoing(msgspec.Struct):
    """An answer on its way. `initial`: the metadata before it, sent once."""

    context: Context
    rpc: RpcAnswer
    initial: Headers
    waiting: Waiting
    has_begun: bool = False

    async def begin(self) -> None:
        """Send the initial metadata, if that was not done."""
        if not self.has_begun:
            self.has_begun = True
            await self.context.send_initial_metadata(self.initial)


Delivery = Callable[[RpcOutgoing], Awaitable[RpcAnswer]]


async def prepare_rpc(going: RpcOutgoing) -> RpcAnswer:
    """What is to be answered, its initial metadata sent, as the call's fault has it."""
    firing = going.rpc.answer.firing
    kind = firing.then.transport if firing is not None else None
    rpc = going.rpc if kind is None else await KINDS[kind](going)
    await going.begin()
    return rpc


def read_trailers(headers: Headers) -> tuple[tuple[str, str | bytes], ...]:
    """A fault's trailing metadata as gRPC takes it: what is binary was written in base64."""
    return tuple(
        (name, b64decode(value) if name.endswith(BINARY) else value) for name, value in headers
    )


async def stay() -> Any:  # noqa: ANN401 - never returns: a client that leaves cancels the call
    """A client that leaves is not received from: gRPC cancels its call."""
    await asyncio.get_running_loop().create_future()


async def reset(going: RpcOutgoing) -> RpcAnswer:
    """The connection is broken off; it is not the stream alone, which gRPC's server can't reset."""
    return await _cut(going, resets=True)


async def close(going: RpcOutgoing) -> RpcAnswer:
    """The connection is closed in order, before anything is said."""
    return await _cut(going, resets=False)


async def break_off(going: RpcOutgoing) -> RpcAnswer:
    """The initial metadata, then the connection is closed."""
    await going.begin()
    return await _cut(going, resets=False)


async def truncate(going: RpcOutgoing) -> RpcAnswer:
    """A message that lacks its last byte: whichever field that was in, it can't be decoded."""
    return _with_message(going.rpc, going.rpc.answer.body[:-1] or HALF_A_TAG)


async def garble(going: RpcOutgoing) -> RpcAnswer:
    """A message as long as it was that can't be decoded."""
    return _with_message(going.rpc, GARBAGE * max(1, len(going.rpc.answer.body)))


async def empty(going: RpcOutgoing) -> RpcAnswer:
    """An empty message: every field has its default."""
    return _with_message(going.rpc, b"")


async def dribble(going: RpcOutgoing) -> RpcAnswer:
    """The initial metadata at once, the message when over HTTP the last of it would come."""
    await going.begin()
    pieces = min(MAX_PIECES, -(-len(going.rpc.answer.body) // PIECE_BYTES))
    await going.waiting.hold(PAUSE_S * pieces, stay)
    return going.rpc


async def mislabel(going: RpcOutgoing) -> RpcAnswer:
    """What a client makes of an answer that is no gRPC: its server can't send one."""
    return RpcAnswer(_refused(going.rpc, 2), "UNKNOWN", "invalid content-type: text/html")


async def overrun(going: RpcOutgoing) -> RpcAnswer:
    """The client's deadline passes; without one, as long as a call may wait."""
    left = going.context.time_remaining()
    await going.waiting.hold(
        MAX_DELAY_S if left is None else min(left + _GRACE_S, MAX_DELAY_S), stay
    )
    return RpcAnswer(_refused(going.rpc, 4), "DEADLINE_EXCEEDED", "Deadline Exceeded")


async def _cut(going: RpcOutgoing, *, resets: bool) -> RpcAnswer:
    """End the connection, and with it this call.

    What is returned reaches the client only where a connection can't be ended from here: it is what
    a client's library would report.
    """
    going.has_begun |= cut_peer(going.context.peer(), resets=resets)
    return RpcAnswer(_refused(going.rpc, 14), "UNAVAILABLE", "Socket closed")


def _with_message(rpc: RpcAnswer, message: bytes) -> RpcAnswer:
    if rpc.code != "OK":
        return rpc
    return replace(rpc, answer=replace(rpc.answer, body=message))


def _refused(rpc: RpcAnswer, status: int) -> Answer:
    return replace(rpc.answer, status=status, body=b"")


KINDS: Mapping[str, Delivery] = {
    "reset": reset,
    "close_before_headers": close,
    "close_mid_body": break_off,
    "truncate": truncate,
    "dribble": dribble,
    "garble": garble,
    "empty": empty,
    "wrong_content_type": mislabel,
    "deadline": overrun,
}
