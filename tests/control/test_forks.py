"""Copies of a sandbox beside it: what they have in common, and that nothing else is."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from emulator.core.decisions import Decision
from emulator.core.due import Work
from emulator.core.facts import DueClaimed, DueSet
from emulator.core.jwt import parse_token
from emulator.settings import Settings
from tests.control.answers import create, freeze, introspect, mint, read, read_problem
from tests.signing import Key, signed

pytestmark = pytest.mark.anyio

MINT = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
FAULT = {"operation": "zerohash.time", "then": {"error": "internal"}, "when": {"times": 2}}
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def settings() -> Settings:
    """All providers: a fork has them all."""
    return Settings()


async def fork(control: httpx.AsyncClient, sandbox: str = "default", **body: object) -> Any:  # noqa: ANN401
    """A copy that was just made."""
    return read(await control.post(f"/sandboxes/{sandbox}/fork", json=body), 201)


def key_of(made: Mapping[str, Any]) -> Key:
    """The zerohash key of a sandbox that was just made."""
    has = made["credentials"]["zerohash"]
    return Key(has["api_key"], has["secret"], has["passphrase"])


async def test_a_fork_is_as_its_origin(control: httpx.AsyncClient) -> None:
    """Clock, tokens, faults with their hits, switches, lifetimes and entities are copied."""
    await create(control, id="a", seed="s")
    await freeze(control, "2030-01-01T00:00:00Z", "a")
    await mint(control, "a")
    read(await control.post("/sandboxes/a/faults", json=FAULT), 201)
    read(await control.put("/sandboxes/a/settings", json={"zerohash": {"rsa_bits": 2048}}))
    read(await control.put("/sandboxes/a/lifetimes", json={"zerohash": 60}))
    assert (
        await control.delete("/sandboxes/a/entities/zerohash/participants/CUST01")
    ).status_code == 204
    made = await fork(control, "a", id="b")
    assert made["id"] == "b"
    assert made["seed"] == "s"
    assert not made["listed"]
    for part in ("tokens", "faults", "settings", "lifetimes", "clock", "entities/zerohash"):
        one, other = [await control.get(f"/sandboxes/{name}/{part}") for name in ("a", "b")]
        assert read(one) == read(other)


async def test_calls_are_not_copied(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A fork begins with an empty journal, and its calls are numbered anew."""
    await client.get("/zerohash/time")
    await fork(control, id="b")
    assert read(await control.get("/sandboxes/b/calls"))["items"] == []
    answer = await client.get("/_s/b/zerohash/time")
    assert answer.headers["x-emulator-call"] == "call_1"


async def test_neither_sees_the_other(control: httpx.AsyncClient) -> None:
    """A token from before the fork is good in both, and its end in one is none in the other."""
    await create(control, id="a")
    token = await mint(control, "a")
    await fork(control, "a", id="b")
    for name in ("a", "b"):
        assert (await introspect(control, token["token"], name))["active"]
    read(await control.post(f"/sandboxes/b/tokens/{token['jti']}/revoke"))
    assert (await introspect(control, token["token"], "a"))["active"]
    assert (await introspect(control, token["token"], "b"))["reason"] == "revoked"
    assert (await control.delete("/sandboxes/a")).status_code == 204
    assert read(await control.get(f"/sandboxes/b/tokens/{token['jti']}"))["status"] == "revoked"


