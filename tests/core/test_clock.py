from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.clock import (
    MAX_TIME,
    MIN_TIME,
    Clock,
    monotonic,
    parse_duration,
    parse_time,
    render_duration,
    render_time,
    wall,
)

WALL = 1_700_000_000.0
TIMES = st.floats(MIN_TIME, MAX_TIME, allow_nan=False)


def test_real_clock_is_the_wall() -> None:
    """A clock that nobody set tells real time, even before 1970 and after 9999."""
    assert Clock().now(WALL) == WALL
    assert Clock().mode == "real"


def test_frozen_clock_stands_still() -> None:
    """A frozen clock tells one time, however much real time passes."""
    clock = Clock.frozen_at(500.0)
    assert clock.now(WALL) == clock.now(WALL + 1e6) == 500.0


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6))
def test_offset_clock_keeps_its_distance(by_s: float, later: float) -> None:
    """An offset clock goes as fast as real time, `by_s` ahead of it or behind."""
    clock = Clock.offset_by(by_s)
    assert clock.now(WALL + later) == pytest.approx(WALL + later + by_s)
    assert clock.offset_s == by_s


def test_offset_is_absolute() -> None:
    """Setting an offset twice is not adding them: it is against real time."""
    assert Clock.offset_by(10).now(WALL) == WALL + 10
    assert Clock.offset_by(-10).now(WALL) == WALL - 10


@given(TIMES, st.floats(0, 1000), st.floats(0, 1e6))
def test_scaled_clock_goes_on_from_where_it_was(at: float, factor: float, later: float) -> None:
    """A clock that is scaled does not jump; from then on it goes `factor` times as fast."""
    clock = Clock.frozen_at(at).scaled(factor, WALL)
    assert clock.now(WALL) == at
    expected = min(at + later * factor, MAX_TIME)
    assert clock.now(WALL + later) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("clock", "mode"),
    [
        (Clock(), "offset"),
        (Clock.frozen_at(WALL), "frozen"),
        (Clock.offset_by(5), "offset"),
        (Clock.frozen_at(WALL).scaled(60, WALL), "scaled"),
    ],
)
def test_advancing_adds_and_keeps_the_mode(clock: Clock, mode: str) -> None:
    """Advancing adds seconds; frozen stays frozen, real becomes offset, the others keep on."""
    once = clock.advanced(600)
    twice = once.advanced(600)
    assert once.mode == twice.mode == mode
    assert once.now(WALL) == clock.now(WALL) + 600
    assert twice.now(WALL) == clock.now(WALL) + 1200
    assert twice.factor == clock.factor


def test_advancing_back_and_forth_returns() -> None:
    """Advancing by a negative duration goes back."""
    assert Clock().advanced(600).advanced(-600).now(WALL) == WALL


@pytest.mark.parametrize("clock", [Clock.offset_by(1e15), Clock.frozen_at(MAX_TIME).advanced(1)])
def test_time_ends_in_9999(clock: Clock) -> None:
    """A clock never tells a time that RFC 3339 can't write: it stops at the last second."""
    assert clock.now(WALL) == MAX_TIME
    assert render_time(clock.now(WALL)) == "9999-12-31T23:59:59Z"


def test_time_begins_in_1970() -> None:
    """A clock that was set back too far tells the first second."""
    assert Clock.offset_by(-1e15).now(WALL) == MIN_TIME
    assert render_time(MIN_TIME) == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT10M", 600),
        ("PT0S", 0),
        ("P1D", 86400),
        ("P1DT1H1M1.5S", 90061.5),
        ("-PT0.25S", -0.25),
        ("250ms", 0.25),
        ("10m", 600),
        ("1.5h", 5400),
        ("2d", 172800),
        ("-3s", -3),
        ("0s", 0),
    ],
)
def test_durations_read(text: str, seconds: float) -> None:
    """ISO 8601 and the short form both read, negative ones too."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "-P", "P1DT", "10", "10 m", "m", "1e3s", "PT1.5H", "P1M", "P1Y", "+1s"),
        *("1.s", "PT10m", "pt10m", "--1s", "1s\n", "\u0661\u0660m", "PT\u0661S", "nan", "infs"),
        *("9" * 400 + "d", "P9999999D"),
    ],
)
def test_other_durations_are_refused(text: str) -> None:
    """What is no duration, is ambiguous or never ends is refused in words that help."""
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_durations_read_as_rendered(seconds: float) -> None:
    """A rendered duration reads as itself, to the microsecond."""
    text = render_duration(seconds)
    assert parse_duration(text) == pytest.approx(seconds, abs=1e-6)
    assert "e" not in text.lower()


@given(TIMES)
def test_times_read_as_rendered(at: float) -> None:
    """A rendered time reads as itself, to the millisecond, and ends in Z."""
    text = render_time(at)
    assert text.endswith("Z")
    assert parse_time(text) == pytest.approx(at, abs=6e-4)


@given(
    st.integers(86_400, 253_402_200_000),
    st.integers(-14 * 60, 14 * 60),
)
def test_any_zone_reads_as_the_same_moment(at: int, offset_min: int) -> None:
    """A time with an offset is the same moment as in UTC."""
    zone = timezone(timedelta(minutes=offset_min))
    assert parse_time(datetime.fromtimestamp(at, zone).isoformat()) == at


@pytest.mark.parametrize("text", ["2026-01-01t00:00:00z", "2026-01-01 00:00:00Z"])
def test_small_letters_and_a_space_read(text: str) -> None:
    """RFC 3339 lets t and z be small, and a space part date and time."""
    assert parse_time(text) == 1767225600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "1767225600",
        "2026-01-01",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00Z",
        "20260101T000000Z",
        "2026-W01-1T00:00:00Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00Z\n",
        "\u0662\u0660\u0662\u0666-01-01T00:00:00Z",
    ],
)
def test_other_times_are_refused(text: str) -> None:
    """What RFC 3339 does not write is refused, although Python would read some of it."""
    with pytest.raises(ValueError, match="is not an RFC 3339 time"):
        parse_time(text)


def test_a_time_needs_a_zone() -> None:
    """Without a zone nobody knows which moment is meant."""
    with pytest.raises(ValueError, match="end it with Z"):
        parse_time("2026-01-01T00:00:00")


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59"])
def test_times_before_1970_are_refused(text: str) -> None:
    """A clock can't stand before 1970."""
    with pytest.raises(ValueError, match="outside 1970 to 9999"):
        parse_time(text)


def test_the_real_clocks_go_on() -> None:
    """The wall tells this age, and the monotonic clock never goes back."""
    assert wall() > 1_700_000_000
    assert monotonic() <= monotonic()
