"""The journal of calls: a ring bounded by bytes, masked before it is stored. It is not state.

Counters outlive what the ring forgets.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple, Protocol

import msgspec

from emulator.core.bell import Bell

MASK = "***"
MAX_DEPTH = 100
RING_BYTES = 1 << 20
MIN_RING_BYTES = 1 << 14
MAX_TOLD = 1 << 15  # bytes of a record that other processes are told with its bodies


class Budget:
    """The bytes that all journals of a process share: an equal part each, `RING_BYTES` at most."""

    __slots__ = ("rings", "total")

    def __init__(self, total: int) -> None:
        self.total = total
        self.rings = 0

    @property
    def share(self) -> int:
        """What one journal may hold now."""
        return max(MIN_RING_BYTES, min(RING_BYTES, self.total // max(self.rings, 1)))


class Message(msgspec.Struct, frozen=True):
    """One half of an exchange, masked. `target` and `method` only of requests."""

    headers: dict[str, str]
    body: object = None
    method: str | None = None
    target: str | None = None
    size: int = 0


class Client(msgspec.Struct, frozen=True, array_like=True):
    """Who made a call, as far as can be told without what they presented. All of it unverified.

    `caller`: a digest of the credential, else of the address; `asked`: of it and the request. They
    are equal where these are, and empty where that can't be told. `presented`: what kind of
    credential. `wall`: when it arrived, Unix seconds of real time. `browser`: its headers are a
    page's.
    """

    caller: str = ""
    asked: str = ""
    presented: Literal["", "secret", "token"] = ""
    wall: float = 0.0
    browser: bool = False


NOBODY = Client()


class CallRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call. `at`: the sandbox's time; `refusal`, `fault`: names; `explanation`: why refused.

    `injected`: a fault answered in the operation's place; `transport`: what one did to the answer.
    """

    id: str
    at: float
    direction: Literal["in", "out"]
    provider: str
    operation: str | None
    sandbox: str
    status: int
    duration_ms: float
    refusal: str | None
    fault: str | None
    request: Message
    response: Message
    hint: str = ""
    explanation: object = None
    client: Client = NOBODY
    injected: bool = False
    transport: str | None = None


Outcome = tuple[str, str | None, int]  # provider, operation, status


class Tally(msgspec.Struct):
    """What outlives the ring: how many calls ended so, and their time together."""

    calls: int = 0
    duration_ms: float = 0.0


class Told(NamedTuple):
    """A call's record as it was told, or none: all calls before are to be forgotten.

    `missed`: between it and the one heard before it others were told that are gone.
    """

    number: int
    raw: bytes
    missed: bool = False


class Line(Protocol):
    """What several processes tell each other of the calls in one sandbox, best effort."""

    def number(self, count: int) -> int:
        """The number of this process's call of that count, in the order of time over all."""
        ...

    def tell(self, number: int, raw: bytes) -> None:
        """Tell of a call; neither waits nor fails."""
        ...

    async def hear(self) -> Sequence[Told]:
        """What was told since the last time, by this process too, in one order for all."""
        ...


