"""Who may see what: API keys, parents and children, the order of refusals, cascades."""

import httpx
import pytest

from emulator.app import Emulator
from emulator.providers.usegrant.state import CLIENTS, DOMAINS, POLICIES, TENANT_PROVIDERS
from tests.providers.usegrant.calls import (
    EXPIRED,
    KEY,
    NEW_CLIENT,
    NEW_POLICY,
    NEW_PROVIDER,
    NEW_TENANT,
    NEW_TRUSTED,
    NOWHERE,
    OTHER,
    POLICY,
    PROVIDER,
    REVOKED,
    SAMPLE,
    TENANT,
    TOKENS,
    TRUSTED,
    bearer,
    create,
    mint,
    view_of,
)

pytestmark = pytest.mark.anyio

UNAUTHORIZED = {"code": "unauthorized", "message": "Unauthorized"}


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (None, "no Authorization header"),
        ("", "no Authorization header"),
        (KEY, "the word Bearer"),
        (f"Basic {KEY}", "the word Bearer"),
        ("Bearer", "the word Bearer"),
        ("Bearer uga_nobody", "No such API key"),
        ("Bearer sk_something", "begin with uga_"),
        ("Bearer ug_api_old", "historic"),
        ("Bearer a.b.c", "That is a token"),
        (f"Bearer {EXPIRED}", "expired"),
        (f"Bearer {REVOKED}", "revoked"),
    ],
)
async def test_a_bad_key_is_401(client: httpx.AsyncClient, value: str | None, hint: str) -> None:
    """Whatever is wrong with the key, the answer is the same 401; the hint says what it is."""
    del client.headers["Authorization"]
    headers = {} if value is None else {"Authorization": value}
    answer = await client.get("/v1/providers", headers=headers)
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert hint in answer.headers["X-Emulator-Hint"]


@pytest.mark.parametrize("value", [f"bearer {KEY}", f"BEARER  {KEY} ", "Bearer uga_test"])
async def test_a_good_key_is_read_kindly(client: httpx.AsyncClient, value: str) -> None:
    """The scheme's case and spaces do not matter (RFC 9110, 11.1)."""
    answer = await client.get("/v1/providers", headers={"Authorization": value})
    assert answer.status_code == 200


MISSING = [
    ("GET", f"/v1/providers/{NOWHERE}", "Provider not found"),
    ("DELETE", f"/v1/providers/{NOWHERE}", "Provider not found"),
    ("GET", f"/v1/providers/{NOWHERE}/clients", "Provider not found"),
    ("POST", f"/v1/providers/{NOWHERE}/clients", "Provider not found"),
    ("GET", f"{PROVIDER}/clients/{NOWHERE}", "Client not found"),
    ("POST", f"{PROVIDER}/clients/{NOWHERE}/tokens", "Client not found"),
    ("POST", f"/v1/providers/{NOWHERE}/clients/{SAMPLE}/tokens", "Provider not found"),
    ("POST", f"/v1/providers/{NOWHERE}/domains", "Provider not found"),
    ("GET", f"{PROVIDER}/domains/{NOWHERE}", "Domain not found"),
    ("POST", f"{PROVIDER}/domains/{NOWHERE}/verify", "Domain not found"),
    ("GET", f"/v1/tenants/{NOWHERE}", "Tenant not found"),
    ("POST", f"/v1/tenants/{NOWHERE}/validate", "Tenant not found"),
    ("POST", f"/v1/tenants/{NOWHERE}/providers", "Tenant not found"),
    ("GET", f"/v1/tenants/{TENANT}/providers/{NOWHERE}", "Tenant provider not found"),
    ("POST", f"/v1/tenants/{TENANT}/providers/{NOWHERE}/policies", "Tenant provider not found"),
    (
        "GET",
        f"/v1/tenants/{TENANT}/providers/{TRUSTED}/policies/{NOWHERE}",
        "Tenant provider policy not found",
    ),
]


@pytest.mark.parametrize(("method", "path", "message"), MISSING)
async def test_refusals_come_in_order(
    client: httpx.AsyncClient, method: str, path: str, message: str
) -> None:
    """401 for the key before 404 from the outside inwards, and 404 before 400 for the body."""
    answer = await client.request(method, path, content=b"no JSON")
    assert (answer.status_code, answer.json()) == (404, {"code": "not_found", "message": message})
    answer = await client.request(method, path, headers=bearer("uga_nobody"))
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


