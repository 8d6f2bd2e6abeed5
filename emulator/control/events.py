"""The event stream: facts and calls as they happen, as server-sent events that can be resumed."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import Any, get_args

import msgspec

from emulator.control.calls import show_call
from emulator.control.endpoint import Asked, Parameter
from emulator.control.facts import SILENT, show_fact
from emulator.control.pages import bad_parameter
from emulator.control.streaming import Stream
from emulator.core.clock import monotonic
from emulator.core.directory import Directory
from emulator.core.events import Heard, Listener, Missed, Place, What, render_place
from emulator.core.journal import CallRecord
from emulator.core.ledger import Unavailable
from emulator.core.records import name_nearest
from emulator.core.sandbox import Gone, Sandbox
from emulator.core.view import View

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 1000  # after which a client that lost the connection should come again


class Rhythm(msgspec.Struct, frozen=True):
    """When to speak, in seconds of real time.

    `heartbeat_s`: without a word the client would think us gone. `pace_s`: between two sendings,
    so that a busy sandbox is told in batches. `poll_s`: how often to look for facts of other
    processes, and only as long as somebody listens. `nap_s`: how long to sleep where there are no
    other processes, if nothing happens.
    """

    heartbeat_s: float = 15.0
    pace_s: float = 0.01
    poll_s: float = 0.25
    nap_s: float = 5.0


RHYTHM = Rhythm()

_TEXT = {"type": "string"}
FILTERS = (
    Parameter("kinds", "calls, facts, or both with a comma (the default).", _TEXT),
    Parameter("provider", "Only what belongs to this provider, or to none.", _TEXT),
)
RESUMING = (Parameter("Last-Event-ID", "The id of the last event heard: go on behind it.", _TEXT),)

_encoder = msgspec.json.Encoder()


async def stream(asked: Asked) -> Stream:
    """Tell what happens in a sandbox from now on, or from where the client stopped."""
    sandbox = await asked.sandbox()
    wanted = _read_kinds(asked.query)
    provider = _read_provider(asked)
    await sandbox.look(_nothing)  # facts of other processes are behind us, not news
    listener = Listener(sandbox, asked.house.run, wanted)
    last = asked.headers.get("last-event-id")
    missed = None if last is None else listener.resume(last)
    begun = {"sandbox": sandbox.id, "resumed": last is not None}
    first = _show_missed(missed) if missed else _event("start", listener.place, begun)
    pieces = tell(asked.house.directory, sandbox, listener, provider)
    return Stream(MEDIA_TYPE, _begin(first, pieces))


async def _begin(first: bytes, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(pieces):
        yield f"retry: {RETRY_MS}\n".encode() + first
        async for piece in pieces:
            yield piece


async def tell(
    directory: Directory,
    sandbox: Sandbox,
    listener: Listener,
    provider: str | None = None,
    rhythm: Rhythm = RHYTHM,
) -> AsyncGenerator[bytes, None]:
    """What a listener hears, as pieces of the stream; `end` is the last, and says why."""
    sent_at, sent = monotonic(), listener.place
    with directory.here.hold(sandbox):
        async with aclosing(_listen(directory, sandbox, listener, rhythm)) as heard:
            async for told in heard:
                piece = b"".join(_render(told, sandbox, provider))
                if not piece and monotonic() - sent_at >= rhythm.heartbeat_s:
                    piece = _beat(sent, listener.place)
                if piece:
                    yield piece
                    sent_at, sent = monotonic(), listener.place
    why = "stopping" if directory.here.is_stopping else "dropped"
    yield _event("end", listener.place, {"sandbox": sandbox.id, "reason": why})


async def _listen(
    directory: Directory, sandbox: Sandbox, listener: Listener, rhythm: Rhythm
) -> AsyncGenerator[list[Heard | Missed], None]:
    """What is heard, in batches, an empty one now and then; until there will be no more."""
    bell = sandbox.journal.bell
    while not (directory.here.is_stopping or sandbox.is_dropped):
        rings = bell.rings
        try:
            if directory.is_shared:
                await directory.find(sandbox.id)  # a use, for the others who might drop it
                await sandbox.look(_nothing)  # folds what others appended
            told = await listener.hear()
        except Gone:
            return
        except Unavailable:
            told = []  # the place is kept: it goes on when the ledger is back
        yield told
        if told:
            await asyncio.sleep(rhythm.pace_s)
        else:
            await bell.wait(rings, rhythm.poll_s if directory.is_shared else rhythm.nap_s)


def _beat(sent: Place, place: Place) -> bytes:
    """A sign of life: a comment, or the place, when all that was heard was not for this client."""
    return b": still here\n\n" if place == sent else _event("still", place, {})


def _render(
    told: Iterable[Heard | Missed], sandbox: Sandbox, provider: str | None
) -> Iterator[bytes]:
    for one in told:
        if isinstance(one, Missed):
            yield _show_missed(one)
            continue
        what = one.what
        if isinstance(what, CallRecord):
            if provider in {None, what.provider}:
                yield _event("call", one.place, show_call(what))
        elif not isinstance(what, SILENT):
            shown = show_fact(what, sandbox.state)
            if provider is None or shown.provider in {None, provider}:
                yield _event("fact", one.place, shown)


def _show_missed(missed: Missed) -> bytes:
    data = {"reason": missed.why, "facts": missed.facts, "calls": missed.calls}
    return _event("gap", missed.place, data)


def _event(name: str, place: Place, data: object) -> bytes:
    """One event. Its data is one line: JSON has no other line ends than those it escapes."""
    return b"event: %b\nid: %b\ndata: %b\n\n" % (
        name.encode(),
        render_place(place).encode(),
        _encoder.encode(data),
    )


def _read_kinds(query: Mapping[str, str]) -> frozenset[What]:
    known: tuple[Any, ...] = get_args(What)
    asked = query.get("kinds", ",".join(known)).split(",")
    wanted = frozenset(what for what in known if what in asked)
    if len(wanted) != len(asked):
        raise bad_parameter("kinds", "must be calls, facts, or calls,facts")
    return wanted


def _read_provider(asked: Asked) -> str | None:
    name = asked.query.get("provider")
    if name is not None and name not in asked.house.providers:
        near = name_nearest(name, asked.house.providers)
        raise bad_parameter("provider", f"is no provider; there is {near}")
    return name


def _nothing(_: View) -> None:
    """Only to have the newest state."""