class Journal:
    """The calls of one sandbox. `line`: to the other processes that serve it.

    `closed`: how many ever ended; `forgotten`: the highest number that the full ring let go since
    it was cleared; `bell` rings when a call ends, and when the sandbox changes.
    """

    __slots__ = (
        "_budget",
        "_bytes",
        "_line",
        "_ring",
        "bell",
        "closed",
        "count",
        "forgotten",
        "tallies",
    )

    def __init__(self, budget: Budget, line: Line | None = None) -> None:
        self._budget = budget
        self._line = line
        self._ring: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self.bell = Bell()
        self.closed = 0
        self.forgotten = 0
        self.count = 0
        self.tallies: dict[Outcome, Tally] = {}

    def open(self) -> int:
        """The number of a new call: 1, 2, 3, ..., or as the line numbers them."""
        self.count += 1
        return self.count if self._line is None else self._line.number(self.count)

    def close(self, number: int, record: CallRecord) -> None:
        """Keep a finished call; the oldest leave when the ring is full.

        What is told to others is kept when it is heard, in the order that all hear it in.
        """
        outcome = (record.provider, record.operation, record.status)
        tally = self.tallies.setdefault(outcome, Tally())
        tally.calls += 1
        tally.duration_ms += record.duration_ms
        raw = _encoder.encode(record)
        if self._line is None:
            self._keep(number, raw)
        else:
            self._line.tell(number, raw if len(raw) <= MAX_TOLD else _encoder.encode(_cut(record)))
        self.bell.ring()

    async def catch_up(self) -> bool:
        """Take in what was told of calls, here and elsewhere; False when some of it is gone."""
        whole = True
        for told in await self._line.hear() if self._line else ():
            if not told.raw:
                self._forget()
                continue
            if told.missed:
                whole = False
                self.forgotten = max(self.forgotten, told.number - 1)
            self._keep(told.number, told.raw)
            self.bell.ring()
        return whole

    def _keep(self, number: int, raw: bytes) -> None:
        self._ring.append((number, raw))
        self.closed += 1
        self._bytes += len(raw)
        while self._bytes > self._budget.share and len(self._ring) > 1:
            oldest, raw = self._ring.popleft()
            self._bytes -= len(raw)
            self.forgotten = max(self.forgotten, oldest)

    def __len__(self) -> int:
        return len(self._ring)

    def __reversed__(self) -> Iterator[CallRecord]:
        return (_decoder.decode(raw) for _, raw in reversed(tuple(self._ring)))

    def after(self, closed: int, most: int) -> list[CallRecord] | None:
        """The calls that ended after the first `closed`, in that order; None: some are gone."""
        behind = self.closed - closed
        if not 0 <= behind <= len(self._ring):
            return None
        begin = len(self._ring) - behind
        return [_decoder.decode(raw) for _, raw in islice(self._ring, begin, begin + most)]

    def get(self, call: str) -> CallRecord | None:
        """One kept call by its id."""
        number = parse_call_id(call)
        return next((_decoder.decode(raw) for n, raw in self._ring if n == number), None)

    def clear(self) -> None:
        """Forget the calls; numbering and counters go on."""
        self._forget()
        if self._line is not None:
            self._line.tell(0, b"")

    def _forget(self) -> None:
        self._ring.clear()
        self._bytes = 0
        self.forgotten = 0

    def restart(self) -> None:
        """Forget the calls and number from 1 again: a reset sandbox answers as a new one."""
        self.clear()
        self.count = 0


def _cut(record: CallRecord) -> CallRecord:
    """A record without the bodies, which are too large to be told."""
    request = msgspec.structs.replace(record.request, body=None)
    response = msgspec.structs.replace(record.response, body=None)
    return msgspec.structs.replace(record, request=request, response=response)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CallRecord)


def render_call_id(number: int) -> str:
    """`call_17`."""
    return f"call_{number}"


def parse_call_id(text: str) -> int | None:
    """The number of a call's id."""
    digits = text.removeprefix("call_")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None  # noqa: PLR2004


def mask(value: object, private: frozenset[str], depth: int = MAX_DEPTH) -> object:
    """The same JSON with the values of private fields masked; what lies deeper than `depth` too.

    The bound keeps a body that is nothing but brackets from exhausting the stack.
    """
    if isinstance(value, dict):
        if depth == 0:
            return MASK
        masked: dict[str, object] = {}
        for name, inner in value.items():
            if name in private:
                masked[name] = None if inner is None else MASK
            elif isinstance(inner, str):  # most are: no call for them
                masked[name] = inner
            else:
                masked[name] = mask(inner, private, depth - 1)
        return masked
    if isinstance(value, list):
        return [mask(inner, private, depth - 1) for inner in value] if depth else MASK
    return value
