"""A sandbox's clock."""

from typing import Any

import httpx
import pytest

from emulator.core.clock import parse_time, wall
from tests.control.answers import DEFAULT, create, freeze, mint, read, read_problem

pytestmark = pytest.mark.anyio

CLOCK = f"{DEFAULT}/clock"
AT = "2030-01-01T00:00:00Z"


async def put(control: httpx.AsyncClient, **body: object) -> Any:  # noqa: ANN401 - JSON
    """The clock after it was replaced; nothing was due."""
    return without_due(read(await control.put(CLOCK, json=body)))


async def advance(control: httpx.AsyncClient, by: str) -> Any:  # noqa: ANN401 - JSON
    """The clock after it was moved on; nothing was due."""
    return without_due(read(await control.post(f"{CLOCK}/advance", json={"by": by})))


def without_due(moved: Any) -> Any:  # noqa: ANN401 - JSON
    """The clock alone: here nothing falls due."""
    assert (moved.pop("due"), moved.pop("due_left")) == ([], 0)
    return moved


async def ahead_s(control: httpx.AsyncClient) -> float:
    """How far the clock is ahead of real time."""
    return parse_time(read(await control.get(CLOCK))["now"]) - wall()


async def test_real(control: httpx.AsyncClient) -> None:
    """At first the clock is real."""
    assert set(read(await control.get(CLOCK))) == {"mode", "now"}
    assert abs(await ahead_s(control)) < 1


async def test_frozen(control: httpx.AsyncClient) -> None:
    """A frozen clock stands where it was put."""
    assert await put(control, mode="frozen", at=AT) == {"mode": "frozen", "now": AT, "at": AT}
    assert read(await control.get(CLOCK))["now"] == AT


async def test_frozen_now(control: httpx.AsyncClient) -> None:
    """Without a time the clock stops where it is."""
    await put(control, mode="offset", by="1h")
    frozen = await put(control, mode="frozen")
    assert parse_time(frozen["now"]) - wall() == pytest.approx(3600, abs=2)
    assert read(await control.get(CLOCK)) == frozen


@pytest.mark.parametrize("by", ["PT10M", "10m", "-PT10M", "-10m", "1.5h", "P1DT2H"])
async def test_offset(control: httpx.AsyncClient, by: str) -> None:
    """An offset is absolute against real time: setting it twice is setting it once."""
    seconds = {"P1DT2H": 93_600, "1.5h": 5400}.get(by, -600 if by.startswith("-") else 600)
    for _ in range(2):
        told = await put(control, mode="offset", by=by)
        assert told["by"] == (f"PT{seconds}S" if seconds > 0 else f"-PT{-seconds}S")
        assert await ahead_s(control) == pytest.approx(seconds, abs=2)


async def test_scaled(control: httpx.AsyncClient) -> None:
    """A scaled clock goes on from where it was, and says its factor."""
    await put(control, mode="frozen", at=AT)
    told = await put(control, mode="scaled", factor=60)
    assert (told["mode"], told["factor"]) == ("scaled", 60)
    assert 0 <= parse_time(told["now"]) - parse_time(AT) < 60
    later = read(await control.get(CLOCK))
    assert parse_time(later["now"]) >= parse_time(told["now"])


async def test_put_replaces(control: httpx.AsyncClient) -> None:
    """A clock that is put has nothing of the one before."""
    await put(control, mode="offset", by="1h")
    assert set(await put(control, mode="real")) == {"mode", "now"}
    assert abs(await ahead_s(control)) < 1


async def test_advance_adds(control: httpx.AsyncClient) -> None:
    """Frozen stays frozen, real becomes offset, offset adds up, scaled keeps its factor."""
    await put(control, mode="frozen", at=AT)
    assert (await advance(control, "PT10M"))["now"] == "2030-01-01T00:10:00Z"
    assert (await advance(control, "250ms"))["now"] == "2030-01-01T00:10:00.250Z"
    await put(control, mode="real")
    assert (await advance(control, "10m"))["by"] == "PT600S"
    assert (await advance(control, "10m"))["by"] == "PT1200S"
    await put(control, mode="scaled", factor=2)
    before = await ahead_s(control)
    assert (await advance(control, "1h"))["factor"] == 2
    assert await ahead_s(control) - before == pytest.approx(3600, abs=5)


