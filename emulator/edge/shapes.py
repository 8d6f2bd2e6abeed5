"""Shapes that bodies share and JSON has no type for: durations, times, lifetimes, delays.

They end with the body: a fact takes the plain number, which alone can be written again.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from emulator.core import faults
from emulator.core.clock import MAX_TIME, parse_duration, parse_time, render_duration, render_time
from emulator.core.faults import MAX_DELAY_S
from emulator.core.records import Json

MAX_LIFETIME_S = 10 * 365 * 86400


class Duration(float):
    """Seconds, written ISO 8601 (`PT10M`) or short (`10m`)."""

    __slots__ = ()


class Moment(float):
    """Unix seconds, written RFC 3339."""

    __slots__ = ()


class Lifetime(int):
    """Whole seconds that a token lives, written as a number or a duration."""

    __slots__ = ()


class Delay:
    """How long a call waits: a duration, `{"min", "max"}` or `{"p50", "p99"}` of durations."""

    __slots__ = ("delay",)

    def __init__(self, delay: faults.Delay) -> None:
        self.delay = delay

    def render(self) -> Json:
        """As it is written."""
        low, high = render_duration(self.delay.low_s), render_duration(self.delay.high_s)
        if self.delay.skewed:
            return {"p50": low, "p99": high}
        return low if low == high else {"min": low, "max": high}


_DURATION_SCHEMA = {"type": "string", "examples": ["PT10M", "250ms", "10m", "1h"]}
_RANGES = (("min", "max"), ("p50", "p99"))


def _describe_range(low: str, high: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {low: _DURATION_SCHEMA, high: _DURATION_SCHEMA},
        "required": [low, high],
        "additionalProperties": False,
    }


_SCHEMAS: Mapping[type, dict[str, Any]] = {
    Duration: {**_DURATION_SCHEMA, "description": "ISO 8601, or short: ms, s, m, h, d."},
    Delay: {
        "description": f"Up to {MAX_DELAY_S:.0f} s: fixed, anywhere in a range, or log-normal.",
        "anyOf": [_DURATION_SCHEMA, *(_describe_range(*names) for names in _RANGES)],
    },
    Moment: {"type": "string", "format": "date-time", "examples": ["2026-01-01T00:00:00Z"]},
    Lifetime: {
        "description": "Seconds, or a duration of whole seconds; 1 s to 10 years.",
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": MAX_LIFETIME_S},
            _DURATION_SCHEMA,
        ],
    },
}


def read_shape(shape: type[Any], value: object) -> Any:  # noqa: ANN401 - the library's hook
    """A value of one of these shapes.

    Raises:
        ValueError: it is none; the text says what it must be.
    """
    if shape is Lifetime:
        return read_lifetime(value)
    if shape is Delay:
        return Delay(read_delay(value))
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - the hook's contract
    if shape is Moment:
        return Moment(parse_time(value))
    seconds = parse_duration(value)
    if abs(seconds) > MAX_TIME:
        raise ValueError("is longer than the time from 1970 to 9999")
    return Duration(seconds)


def read_delay(value: object) -> faults.Delay:
    """A delay from a duration, or from an object of two.

    Raises:
        ValueError: it is none, or out of bounds.
    """
    if not isinstance(value, Mapping):
        seconds = _read_wait(value)
        return faults.Delay(seconds, seconds)
    names = next((names for names in _RANGES if set(names) == set(value)), None)
    if names is None:
        raise ValueError("must be a duration, or an object of min and max, or of p50 and p99")
    low_s, high_s = (_read_wait(value[name]) for name in names)
    if low_s > high_s:
        raise ValueError(f"must have a {names[0]} that is not above its {names[1]}")
    return faults.Delay(low_s, high_s, names == _RANGES[1])


def _read_wait(value: object) -> float:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - the hook's contract
    seconds = parse_duration(value)
    if not 0 < seconds <= MAX_DELAY_S:
        raise ValueError(f"must be more than 0 and at most {MAX_DELAY_S:.0f} s")
    return seconds


def read_lifetime(value: object) -> Lifetime:
    """Whole seconds from a number or a duration.

    Raises:
        ValueError: it is none, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("must be whole seconds or a duration")  # noqa: TRY004
    seconds = parse_duration(value) if isinstance(value, str) else value
    if not 1 <= seconds <= MAX_LIFETIME_S:
        raise ValueError("must be 1 s to 10 years")
    if seconds != int(seconds):
        raise ValueError("must be whole seconds")
    return Lifetime(seconds)


def encode_shape(body: msgspec.Struct) -> bytes:
    """A body as JSON, as somebody might have written it."""
    return msgspec.json.encode(body, enc_hook=_write)


def _write(value: object) -> Json:
    match value:
        case Duration():
            return render_duration(value)
        case Moment():
            return render_time(value)
        case Delay():
            return value.render()
        case Lifetime():
            return int(value)
    raise NotImplementedError(type(value))


def describe_shape(shape: type) -> dict[str, Any]:
    """A shape's JSON Schema; whatever JSON can say where there is none."""
    return dict(_SCHEMAS.get(shape, {}))
