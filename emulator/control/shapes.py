"""Shapes that bodies share and JSON has no type for: durations, times, lifetimes, delays.

They end with the body: a fact takes the plain number, which alone can be written again.
"""

from collections.abc import Mapping
from typing import Any

from emulator.core.clock import MAX_TIME, parse_duration, parse_time
from emulator.core.faults import MAX_DELAY_S

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


class Delay(float):
    """Seconds that a call waits, written as a duration."""

    __slots__ = ()


_DURATION_SCHEMA = {"type": "string", "examples": ["PT10M", "250ms", "10m", "1h"]}
_SCHEMAS: Mapping[type, dict[str, Any]] = {
    Duration: {**_DURATION_SCHEMA, "description": "ISO 8601, or short: ms, s, m, h, d."},
    Delay: {**_DURATION_SCHEMA, "description": f"Up to {MAX_DELAY_S:.0f} s."},
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
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - the hook's contract
    if shape is Moment:
        return Moment(parse_time(value))
    seconds = parse_duration(value)
    if shape is Delay:
        if not 0 < seconds <= MAX_DELAY_S:
            raise ValueError(f"must be more than 0 and at most {MAX_DELAY_S:.0f} s")
        return Delay(seconds)
    if abs(seconds) > MAX_TIME:
        raise ValueError("is longer than the time from 1970 to 9999")
    return Duration(seconds)


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


def describe_shape(shape: type) -> dict[str, Any]:
    """A shape's JSON Schema; whatever JSON can say where there is none."""
    return dict(_SCHEMAS.get(shape, {}))
