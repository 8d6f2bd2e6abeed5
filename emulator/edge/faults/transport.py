"""What becomes of an answer on its way out over HTTP: one small function for each kind.

A new kind is a function, its row in `KINDS` and its name in `bodies.Transport`; what it is over
gRPC stands in `rpc_transport`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from emulator.core.faults import MAX_DELAY_S, Firing
from emulator.edge.call import Answer
from emulator.edge.delay import Waiting
from emulator.edge.wire import Wire, is_bodiless, send_answer, start_answer

PIECE_BYTES = 8
PAUSE_S = 0.1
MAX_PIECES = 300  # half a minute: of a longer body the pieces are larger


class Outgoing(NamedTuple):
    """An answer on its way. `own`: the emulator's headers beside the provider's."""

    wire: Wire
    answer: Answer
    own: Sequence[tuple[str, str]]
    waiting: Waiting

    @property
    def has_body(self) -> bool:
        """Whether there is a body to do something to."""
        return self.wire.has_body and not is_bodiless(self.answer)


Delivery = Callable[[Outgoing], Awaitable[None]]


def note_transport(answer: Answer, firing: Firing) -> None:
    """Let the answer's hint tell what befalls it, if it has nothing else to tell."""
    if firing.then.transport is not None and not answer.hint:
        answer.hint = f"Injected by {firing.source}: transport={firing.then.transport}."


async def deliver(
    wire: Wire, answer: Answer, firing: Firing, own: Sequence[tuple[str, str]], waiting: Waiting
) -> None:
    """Put an answer on the wire as the fault that befell its call has it, in its time.

    Raises:
        Disconnected: the client left before all was sent.
        BrokenWireError: the connection was to be broken, and there is none.
    """
    if firing.delay_s:
        await waiting.hold(firing.delay_s, wire.receive)
    kind = firing.then.transport
    if kind is None:
        await send_answer(wire.send, answer, own)
    else:
        await KINDS[kind](Outgoing(wire, answer, own, waiting))


async def reset(going: Outgoing) -> None:
    """No answer: the connection is broken off."""
    await going.wire.reset()


async def close(going: Outgoing) -> None:
    """No answer: the connection is closed in order."""
    await going.wire.close()


async def break_off(going: Outgoing, *, told: bool) -> None:
    """Half of the body, then the connection is closed. `told`: the head says the full length."""
    wire, answer = going.wire, going.answer
    length = max(1, len(answer.body)) if told else None  # of nothing a byte is missing too
    if not going.has_body:
        await send_answer(wire.send, answer, going.own)
    else:
        await start_answer(wire.send, answer, going.own, length)
        half = answer.body[: len(answer.body) // 2]
        await wire.send({"type": "http.response.body", "body": half, "more_body": True})
    await wire.close()


async def dribble(going: Outgoing) -> None:
    """A few bytes at a time, for half a minute at most."""
    wire, body = going.wire, going.answer.body
    await start_answer(wire.send, going.answer, going.own, len(body))
    size = max(PIECE_BYTES, -(-len(body) // MAX_PIECES))
    waits = going.has_body
    for start in range(0, len(body), size):
        piece = {"type": "http.response.body", "body": body[start : start + size]}
        await wire.send({**piece, "more_body": True})
        waits = waits and await going.waiting.hold(PAUSE_S, wire.receive)
    await wire.send({"type": "http.response.body", "body": b""})


async def overrun(going: Outgoing) -> None:
    """The answer comes when hardly anyone still waits for it."""
    await going.waiting.hold(MAX_DELAY_S, going.wire.receive)
    await send_answer(going.wire.send, going.answer, going.own)


async def send_changed(change: Callable[[Answer], Answer], going: Outgoing) -> None:
    """Another answer in this one's place, sent as usual."""
    answer = change(going.answer) if going.has_body else going.answer
    await send_answer(going.wire.send, answer, going.own)


def garble(answer: Answer) -> Answer:
    """As long as it was, and no JSON: what was opened is never closed, in any reader's eyes."""
    half = len(answer.body) // 2
    return replace(answer, body=answer.body[:half] + b"#" * max(1, len(answer.body) - half))


def empty(answer: Answer) -> Answer:
    """An answer with an empty body."""
    return replace(answer, body=b"")


def mislabel(answer: Answer) -> Answer:
    """The same body as HTML, as from a proxy that knows no better.

    In a browser it would be a page of the console's origin, made of what a caller sent: it runs
    nothing there.
    """
    inert = ("Content-Security-Policy", "sandbox; default-src 'none'")
    return replace(answer, media_type="text/html; charset=utf-8", headers=(*answer.headers, inert))


KINDS: Mapping[str, Delivery] = {
    "reset": reset,
    "close_before_headers": close,
    "close_mid_body": partial(break_off, told=False),
    "truncate": partial(break_off, told=True),
    "dribble": dribble,
    "garble": partial(send_changed, garble),
    "empty": partial(send_changed, empty),
    "wrong_content_type": partial(send_changed, mislabel),
    "deadline": overrun,
}
