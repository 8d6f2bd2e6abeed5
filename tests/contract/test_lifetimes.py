"""How long tokens live, over all providers: which word counts, and the end of a single one."""

from datetime import datetime

import httpx
import pytest

from tests.contract.wielding import ALL, CONTROL, find_record, introspect

pytestmark = pytest.mark.anyio

DEFAULTS = {"zerohash": 3600, "highnote": 600, "usegrant": 3600, "hyperswitch": 32_400}

each = pytest.mark.parametrize("provider", ALL)


async def measure_s(client: httpx.AsyncClient) -> int:
    """How long the newest token lives."""
    record = await find_record(client)
    issued, expires = (datetime.fromisoformat(record[n]) for n in ("issued_at", "expires_at"))
    if "exp" in record["claims"] and "iat" in record["claims"]:
        assert record["claims"]["exp"] - record["claims"]["iat"] == (expires - issued).seconds
    return int((expires - issued).total_seconds())


async def set_lifetime(client: httpx.AsyncClient, name: str, lifetime: object) -> None:
    """One lifetime of the sandbox."""
    answer = await client.put(f"{CONTROL}/lifetimes", json={name: lifetime})
    assert answer.status_code == 200, answer.text


@each
async def test_precedence(client: httpx.AsyncClient, provider: str) -> None:
    """Fault, the request's own, operation, provider, default: the first that there is counts."""
    wielder = ALL[provider]
    operation = f"{provider}.{wielder.operation}"

    async def called_s(**headers: str) -> int:
        await wielder.mint(client, headers)
        return await measure_s(client)

    async def asked_s() -> int:
        asked = {"provider": provider, "lifetime": 55}
        assert (await client.post(f"{CONTROL}/tokens", json=asked)).status_code == 201
        return await measure_s(client)

    assert (await called_s(), await asked_s()) == (DEFAULTS[provider], 55)
    await set_lifetime(client, provider, 44)
    assert (await called_s(), await asked_s()) == (44, 55)
    await set_lifetime(client, operation, "PT33S")
    assert (await called_s(), await asked_s()) == (33, 55)
    fault = {"operation": operation, "when": {"times": 1}, "then": {"lifetime": "22s"}}
    assert (await client.post(f"{CONTROL}/faults", json=fault)).status_code == 201
    assert await called_s() == 22
    assert await called_s(**{"X-Emulator-Fault": "lifetime=5"}) == 5
    assert await called_s() == 33
    await set_lifetime(client, operation, None)
    assert await called_s() == 44
    await set_lifetime(client, provider, None)
    assert await called_s() == DEFAULTS[provider]


async def test_the_requests_own_is_beaten_by_a_fault_alone(client: httpx.AsyncClient) -> None:
    """UseGrant's callers may choose: their word beats the sandbox's, and a fault beats theirs."""
    from tests.providers.usegrant import calls as usegrant  # noqa: PLC0415

    path, key = f"/usegrant{usegrant.TOKENS}", usegrant.bearer(usegrant.KEY)
    await set_lifetime(client, "usegrant.createToken", 33)
    for fault, expected in (({}, 77), ({"X-Emulator-Fault": 'lifetime="PT5S"'}, 5)):
        await usegrant.mint(client, path, {"expiresIn": 77}, {**key, **fault})
        assert await measure_s(client) == expected


@each
async def test_the_end_follows_the_lifetime(client: httpx.AsyncClient, provider: str) -> None:
    """A short life is over when the sandbox's clock says so, on the second."""
    clock = {"mode": "frozen", "at": "2030-01-01T00:00:00Z"}
    await client.put(f"{CONTROL}/clock", json=clock)
    token = await ALL[provider].mint(client, {"X-Emulator-Fault": "lifetime=5"})
    for by, reason in (("4s", None), ("1s", "expired")):
        await client.post(f"{CONTROL}/clock/advance", json={"by": by})
        assert (await introspect(client, token)).get("reason") == reason


@each
async def test_one_token_can_be_expired(client: httpx.AsyncClient, provider: str) -> None:
    """That one and no other; what is in it stays; its consumer refuses it as expired."""
    wielder = ALL[provider]
    token, other = [await wielder.mint(client, {}) for _ in range(2)]
    jti = (await introspect(client, token))["jti"]
    answer = await client.post(f"{CONTROL}/tokens/{jti}/expire")
    assert answer.status_code == 200
    record = answer.json()
    assert (record["status"], record["token"]) == ("expired", token)
    assert (await introspect(client, token))["reason"] == "expired"
    assert (await introspect(client, other))["active"]
    if provider != "zerohash":  # there a token is used by the provider's own app; here it is ended
        assert (await wielder.use(client, token)).status_code in {400, 401}
    assert (await wielder.use(client, other)).is_success
