"""Rate limits: how many calls a subject may make in any window of the sandbox's time.

Counted on the sandbox's log, so that a limit of 10 lets exactly 10 through whatever the
concurrency. A refused call is not counted: what `Retry-After` says then holds.
"""

import math
from collections import deque
from collections.abc import Iterable
from typing import Annotated

import msgspec

from emulator.core.clock import parse_duration

MAX_LIMIT = 100_000
MAX_SUBJECTS = 10_000

Subject = tuple[str, str]  # the provider, and whom it counts: a key, an address


class RateLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limiter as a setting: `limit` calls in any `window` (seconds, or a duration)."""

    enabled: bool = False
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = 1000
    window: Annotated[float, msgspec.Meta(gt=0)] | str = "PT1H"

    def __post_init__(self) -> None:
        if self.window_s <= 0:
            raise ValueError("window must be longer than nothing")

    @property
    def window_s(self) -> float:
        """Seconds."""
        return parse_duration(self.window) if isinstance(self.window, str) else self.window


class CallTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The calls of one subject as a snapshot keeps them. `keep`: so many of the newest."""

    provider: str
    subject: str
    keep: int
    times: tuple[float, ...]


class Limits:
    """The times of the calls that count, by subject; the subject heard of first leaves first."""

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times: dict[Subject, deque[float]] = {}

    def wait_s(self, subject: Subject, rate: RateLimit, now: float) -> int:
        """Whole seconds until the subject may call again; 0: it may now.

        What lies ahead of `now`, for a clock was set back, does not count.
        """
        times = self._times.get(subject, ())
        if len(times) < rate.limit:
            return 0
        window_s = rate.window_s
        recent = [at for at in times if now - window_s < at <= now]
        if len(recent) < rate.limit:
            return 0
        return max(1, math.ceil(recent[-rate.limit] + window_s - now))

    def used(self, subject: Subject, rate: RateLimit, now: float) -> int:
        """What the subject has used up of its limit."""
        since = now - rate.window_s
        return sum(since < at <= now for at in self._times.get(subject, ()))

    def count(self, subject: Subject, at: float, keep: int, cost: int = 1) -> None:
        """Note a call as `cost` of them. `keep`: so many of the newest are enough."""
        times = self._times.get(subject)
        if times is None or times.maxlen != keep:
            times = self._times[subject] = deque(times or (), maxlen=keep)
            if len(self._times) > MAX_SUBJECTS:
                del self._times[next(iter(self._times))]
        times.extend([at] * min(cost, keep))

    def list_times(self) -> tuple[CallTimes, ...]:
        """All that is counted, the subject heard of first before the others."""
        return tuple(
            CallTimes(*subject, times.maxlen or 0, tuple(times))
            for subject, times in self._times.items()
        )

    def restore(self, counted: Iterable[CallTimes]) -> None:
        """Count what `list_times` told, and nothing else."""
        self._times = {
            (one.provider, one.subject): deque(one.times, maxlen=one.keep) for one in counted
        }

    def clear(self) -> None:
        """Forget all."""
        self._times.clear()