async def test_an_unknown_policy_comes_before_the_token(client: httpx.AsyncClient) -> None:
    """The body's shape, then the policy that it names, then the token."""
    path = f"/v1/tenants/{TENANT}/validate"
    answer = await client.post(path, json={"tenantProviderPolicyId": NOWHERE, "token": "none"})
    assert answer.status_code == 404
    assert answer.json()["message"] == "Tenant provider policy not found"
    answer = await client.post(path, json={"tenantProviderPolicyId": TRUSTED, "token": "none"})
    assert answer.status_code == 404
    assert "a tenant provider" in answer.headers["X-Emulator-Hint"]


@pytest.mark.parametrize("name", ["x", "..%2f..", "%00", "ACME", f"{SAMPLE}x"])
async def test_ids_that_are_no_uuids_are_404(client: httpx.AsyncClient, name: str) -> None:
    """An id of any form that nothing has is not found."""
    answer = await client.get(f"/v1/providers/{name}")
    assert (answer.status_code, answer.json()["message"]) == (404, "Provider not found")
    assert "UUID" in answer.headers["X-Emulator-Hint"]


async def test_children_belong_to_their_parents(client: httpx.AsyncClient) -> None:
    """A child asked for under another parent is not found, for every kind of child."""
    tenant = await create(client, "/v1/tenants", NEW_TENANT)
    trusted = await create(client, f"/v1/tenants/{tenant}/providers", NEW_TRUSTED)
    domain = await create(client, f"{PROVIDER}/domains", {"domain": "login.example.com"})
    strays = {
        f"/v1/providers/{OTHER}/clients/{SAMPLE}": "another provider",
        f"/v1/providers/{OTHER}/domains/{domain}": "another provider",
        f"/v1/tenants/{tenant}/providers/{TRUSTED}": "another tenant",
        f"/v1/tenants/{tenant}/providers/{trusted}/policies/{POLICY}": "another tenant provider",
    }
    for path, words in strays.items():
        for method in ("GET", "DELETE"):
            answer = await client.request(method, path)
            assert answer.status_code == 404, path
            assert words in answer.headers["X-Emulator-Hint"]
    answer = await client.post(f"/v1/providers/{OTHER}/clients/{SAMPLE}/tokens")
    assert answer.status_code == 404
    body = {"tenantProviderPolicyId": POLICY, "token": await mint(client)}
    answer = await client.post(f"/v1/tenants/{tenant}/validate", json=body)
    assert answer.status_code == 404
    assert "another tenant" in answer.headers["X-Emulator-Hint"]


async def test_a_provider_takes_its_own_along(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """With a provider its clients, domains and issuer go, and nobody else's."""
    made = await create(client, "/v1/providers", NEW_PROVIDER)
    path = f"/v1/providers/{made}"
    await create(client, f"{path}/clients", NEW_CLIENT)
    await create(client, f"{path}/domains", {"domain": "login.example.com"})
    view = view_of(emulator)
    others = len(view.table(CLIENTS)) - 1
    assert (await client.delete(path)).status_code == 204
    assert len(view.table(CLIENTS)) == others
    assert len(view.table(DOMAINS)) == 0
    assert (await client.get(f"{path}/clients")).status_code == 404
    assert (await client.post(TOKENS)).status_code == 200


async def test_a_tenant_takes_its_own_along(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """With a tenant its providers go, and with these their policies."""
    tenant = await create(client, "/v1/tenants", NEW_TENANT)
    trusted = await create(client, f"/v1/tenants/{tenant}/providers", NEW_TRUSTED)
    await create(client, f"/v1/tenants/{tenant}/providers/{trusted}/policies", NEW_POLICY)
    assert (await client.delete(f"/v1/tenants/{tenant}")).status_code == 204
    view = view_of(emulator)
    assert [provider.id for provider in view.table(TENANT_PROVIDERS)] == [TRUSTED]
    assert [policy.id for policy in view.table(POLICIES)] == [POLICY]
