"""Time: the one room that reads a clock, and the sandbox's own clock as a value.

A sandbox's clock is a straight line over real time: `now = base_now + (wall - base_wall) * factor`.
The mode is only the name a person gave it.
"""

import re
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, Self

import msgspec

Mode = Literal["real", "frozen", "offset", "scaled"]

_ISO_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_SHORT_DURATION = re.compile(r"(?P<sign>-?)(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|m|h|d)", re.ASCII)
# datetime.fromisoformat alone reads more: week dates, basic forms, a comma before the fraction.
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_ISO_UNIT_S = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}

MAX_TIME = 253_402_300_799.0  # 9999-12-31T23:59:59Z, the last second RFC 3339 can write
MIN_TIME = 0.0


def wall() -> float:
    """Unix seconds of real time."""
    return time.time()


def monotonic() -> float:
    """Seconds that never jump: delays, idle times and durations."""
    return time.monotonic()


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A sandbox's clock. `base_*`: Unix seconds; `factor`: seconds per real second."""

    mode: Mode = "real"
    base_wall: float = 0.0
    base_now: float = 0.0
    factor: float = 1.0

    def now(self, wall: float) -> float:
        """The sandbox's time at the real time `wall`, held inside what RFC 3339 can write."""
        if self.mode == "real":
            return wall
        at = self.base_now + (wall - self.base_wall) * self.factor
        return min(max(at, MIN_TIME), MAX_TIME)

    def wall_at(self, now: float, wall: float) -> float | None:
        """When, in real time, this clock says `now`; `wall`, the present, when it has already.

        None: it stands still before.
        """
        if self.now(wall) >= now:
            return wall
        if self.mode == "real":
            return now
        return self.base_wall + (now - self.base_now) / self.factor if self.factor else None

    @classmethod
    def frozen_at(cls, at: float) -> Self:
        """A clock that stands still."""
        return cls("frozen", 0.0, at, 0.0)

    @classmethod
    def offset_by(cls, by_s: float) -> Self:
        """A clock `by_s` seconds ahead of real time (behind when negative)."""
        return cls("offset", 0.0, by_s, 1.0)

    def scaled(self, factor: float, wall: float) -> Self:
        """A clock that goes on from this one's time, `factor` seconds for each real second."""
        return type(self)("scaled", wall, self.now(wall), factor)

    def advanced(self, by_s: float) -> Self:
        """This clock `by_s` seconds later: frozen stays frozen, real becomes offset."""
        if self.mode == "real":
            return self.offset_by(by_s)
        return type(self)(self.mode, self.base_wall, self.base_now + by_s, self.factor)

    @property
    def offset_s(self) -> float:
        """How far an offset clock is ahead of real time."""
        return self.base_now - self.base_wall


def parse_duration(text: str) -> float:
    """Seconds of an ISO 8601 (`PT10M`) or short (`250ms`, `10m`, `1.5h`) duration.

    Raises:
        ValueError: the text is neither, or is longer than any time that can be written.
    """
    short = _SHORT_DURATION.fullmatch(text)
    iso = _ISO_DURATION.fullmatch(text)
    if short:
        seconds = float(short["number"]) * _UNIT_S[short["unit"]]
    elif iso and not text.endswith(("P", "T")):
        seconds = sum(float(iso[name]) * unit for name, unit in _ISO_UNIT_S.items() if iso[name])
    else:
        raise ValueError("is not a duration: write ISO 8601 (PT10M) or short (250ms, 10m, 1h)")
    if seconds > MAX_TIME:
        raise ValueError("is a duration of more than 8,000 years")
    return -seconds if text.startswith("-") else seconds


def render_duration(seconds: float) -> str:
    """ISO 8601 in seconds: `PT600S`, `-PT0.25S`."""
    magnitude = f"{abs(seconds):.6f}".rstrip("0").rstrip(".")
    return f"{'-' if seconds < 0 else ''}PT{magnitude}S"


def parse_time(text: str) -> float:
    """Unix seconds of an RFC 3339 time.

    Raises:
        ValueError: not RFC 3339, without a zone, or outside 1970 to 9999.
    """
    shape = _RFC_3339.fullmatch(text)
    try:
        at = datetime.fromisoformat(text.upper()) if shape else None
    except ValueError:
        at = None
    if shape is None or at is None:
        raise ValueError("is not an RFC 3339 time such as 2026-01-01T00:00:00Z")
    if shape["zone"] is None:
        raise ValueError("has no zone: end it with Z")
    seconds = at.timestamp()
    if not MIN_TIME <= seconds <= MAX_TIME:
        raise ValueError("is outside 1970 to 9999")
    return seconds


def render_time(at: float) -> str:
    """RFC 3339 with `Z`, milliseconds only where there are any; held inside 1970 to 9999."""
    whole, fraction = divmod(round(min(max(at, MIN_TIME), MAX_TIME) * 1000), 1000)
    text = _render_second(whole)
    return f"{text}.{fraction:03d}Z" if fraction else f"{text}Z"


@lru_cache(maxsize=64)
def _render_second(whole: int) -> str:
    """Most times of a busy process fall into few seconds."""
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