async def test_the_credentials_lead_to_the_origin(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A fork has its origin's credentials: plain calls go to the origin, addressed ones to it."""
    key = key_of(await create(control, id="a"))
    made = await fork(control, "a", id="b")
    assert key_of(made) == key
    assert made["credentials"]["zerohash"]["base_url"].endswith("/_s/b/zerohash")
    for headers, where in (
        ({}, "a; by=credential"),
        ({"X-Emulator-Sandbox": "b"}, "b; by=header"),
    ):
        request = signed("POST", "/client_auth_token", MINT, key=key, headers=headers)
        answer = await client.request(**request)
        assert answer.status_code == 201, answer.text
        assert answer.headers["x-emulator-sandbox"] == where
    minted = [len(read(await control.get(f"/sandboxes/{n}/tokens"))["items"]) for n in ("a", "b")]
    assert minted == [1, 1]


async def test_an_issuer_of_a_fork_is_under_its_prefix(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A token minted in a fork names an issuer whose discovery and keys are the fork's."""
    await create(control, id="a")
    made = await fork(control, "a", id="b")
    usegrant = made["credentials"]["usegrant"]
    path = f"{usegrant['base_url']}/v1/providers/{usegrant['provider_id']}"
    answer = await client.post(
        f"{path}/clients/{usegrant['client_id']}/tokens",
        headers={"Authorization": f"Bearer {usegrant['api_key']}"},
    )
    token = read(answer)["accessToken"]
    claims = parse_token(token).claims
    assert isinstance(claims["iss"], str)
    assert claims["iss"].startswith("http://localhost:4600/_s/b/")
    issuer = usegrant["provider_id"]
    read(await control.post("/sandboxes/b/keys/usegrant/rotate", json={"issuer": issuer}))
    discovered = read(await client.get(claims["iss"] + DISCOVERY))
    assert discovered["issuer"] == claims["iss"]
    theirs = read(await client.get(discovered["jwks_uri"]))["keys"]
    plain = discovered["jwks_uri"].replace("/_s/b", "/_s/a")
    ours = read(await client.get(plain))["keys"]
    assert len(theirs) == len(ours) + 1


async def test_a_reset_keeps_the_identity(control: httpx.AsyncClient) -> None:
    """A fork goes back to the world that its origin was born with, its names included."""
    made = await create(control, id="a", fixtures={"zerohash": {"participants": []}})
    await fork(control, "a", id="b")
    read(await control.post("/sandboxes/b/reset"))
    credentials = read(await control.get("/sandboxes/b/credentials"))
    assert credentials["zerohash"]["api_key"] == made["credentials"]["zerohash"]["api_key"]
    assert not read(await control.get("/sandboxes/b"))["listed"]
    assert read(await control.get("/sandboxes/a"))["listed"]


async def test_what_a_fork_adds_leads_nowhere(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A credential made in a fork is reached there by header or prefix like the others."""
    await create(control, id="a")
    await fork(control, "a", id="b")
    key = {"platform": "acme", "secret": "c2VjcmV0", "passphrase": "hush"}
    path = "/sandboxes/b/entities/zerohash/api_keys/FakeKeyForked11111111"
    read(await control.put(path, json=key), 201)
    assert await emulator.directory.locate(("zerohash.api_keys", "FakeKeyForked11111111")) is None


async def test_work_that_is_due_is_done_in_each(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A fork does its copy of the work itself, though somebody had the origin's in hand."""
    made = await create(control, id="a", clock={"mode": "frozen", "at": "2030-01-01T00:00:00Z"})
    origin = emulator.directory.get(made["id"])
    assert origin is not None
    at = origin.view().now
    work = Work("zerohash", "abandonment", "nobody", at + 60)
    facts = (DueSet(at, work), DueClaimed(at, *work.name, 1e10))
    await origin.transact(lambda _: Decision(None, facts))
    await fork(control, "a", id="b")
    moved = read(await control.post("/sandboxes/b/clock/advance", json={"by": "2m"}))
    assert [done["key"] for done in moved["due"]] == ["nobody"]
    assert list(origin.state.due) == [work]
    await put_back(control, "a")
    moved = read(await control.post("/sandboxes/a/clock/advance", json={"by": "2m"}))
    assert [done["key"] for done in moved["due"]] == ["nobody"]


async def put_back(control: httpx.AsyncClient, name: str) -> None:
    """Replace a sandbox by itself."""
    document = (await control.get(f"/sandboxes/{name}/snapshot")).content
    read(await control.put(f"/sandboxes/{name}/snapshot", content=document))


async def test_a_taken_id_is_refused(control: httpx.AsyncClient) -> None:
    """409, and the sandbox that has the id is as it was."""
    await create(control, id="a", seed="mine")
    read_problem(await control.post("/sandboxes/default/fork", json={"id": "a"}), 409)
    assert read(await control.get("/sandboxes/a"))["seed"] == "mine"
    read_problem(await control.post("/sandboxes/default/fork", json={"id": "default"}), 409)


async def test_a_fork_is_named_and_kept_as_asked(control: httpx.AsyncClient) -> None:
    """Without an id it gets one; `ttl` is how long it may lie idle."""
    assert (await fork(control))["id"].startswith("sb-")
    assert (await fork(control, ttl=None))["expires_at"] is None
    read_problem(await control.post("/sandboxes/default/fork", json={"ttl": "1ms"}), 400, "/ttl")
    read_problem(await control.post("/sandboxes/default/fork", json={"id": "No"}), 400, "/id")
    read_problem(await control.post("/sandboxes/nobody/fork"), 404)


@pytest.mark.parametrize("settings", [Settings(sandbox_cap=2)])
async def test_a_full_house_takes_no_fork(control: httpx.AsyncClient) -> None:
    """503 when the cap is reached."""
    await fork(control)
    read_problem(await control.post("/sandboxes/default/fork"), 503)
