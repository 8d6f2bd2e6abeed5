import msgspec
import pytest

from emulator.core.limits import MAX_SUBJECTS, Limits, RateLimit

ME = ("toy", "me")
RATE = RateLimit(enabled=True, limit=3, window=10)


def counted(*times: float, rate: RateLimit = RATE) -> Limits:
    """What has counted calls at these times."""
    limits = Limits()
    for at in times:
        limits.count(ME, at, rate.limit)
    return limits


def test_the_limit_is_reached_exactly() -> None:
    """As many calls as the limit are free, then it is a wait until the oldest leaves the window."""
    assert counted(100, 101).wait_s(ME, RATE, 102) == 0
    full = counted(100, 101, 102)
    assert full.wait_s(ME, RATE, 102) == 8
    assert full.wait_s(ME, RATE, 109.5) == 1
    assert full.wait_s(ME, RATE, 110) == 0


def test_after_the_wait_a_call_is_free() -> None:
    """Who comes back after the seconds that were told is let through."""
    for now in (102.0, 102.25, 109.999):
        wait_s = counted(100, 101, 102).wait_s(ME, RATE, now)
        assert counted(100, 101, 102).wait_s(ME, RATE, now + wait_s) == 0


def test_a_clock_set_back_frees() -> None:
    """What lies ahead of now has not happened."""
    assert counted(100, 101, 102).wait_s(ME, RATE, 50) == 0


def test_subjects_do_not_share() -> None:
    """Another's calls do not count, nor those under another provider."""
    full = counted(100, 101, 102)
    assert full.wait_s(("toy", "you"), RATE, 102) == 0
    assert full.wait_s(("other", "me"), RATE, 102) == 0


def test_a_smaller_limit_holds_at_once() -> None:
    """A limit that was changed looks at the calls that were counted before."""
    small = RateLimit(enabled=True, limit=2, window=10)
    assert counted(100, 101, 102).wait_s(ME, small, 102) == 9
    limits = counted(100, 101, 102)
    limits.count(ME, 103, 2)
    assert limits.wait_s(ME, small, 103) == 9


def test_memory_is_bounded() -> None:
    """Only the newest calls of each subject are kept, and only so many subjects."""
    limits = counted(*range(100))
    assert len(limits._times[ME]) == 3
    for number in range(MAX_SUBJECTS):
        limits.count(("toy", str(number)), 1.0, 3)
    assert len(limits._times) == MAX_SUBJECTS
    assert ME not in limits._times
    limits.clear()
    assert not limits._times


@pytest.mark.parametrize("window", [10, 10.0, "10s", "PT10S"])
def test_windows_are_seconds_or_durations(window: object) -> None:
    """A window may be written in either way."""
    assert msgspec.convert({"window": window}, RateLimit).window_s == 10


@pytest.mark.parametrize(
    "values",
    [{"limit": 0}, {"limit": 1e6}, {"window": 0}, {"window": "-1s"}, {"window": "soon"}, {"x": 1}],
)
def test_a_limit_that_is_none_is_refused(values: dict[str, object]) -> None:
    """Settings that mean nothing are refused where they are written."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(values, RateLimit)
