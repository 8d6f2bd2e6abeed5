"""How long tokens live, and which word counts."""

import httpx
import pytest

from emulator.core.jwt import parse_token
from tests.control.answers import (
    DEFAULT,
    freeze,
    message_at,
    mint,
    read,
    read_problem,
)
from tests.signing import minting

pytestmark = pytest.mark.anyio

LIFETIMES = f"{DEFAULT}/lifetimes"
AT = "2030-01-01T00:00:00Z"
AT_S = 1_893_456_000
MINT = "zerohash.client_auth_token"
OLDER: dict[str, int | None] = {"zerohash.onboarding_token": None}


async def put(control: httpx.AsyncClient, **changes: object) -> dict[str, int | None]:
    """The lifetimes after a change."""
    return read(await control.put(LIFETIMES, json=changes))  # type: ignore[no-any-return]


async def test_every_name_is_shown(control: httpx.AsyncClient) -> None:
    """At first the defaults hold: null, so that sending back what was read changes nothing."""
    shown = read(await control.get(LIFETIMES))
    assert shown == {"zerohash": None, MINT: None, **OLDER}
    assert await put(control, **shown) == shown


async def test_merge(control: httpx.AsyncClient) -> None:
    """Absent keeps, a value replaces, null restores; numbers and durations are both seconds."""
    assert await put(control, zerohash=600) == {"zerohash": 600, MINT: None, **OLDER}
    assert await put(control, **{MINT: "PT5M"}) == {"zerohash": 600, MINT: 300, **OLDER}
    assert await put(control, zerohash="1h") == {"zerohash": 3600, MINT: 300, **OLDER}
    assert await put(control, **{MINT: None}) == {"zerohash": 3600, MINT: None, **OLDER}
    assert await put(control) == {"zerohash": 3600, MINT: None, **OLDER}
    assert read(await control.get(LIFETIMES)) == {"zerohash": 3600, MINT: None, **OLDER}


async def test_bounds(control: httpx.AsyncClient) -> None:
    """A second and ten years are possible."""
    assert await put(control, zerohash=1, **{MINT: "3650d"}) == {
        "zerohash": 1,
        MINT: 315_360_000,
        **OLDER,
    }


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        315_360_001,
        "0s",
        "-1s",
        "3651d",
        "1.5s",
        "500ms",
        1.0,
        True,
        [],
        {},
        "soon",
        "9" * 30,
    ],
)
async def test_impossible_lifetimes_change_nothing(
    control: httpx.AsyncClient, value: object
) -> None:
    """One bad value, and the good one beside it is not applied either."""
    response = await control.put(LIFETIMES, json={MINT: 77, "zerohash": value})
    read_problem(response, 400, "/zerohash")
    assert read(await control.get(LIFETIMES)) == {"zerohash": None, MINT: None, **OLDER}


async def test_unknown_names_are_refused_with_the_nearest(control: httpx.AsyncClient) -> None:
    """Providers and operations that mint nothing are named all at once."""
    changes = {"zerohsh": 1, "zerohash.client_auth_tokn": 1, "zerohash.time": None, MINT: 60}
    problem = read_problem(
        await control.put(LIFETIMES, json=changes),
        400,
        "/zerohsh",
        "/zerohash.client_auth_tokn",
        "/zerohash.time",
    )
    assert MINT in message_at(problem, "/zerohash.client_auth_tokn")
    assert read(await control.get(LIFETIMES))[MINT] is None


async def test_precedence(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Fault, the request's own, operation, provider, default: the first that there is counts."""
    await freeze(control, AT)

    async def called_s() -> int:
        response = await client.request(**minting())
        return int(parse_token(read(response, 201)["message"]["token"]).claims["exp"]) - AT_S

    async def asked_s() -> int:
        return int((await mint(control, lifetime=55))["claims"]["exp"]) - AT_S

    assert (await called_s(), await asked_s()) == (3600, 55)
    await put(control, zerohash=44)
    assert (await called_s(), await asked_s()) == (44, 55)
    await put(control, **{MINT: 33})
    assert (await called_s(), await asked_s()) == (33, 55)
    fault = {"operation": MINT, "when": {"times": 1}, "then": {"lifetime": 22}}
    read(await control.post(f"{DEFAULT}/faults", json=fault), 201)
    assert await called_s() == 22
    assert await called_s() == 33
