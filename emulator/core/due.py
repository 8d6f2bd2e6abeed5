"""Work that falls due: what, when on the sandbox's clock, and until when somebody has it in hand.

Nothing here knows what a piece of work is: its provider and kind lead to what does it.
"""

import heapq
from collections.abc import Iterable, Iterator

import msgspec

from emulator.core.clock import Clock

HOUSE = "emulator"  # whose work it is where it is no provider's: a scenario's steps
SLACK = 1000
MOST = 100_000  # pieces of work in a sandbox; the one that was set first leaves

Name = tuple[str, str, str]  # provider, kind, key


def _nothing() -> msgspec.Raw:
    return msgspec.Raw(b"null")


class Work(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A piece of work. `due_at`: Unix seconds on the sandbox's clock; `attempt`: 1, 2, 3, ...

    `key`: tells it from others of its kind, the same for every attempt. `data`: what was decided
    when it was set, as JSON.
    """

    provider: str
    kind: str
    key: str
    due_at: float
    attempt: int = 1
    data: msgspec.Raw = msgspec.field(default_factory=_nothing)

    @property
    def name(self) -> Name:
        """What tells it from all other work."""
        return self.provider, self.kind, self.key


class DueRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of work, and until when it is in somebody's hand: Unix seconds of real time."""

    work: Work
    claimed_until: float | None = None


class Due:
    """The work of a sandbox that is not done yet."""

    __slots__ = ("_claims", "_heap", "_number", "_numbers", "_work")

    def __init__(self) -> None:
        self._work: dict[Name, Work] = {}
        self._numbers: dict[Name, int] = {}
        self._claims: dict[Name, float] = {}
        self._heap: list[tuple[float, int, Name]] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._work)

    def __iter__(self) -> Iterator[Work]:
        """In the order in which it falls due, what falls due together in the order of setting."""
        names = sorted(self._work, key=lambda name: (self._work[name].due_at, self._numbers[name]))
        return (self._work[name] for name in names)

    def list_rows(self) -> tuple[DueRow, ...]:
        """All of it, to keep."""
        return tuple(DueRow(work, self._claims.get(work.name)) for work in self)

    def restore(self, rows: Iterable[DueRow]) -> None:
        """What was kept, and nothing else."""
        self.clear()
        for row in rows:
            self.set(row.work)
            if row.claimed_until is not None:
                self.claim(row.work.name, row.claimed_until)

    def count(self, now: float) -> int:
        """How much of it is due, in somebody's hand or not."""
        return sum(work.due_at <= now for work in self._work.values())

    def set(self, work: Work) -> None:
        """Add a piece of work, or put off the one of its name: nobody has it in hand then."""
        name = work.name
        self.drop(name)
        if len(self._work) == MOST:
            self.drop(next(iter(self._work)))
        if len(self._heap) > 2 * len(self._work) + SLACK:  # what was dropped early is still in it
            self._heap = [entry for entry in self._heap if self._numbers.get(entry[2]) == entry[1]]
            heapq.heapify(self._heap)
        self._number += 1
        self._work[name] = work
        self._numbers[name] = self._number
        heapq.heappush(self._heap, (work.due_at, self._number, name))

    def claim(self, name: Name, until: float) -> None:
        """Somebody has it in hand until then: Unix seconds of real time."""
        if name in self._work:
            self._claims[name] = until

    def drop(self, name: Name) -> None:
        """It is done, or need not be."""
        if self._work.pop(name, None) is not None:
            del self._numbers[name]
            self._claims.pop(name, None)

    def drop_all(self, *, of_house: bool) -> None:
        """All that is the emulator's own need not be done, or else all that is the providers'."""
        for name in [name for name in self._work if (name[0] == HOUSE) is of_house]:
            self.drop(name)

    def clear(self) -> None:
        """Forget everything; the order of setting goes on."""
        self._work.clear()
        self._numbers.clear()
        self._claims.clear()
        self._heap.clear()

    def claimed_until(self, work: Work) -> float | None:
        """Until when that attempt is in somebody's hand; None: it is in nobody's."""
        return self._claims.get(work.name) if self._work.get(work.name) == work else None

    def first(self, now: float, wall: float) -> Work | None:
        """What falls due first, if it is due and nobody has it in hand. Both Unix seconds.

        A claim that has run out at the real time `wall` counts no more: who made it is gone.
        """
        free = [name for name, until in self._claims.items() if until <= wall]
        waiting = self._waiting()
        if waiting is not None:
            free.append(waiting)
        due = [name for name in free if self._work[name].due_at <= now]
        found = min(
            due, key=lambda name: (self._work[name].due_at, self._numbers[name]), default=None
        )
        return None if found is None else self._work[found]

    def next_wall(self, clock: Clock, wall: float) -> float | None:
        """The real time at which there is something to do; None: not before the clock is moved."""
        ends = dict(self._claims)
        waiting = self._waiting()
        if waiting is not None:
            ends[waiting] = wall
        times = [
            max(at, until)
            for name, until in ends.items()
            if (at := clock.wall_at(self._work[name].due_at, wall)) is not None
        ]
        return min(times, default=None)

    def _waiting(self) -> Name | None:
        """The first that is in nobody's hand. What is done meanwhile leaves the heap here."""
        heap = self._heap
        while heap:
            _, number, name = heap[0]
            if self._numbers.get(name) == number and name not in self._claims:
                return name
            heapq.heappop(heap)
        return None
