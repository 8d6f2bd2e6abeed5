"""Every route's success, as the client library's schemas demand it."""

from collections.abc import Mapping

import httpx
import pytest

from tests.providers.usegrant.calls import (
    NEW_CLIENT,
    NEW_POLICY,
    NEW_PROVIDER,
    NEW_TENANT,
    NEW_TRUSTED,
    PROVIDER,
    SAMPLE,
    TENANT,
    create,
)

pytestmark = pytest.mark.anyio

TIMES = {"createdAt": str, "updatedAt": str}
SHAPES: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "provider": {"id": str, "name": str, "description": str, **TIMES},
    "client": {"id": str, "name": str, "audience": str, **TIMES},
    "domain": {"id": str, "domain": str, "verified": bool, **TIMES},
    "tenant": {"id": str, "name": str, "description": str, **TIMES},
    "tenant provider": {
        "id": str,
        "url": str,
        "fingerprints": list,
        "audience": str,
        "earliestIssuanceTimeAllowed": (int, float),
        **TIMES,
    },
    "policy": {
        "id": str,
        "name": str,
        "description": str,
        "audience": str,
        "conditions": list,
        **TIMES,
    },
}
PATHS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "provider": ("/v1/providers", NEW_PROVIDER),
    "client": (f"{PROVIDER}/clients", NEW_CLIENT),
    "domain": (f"{PROVIDER}/domains", {"domain": "login.example.com"}),
    "tenant": ("/v1/tenants", NEW_TENANT),
    "tenant provider": (f"/v1/tenants/{TENANT}/providers", NEW_TRUSTED),
}
KINDS = [*PATHS, "policy"]


async def place(client: httpx.AsyncClient, kind: str) -> tuple[str, Mapping[str, object]]:
    """Where things of a kind are, and what makes one."""
    if kind in PATHS:
        return PATHS[kind]
    trusted = await create(client, f"/v1/tenants/{TENANT}/providers", NEW_TRUSTED)
    return f"/v1/tenants/{TENANT}/providers/{trusted}/policies", NEW_POLICY


def check(kind: str, thing: Mapping[str, object]) -> None:
    """Exactly the fields of the kind, in the schema's types."""
    assert list(thing) == list(SHAPES[kind])
    for name, types in SHAPES[kind].items():
        assert isinstance(thing[name], types), name


@pytest.mark.parametrize("kind", KINDS)
async def test_a_thing_lives(client: httpx.AsyncClient, kind: str) -> None:
    """What is created (201) is got, listed last in a bare array, and gone after its 204."""
    path, body = await place(client, kind)
    before = (await client.get(path)).json()
    made = await client.post(path, json=body)
    assert made.status_code == 201
    check(kind, made.json())
    assert {**made.json(), **body} == made.json()
    one = f"{path}/{made.json()['id']}"
    got = await client.get(one)
    assert (got.status_code, got.json()) == (200, made.json())
    listed = await client.get(path)
    assert listed.status_code == 200
    assert listed.json() == [*before, made.json()]
    gone = await client.delete(one)
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-type" not in gone.headers
    again = await client.delete(one)
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    assert (await client.get(path)).json() == before


async def test_lists_are_in_order_of_creation(client: httpx.AsyncClient) -> None:
    """Order is that of creation, and a change of one thing does not move it."""
    path = f"{PROVIDER}/domains"
    names = [f"{letter}.example.com" for letter in "zmaq"]
    made = [await create(client, path, {"domain": name}) for name in names]
    await client.post(f"{path}/{made[1]}/verify")
    assert [thing["domain"] for thing in (await client.get(path)).json()] == names


async def test_times_are_whole_seconds_in_utc(client: httpx.AsyncClient) -> None:
    """Dates look like the published example."""
    provider = (await client.get(PROVIDER)).json()
    assert provider["createdAt"] == provider["updatedAt"] == "2024-01-01T00:00:00Z"


async def test_both_words_provider_are_two_things(client: httpx.AsyncClient) -> None:
    """A tenant's providers and the providers that issue tokens do not meet."""
    trusted = await create(client, f"/v1/tenants/{TENANT}/providers", NEW_TRUSTED)
    answer = await client.get(f"/v1/providers/{trusted}")
    assert answer.status_code == 404
    assert "tenant provider" in answer.headers["X-Emulator-Hint"]
    answer = await client.get(f"/v1/tenants/{TENANT}/providers/{SAMPLE}")
    assert answer.status_code == 404


@pytest.mark.parametrize("prefix", ["", "/usegrant", "/_s/other", "/_s/other/usegrant"])
async def test_every_address_leads_here(client: httpx.AsyncClient, prefix: str) -> None:
    """The API is there at the root, under its prefix, and under a sandbox's."""
    assert (await client.get(f"{prefix}{PROVIDER}")).json()["id"] == SAMPLE


async def test_the_host_leads_here(client: httpx.AsyncClient) -> None:
    """The real host's name, brought here by DNS, leads to the API."""
    answer = await client.get(PROVIDER, headers={"Host": "sdk.usegrant.dev"})
    assert answer.json()["id"] == SAMPLE


async def test_unknown_paths_and_methods_are_its_own(client: httpx.AsyncClient) -> None:
    """Under the prefix there is no answer but the provider's own; the hint knows the way."""
    missing = await client.get("/usegrant/.well-known/jwks.json")
    assert missing.status_code == 404
    assert missing.json() == {"code": "not_found", "message": "Not Found"}
    assert "/.well-known/jwks," in missing.headers["X-Emulator-Hint"]
    wrong = await client.put("/usegrant/v1/providers", json=NEW_PROVIDER)
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, POST")
    assert set(wrong.json()) == {"code", "message"}


async def test_the_specification_is_served(client: httpx.AsyncClient) -> None:
    """The document stands where the real host has it, for anybody."""
    answer = await client.get("/open-api.json", headers={"Authorization": ""})
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
