"""The rate limits of both REST providers: exact, on the sandbox's clock, off by default."""

import asyncio

import httpx
import pytest

from emulator.app import Emulator
from emulator.providers.usegrant.state import Settings as Ours
from emulator.providers.zerohash.state import Settings as Theirs
from tests.providers.usegrant.calls import (
    KEY,
    TOKENS,
    bearer,
    set_clock,
    set_settings,
    view_of,
)

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.5


async def ask(client: httpx.AsyncClient, count: int, key: str = KEY) -> list[int]:
    """The statuses of so many calls at once, in order of size."""
    calls = (client.get("/v1/providers", headers=bearer(key)) for _ in range(count))
    return sorted(answer.status_code for answer in await asyncio.gather(*calls))


async def test_by_default_there_is_no_limit(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Nothing is counted, and no fact is written for a call that only reads."""
    head = emulator.directory.get("default")
    assert head is not None
    before = head._head
    assert await ask(client, 50) == [200] * 50
    assert head._head == before


async def test_exactly_so_many_calls_pass(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Of calls that come at the same time just the limit is let through."""
    await set_clock(emulator, NOW)
    await set_settings(emulator, rate_limit={"enabled": True, "limit": 7})
    assert await ask(client, 20) == [200] * 7 + [429] * 13


async def test_a_refusal_says_when_to_come_back(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """429 in the provider's shape with Retry-After; who waits so long is let through again."""
    await set_clock(emulator, NOW)
    await set_settings(emulator, rate_limit={"enabled": True, "limit": 2, "window": "10m"})
    assert await ask(client, 2) == [200, 200]
    await set_clock(emulator, NOW + 90)
    answer = await client.post(TOKENS)
    assert answer.status_code == 429
    assert answer.json() == {"code": "too_many_requests", "message": "Too Many Requests"}
    assert answer.headers["Retry-After"] == "510"
    assert len(view_of(emulator).tokens) == 0
    await set_clock(emulator, NOW + 90 + 510)
    assert await ask(client, 3) == [200, 200, 429]


async def test_each_key_has_its_own(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Another key is not held up; an unknown one is 401 however often it asks."""
    await set_settings(emulator, rate_limit={"enabled": True, "limit": 2})
    assert await ask(client, 3) == [200, 200, 429]
    assert await ask(client, 3, "uga_test") == [200, 200, 429]
    assert await ask(client, 5, "uga_nobody") == [401] * 5


async def test_issuers_are_not_limited(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Discovery and key sets are for everybody."""
    await set_settings(emulator, rate_limit={"enabled": True, "limit": 1})
    path = "/oidc/acme-auth-app-fake00000001/.well-known/jwks"
    statuses = {(await client.get(path)).status_code for _ in range(3)}
    assert statuses == {200}


async def test_the_documented_limit_is_the_default(emulator: Emulator) -> None:
    """Switched on without a number it is 1,000 an hour here, 2,000 in 10 s at zerohash."""
    view = view_of(emulator)
    ours, theirs = view.settings(Ours).rate_limit, view.settings(Theirs).rate_limit
    assert (ours.limit, ours.window_s) == (1000, 3600)
    assert (theirs.limit, theirs.window_s) == (2000, 10)
    assert not ours.enabled
    assert not theirs.enabled


async def test_zerohash_counts_addresses(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """There the limit is an address's, over all endpoints, before anybody is authenticated."""
    await set_clock(emulator, NOW)
    limit = {"enabled": True, "limit": 2, "window": 10}
    await set_settings(emulator, "zerohash", rate_limit=limit)
    statuses = [(await client.get("/zerohash/time")).status_code for _ in range(2)]
    assert statuses == [200, 200]
    answer = await client.post("/zerohash/client_auth_token")
    assert (answer.status_code, answer.text) == (429, "Too Many Requests")
    assert answer.headers["Retry-After"] == "10"
    await set_clock(emulator, NOW + 10)
    assert (await client.get("/zerohash/time")).status_code == 200