async def test_advance_by_nothing(control: httpx.AsyncClient) -> None:
    """Nothing is a length of time too."""
    await put(control, mode="frozen", at=AT)
    assert (await advance(control, "PT0S"))["now"] == AT


async def test_tokens_live_by_it(control: httpx.AsyncClient) -> None:
    """A token expires when the sandbox's clock says so, and is good again when it goes back."""
    await freeze(control, AT)
    jti = (await mint(control, lifetime=60))["jti"]

    async def status() -> Any:  # noqa: ANN401 - JSON
        return read(await control.get(f"{DEFAULT}/tokens/{jti}"))["status"]

    await advance(control, "59s")
    assert await status() == "active"
    await advance(control, "1s")
    assert await status() == "expired"
    await freeze(control, AT)
    assert await status() == "active"


async def test_other_sandboxes_keep_their_time(control: httpx.AsyncClient) -> None:
    """Each sandbox has a clock of its own."""
    await create(control, id="a")
    await freeze(control, AT, "a")
    assert abs(await ahead_s(control)) < 1


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["/mode"]),
        ({"mode": "sundial"}, ["/mode"]),
        ({"mode": "real", "now": AT}, ["/now"]),
        ({"mode": "real", "by": "1s", "at": AT}, ["/at", "/by"]),
        ({"mode": "frozen", "at": "2030-01-01"}, ["/at"]),
        ({"mode": "frozen", "at": "2030-01-01T00:00:00"}, ["/at"]),
        ({"mode": "frozen", "at": "1969-12-31T23:59:59Z"}, ["/at"]),
        ({"mode": "frozen", "at": "0001-01-01T00:00:00+10:00"}, ["/at"]),
        ({"mode": "frozen", "at": 1_900_000_000}, ["/at"]),
        ({"mode": "offset"}, ["/by"]),
        ({"mode": "offset", "by": None}, ["/by"]),
        ({"mode": "offset", "by": 600}, ["/by"]),
        ({"mode": "offset", "by": "PT"}, ["/by"]),
        ({"mode": "offset", "by": "10 minutes"}, ["/by"]),
        ({"mode": "offset", "by": "-100000d"}, ["/by"]),
        ({"mode": "offset", "by": "9999999d"}, ["/by"]),
        ({"mode": "offset", "by": f"{'9' * 400}d"}, ["/by"]),
        ({"mode": "scaled"}, ["/factor"]),
        ({"mode": "scaled", "factor": 0}, ["/factor"]),
        ({"mode": "scaled", "factor": -1}, ["/factor"]),
        ({"mode": "scaled", "factor": 1e12}, ["/factor"]),
        ({"mode": "scaled", "factor": 1e-12}, ["/factor"]),
        ({"mode": "scaled", "factor": "60"}, ["/factor"]),
        ({"mode": "scaled", "factor": True}, ["/factor"]),
    ],
)
async def test_impossible_clocks_are_refused(
    control: httpx.AsyncClient, body: dict[str, object], paths: list[str]
) -> None:
    """What can't be a clock is named, and the clock goes on as before."""
    await freeze(control, AT)
    read_problem(await control.put(CLOCK, json=body), 400, *paths)
    assert read(await control.get(CLOCK))["now"] == AT


@pytest.mark.parametrize("by", ["-1s", "9999999d", "x", 60, None, "P1Y"])
async def test_impossible_advances_are_refused(control: httpx.AsyncClient, by: object) -> None:
    """Back, beyond the year 9999 or by no duration at all: the clock stays."""
    await freeze(control, AT)
    read_problem(await control.post(f"{CLOCK}/advance", json={"by": by}), 400, "/by")
    assert read(await control.get(CLOCK))["now"] == AT


async def test_the_end_of_time(control: httpx.AsyncClient) -> None:
    """At the last second there is, tokens can still be minted and shown."""
    end = "9999-12-31T23:59:59Z"
    await put(control, mode="frozen", at=end)
    assert (await mint(control))["expires_at"] == end
    read_problem(await control.post(f"{CLOCK}/advance", json={"by": "1s"}), 400, "/by")
