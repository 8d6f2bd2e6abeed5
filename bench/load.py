"""The load generator: keep-alive connections on loopback, each asking again once answered.

It knows HTTP/1.1 only as far as the measured servers speak it: a status line, a content length, a
body. Every status is checked: a fast refusal is not a fast answer.
"""

import asyncio
import gc
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

import uvloop

Request = bytes | Callable[[int], bytes]
"""The bytes to send, or what gives the nth request's bytes."""

GRACE_S = 30.0
"""How long the last answers may take before the run counts as hung."""

ACCEPT_S = 0.05
"""How long a server is left in peace to accept the connections.

libuv accepts one per turn of its loop: under load the last of 32 would wait for 32 busy turns, and
that would show as a tail that the server does not have.
"""

_HEAD_END = b"\r\n\r\n"
_BODILESS = (204, 304)


class LoadError(Exception):
    """The load could not be carried out as asked: what it measured would mean nothing."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What to send, and how the answer must look.

    `keep` is given every answer's body; `count` bounds the run where requests can't be repeated.
    """

    request: Request
    status: int
    count: int | None = None
    keep: Callable[[bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run saw; latencies in seconds, sorted. `metered` is what the meter moved."""

    count: int
    statuses: dict[int, int]
    wall_s: float
    metered: float
    latencies_s: "array[float]"

    def percentile(self, share: float) -> float:
        """The latency that this share of the answers did not exceed, in seconds."""
        return self.latencies_s[min(self.count - 1, int(share * self.count))]

    @property
    def tail(self) -> float:
        """p99 over p50."""
        return self.percentile(0.99) / self.percentile(0.50)


@dataclass(slots=True)
class _Run:
    """What the connections of one run share."""

    shot: Shot
    limit: int
    seconds: float
    live: int
    done: "asyncio.Future[None]"
    started_at: float = field(default_factory=time.perf_counter)
    ended_at: float = 0.0
    sent: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies_s: "array[float]" = field(default_factory=lambda: array("d"))

    def next_request(self, now: float) -> bytes | None:
        """The next request's bytes, or nothing when the count or the time is used up."""
        if self.sent >= self.limit or now - self.started_at >= self.seconds or self.done.done():
            return None
        nth = self.sent
        self.sent += 1
        request = self.shot.request
        return request if isinstance(request, bytes) else request(nth)

    def record(self, status: int, body: bytes, latency_s: float, now: float) -> None:
        self.latencies_s.append(latency_s)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.ended_at = now
        if status != self.shot.status:
            shown = body[:300].decode(errors="replace")
            self.fail(f"expected status {self.shot.status}, got {status}: {shown}")
        elif self.shot.keep:
            self.shot.keep(body)

    def leave(self) -> None:
        """One connection has nothing more to do."""
        self.live -= 1
        if self.live == 0 and not self.done.done():
            self.done.set_result(None)

    def fail(self, text: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError(text))


class _Connection(asyncio.Protocol):
    """One keep-alive connection: one request under way at a time."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._buffer = b""
        self._sent_at = 0.0
        self._over = False
        self._write: Callable[[bytes], None]
        self._close: Callable[[], None]

    def begin(self, transport: asyncio.WriteTransport) -> None:
        """Sends the first request; uvloop's transports share no class that could be checked."""
        self._write, self._close = transport.write, transport.close
        self._ask(time.perf_counter())

    def _ask(self, now: float) -> None:
        """Sends the next request, or ends this connection."""
        request = self._run.next_request(now)
        if request is None:
            self._over = True
            self._close()
            self._run.leave()
            return
        self._sent_at = now
        self._write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        try:
            answer = parse_answer(self._buffer)
        except (ValueError, LoadError) as error:
            self._run.fail(f"unreadable answer ({error}): {self._buffer[:200]!r}")
            return
        if answer is None:
            return
        self._buffer = b""
        now = time.perf_counter()
        self._run.record(*answer, now - self._sent_at, now)
        self._ask(now)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over:
            self._run.fail(f"the server closed a connection: {exc or 'end of stream'}")


def parse_answer(buffer: bytes) -> tuple[int, bytes] | None:
    """Status and body of the one answer in the buffer; nothing while it is incomplete."""
    head_end = buffer.find(_HEAD_END)
    if head_end < 0:
        return None
    status = int(buffer[9:12])
    head = buffer[:head_end].lower()
    start = head.find(b"\r\ncontent-length:")
    if start < 0:
        if status not in _BODILESS:
            raise LoadError("no content-length")
        length = 0
    else:
        end = head.find(b"\r\n", start + 17)
        length = int(head[start + 17 : end if end > 0 else head_end])
    body_start = head_end + len(_HEAD_END)
    if len(buffer) - body_start > length:
        raise LoadError("more bytes than content-length tells")
    if len(buffer) - body_start < length:
        return None
    return status, buffer[body_start:]


def render_request(
    method: str, port: int, path: str, body: bytes, headers: dict[str, str] | None = None
) -> bytes:
    """The bytes of one request on loopback; the body is JSON unless a header says otherwise."""
    fields = {
        "Host": f"127.0.0.1:{port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in fields.items())]
    return "\r\n".join(lines).encode() + _HEAD_END + body


async def _drive(
    port: int,
    shot: Shot,
    *,
    seconds: float,
    count: int | None,
    connections: int,
    meter: Callable[[], float],
) -> Outcome:
    loop = asyncio.get_running_loop()
    bounds = [bound for bound in (count, shot.count) if bound is not None]
    limit = min(bounds) if bounds else 10_000_000
    run = _Run(shot, limit, seconds, connections, loop.create_future())
    pairs = [
        await loop.create_connection(lambda: _Connection(run), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.sleep(ACCEPT_S)
    metered = meter()
    run.started_at = time.perf_counter()
    try:
        for transport, connection in pairs:
            connection.begin(transport)
        await asyncio.wait_for(run.done, seconds + GRACE_S)
        metered = meter() - metered
    except TimeoutError:
        raise LoadError(f"no end {GRACE_S:.0f} s after the run's time was up") from None
    finally:
        run.done.cancel()
        for transport, _ in pairs:
            transport.abort()
    if not run.latencies_s:
        raise LoadError("not one answer")
    latencies_s = array("d", sorted(run.latencies_s))
    wall_s = run.ended_at - run.started_at
    return Outcome(len(latencies_s), run.statuses, wall_s, metered, latencies_s)


def drive(
    port: int,
    shot: Shot,
    *,
    seconds: float,
    count: int | None = None,
    connections: int = 32,
    meter: Callable[[], float] = float,
) -> Outcome:
    """Sends the shot back to back until the count or the time is used up.

    `meter` is read before the first request and after the last answer: the server's CPU time.

    Raises:
        LoadError: on the first unexpected status, a closed connection or a hang.
    """
    gc.collect()
    gc.disable()  # a pause of ours would show as the server's slowest answers
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            run = _drive(
                port, shot, seconds=seconds, count=count, connections=connections, meter=meter
            )
            return runner.run(run)
    finally:
        gc.enable()


def fetch(port: int, request: bytes, status: int) -> bytes:
    """The body of the answer to one request, for what stands around a measurement."""
    bodies: list[bytes] = []
    drive(port, Shot(request, status, keep=bodies.append), seconds=GRACE_S, count=1, connections=1)
    return bodies[0]
