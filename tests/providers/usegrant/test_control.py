"""useGrant by the control API: entities, introspection, lifetimes, faults, tokens, settings."""

import httpx
import pytest

from tests.providers.usegrant.calls import (
    KEY,
    NEW_CLIENT,
    OTHER,
    PROVIDER,
    SAMPLE,
    TOKENS,
    URL_ID,
    bearer,
    create,
    mint,
    read,
)

pytestmark = pytest.mark.anyio

HOME = "/_emulator/sandboxes/default"
ENTITIES = f"{HOME}/entities/usegrant"


async def introspect(client: httpx.AsyncClient, token: str) -> dict[str, object]:
    """What the control API says of a token."""
    answer = await client.post(f"{HOME}/introspect", json={"token": token})
    found: dict[str, object] = answer.json()
    return found


async def test_credentials_work_as_told(client: httpx.AsyncClient) -> None:
    """A sandbox's own credentials mint without its being named, and only there."""
    made = (await client.post("/_emulator/sandboxes", json={"id": "mine"})).json()
    told = made["credentials"]["usegrant"]
    assert told["base_url"] == "http://localhost:4600/usegrant"
    assert told["api_key"].startswith("uga_fake_")
    assert len(told["api_key"]) == 47
    path = f"/v1/providers/{told['provider_id']}/clients/{told['client_id']}/tokens"
    answer = await client.post(told["base_url"] + path, headers=bearer(told["api_key"]))
    assert answer.headers["X-Emulator-Sandbox"] == "mine; by=credential"
    _, claims = read(answer.json()["accessToken"])
    discovery = await client.get(f"{claims['iss']}/.well-known/openid-configuration")
    assert discovery.headers["X-Emulator-Sandbox"] == "mine; by=issuer"


async def test_a_sandbox_may_be_given_its_key(client: httpx.AsyncClient) -> None:
    """`credentials` at creation name the key to use."""
    body = {"id": "given", "credentials": {"usegrant": {"api_key": "uga_given_by_a_test"}}}
    await client.post("/_emulator/sandboxes", json=body)
    answer = await client.get("/v1/providers", headers=bearer("uga_given_by_a_test"))
    assert answer.headers["X-Emulator-Sandbox"] == "given; by=credential"


async def test_the_kinds_are_counted(client: httpx.AsyncClient) -> None:
    """All kinds under their names."""
    counts = (await client.get(ENTITIES)).json()
    assert set(counts) == {
        "api_keys",
        "providers",
        "clients",
        "domains",
        "tenants",
        "tenant_providers",
        "policies",
    }


async def test_no_key_is_shown(client: httpx.AsyncClient) -> None:
    """API keys are masked wherever entities are looked at; subjects are shown."""
    answer = await client.get(f"{ENTITIES}/api_keys")
    assert answer.status_code == 200
    assert KEY not in answer.text
    clients = (await client.get(f"{ENTITIES}/clients")).text
    assert "FakeSubjectOfAcmeAuthClient00001" in clients


async def test_a_key_can_be_revoked(client: httpx.AsyncClient) -> None:
    """The entity says whether a key is good."""
    made = await client.post(f"{ENTITIES}/api_keys", json={"api_key": "uga_made_by_a_test"})
    assert made.status_code == 201
    key = bearer("uga_made_by_a_test")
    assert (await client.get("/v1/providers", headers=key)).status_code == 200
    path = f"{ENTITIES}/api_keys/{made.json()['id']}"
    shown = (await client.get(path)).json()
    assert (await client.put(path, json={**shown, "status": "revoked"})).status_code == 200
    answer = await client.get("/v1/providers", headers=key)
    assert answer.status_code == 401
    assert "revoked" in answer.headers["X-Emulator-Hint"]


async def test_a_provider_made_outside_is_an_issuer(client: httpx.AsyncClient) -> None:
    """A record put by the control API has a key set of its own at once, and cascades as ever."""
    made = await client.post(
        f"{ENTITIES}/providers",
        json={"name": "Made outside", "description": "x", "url_id": "made-outside-0000000001"},
    )
    assert made.status_code == 201
    path = "/oidc/made-outside-0000000001/.well-known/jwks"
    keys = (await client.get(path)).json()["keys"]
    mine = (await client.get(f"/oidc/{URL_ID}/.well-known/jwks")).json()["keys"]
    assert keys != mine
    provider = made.json()["id"]
    await create(client, f"/v1/providers/{provider}/clients", NEW_CLIENT)
    assert (await client.delete(f"{ENTITIES}/providers/{provider}")).status_code == 204
    assert (await client.get(f"/v1/providers/{provider}/clients")).status_code == 404
    assert (await client.get(path)).status_code == 404


async def test_a_domain_is_verified_by_hand(client: httpx.AsyncClient) -> None:
    """In manual mode a PUT of the entity is what verifies."""
    settings = {"usegrant": {"domain_verification": "manual", "issuer": "host"}}
    assert (await client.put(f"{HOME}/settings", json=settings)).status_code == 200
    made = await create(client, f"{PROVIDER}/domains", {"domain": "login.example.com"})
    assert read(await mint(client))[1]["iss"] == f"https://{URL_ID}.auth.usegrant.dev"
    path = f"{ENTITIES}/domains/{made}"
    shown = (await client.get(path)).json()
    assert (await client.put(path, json={**shown, "verified": True})).status_code == 200
    assert read(await mint(client))[1]["iss"] == "https://login.example.com"
    answer = await client.get("/.well-known/jwks", headers={"Host": "login.example.com"})
    assert answer.status_code == 200


async def test_introspection_knows_its_tokens(client: httpx.AsyncClient) -> None:
    """Active, revoked, another sandbox's: by whatever name the server was called."""
    token = await mint(client)
    found = await introspect(client, token)
    assert found["active"] is True
    jti = read(token)[1]["jti"]
    await client.post(f"{HOME}/tokens/{jti}/revoke")
    assert (await introspect(client, token))["reason"] == "revoked"
    elsewhere = await mint(client, f"/_s/other{TOKENS}")
    assert (await introspect(client, elsewhere))["reason"] == "foreign"
    renamed = await mint(client, f"http://emulator:4600{TOKENS}")
    assert read(renamed)[1]["iss"].startswith("http://emulator:4600/")
    assert (await introspect(client, renamed))["active"] is True


async def test_a_token_without_ceremony(client: httpx.AsyncClient) -> None:
    """Minted by the control API it names an issuer that a verifier can reach."""
    body = {"provider": "usegrant", "lifetime": "90s", "claims": {"repository": "octo/repo"}}
    made = (await client.post(f"{HOME}/tokens", json=body)).json()
    assert made["claims"]["repository"] == "octo/repo"
    assert made["claims"]["exp"] - made["claims"]["iat"] == 90
    answer = await client.get(f"{made['claims']['iss']}/.well-known/openid-configuration")
    assert answer.json()["issuer"] == made["claims"]["iss"]
    assert (await introspect(client, made["token"]))["active"] is True


async def test_lifetimes_and_faults(client: httpx.AsyncClient) -> None:
    """A lifetime from outside holds where the request has none; a fault's beats both."""
    await client.put(f"{HOME}/lifetimes", json={"usegrant.createToken": "PT2M"})
    _, claims = read(await mint(client))
    assert claims["exp"] - claims["iat"] == 120
    rule = {"operation": "usegrant.createToken", "then": {"lifetime": "5s"}, "when": {"times": 1}}
    assert (await client.post(f"{HOME}/faults", json=rule)).status_code == 201
    _, claims = read(await mint(client, body={"expiresIn": 600}))
    assert claims["exp"] - claims["iat"] == 5


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("unauthorized", 401, "unauthorized"),
        ("rate_limited", 429, "too_many_requests"),
        ("internal", 500, "internal_server_error"),
        ("client_not_found", 404, "not_found"),
    ],
)
async def test_injected_errors_are_its_own(
    client: httpx.AsyncClient, error: str, status: int, code: str
) -> None:
    """An injected error has the provider's envelope, and nothing was minted."""
    rule = {
        "operation": "usegrant.createToken",
        "then": {"error": error, "retry_after": 7},
        "when": {"times": 1},
    }
    await client.post(f"{HOME}/faults", json=rule)
    answer = await client.post(TOKENS)
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.headers["Retry-After"] == "7"
    assert (await client.get(f"{HOME}/tokens")).json()["items"] == []


async def test_key_sets_can_fail_too(client: httpx.AsyncClient) -> None:
    """A fault on the issuer's side hits verifiers, and stays the provider's own answer at root."""
    rule = {"operation": "usegrant.jwks", "then": {"error": "not_found"}, "when": {"times": 2}}
    await client.post(f"{HOME}/faults", json=rule)
    headers = {"X-UG-Host": f"{URL_ID}.auth.usegrant.dev"}
    for path in (f"/oidc/{URL_ID}/.well-known/jwks", "/.well-known/jwks"):
        answer = await client.get(path, headers=headers)
        assert answer.json() == {"code": "not_found", "message": "Not Found"}
    assert (await client.get("/.well-known/jwks", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"issuer": "dns"},
        {"domain_verification": "never"},
        {"rate_limit": {"limit": 0}},
        {"rate_limit": {"window": "soon"}},
        {"isuer": "path"},
    ],
)
async def test_settings_that_mean_nothing_are_refused(
    client: httpx.AsyncClient, values: dict[str, object]
) -> None:
    """All or nothing: a bad value changes none."""
    before = (await client.get(f"{HOME}/settings")).json()
    answer = await client.put(f"{HOME}/settings", json={"usegrant": values})
    assert answer.status_code == 400
    assert (await client.get(f"{HOME}/settings")).json() == before


async def test_a_limit_is_switched_on_alone(client: httpx.AsyncClient) -> None:
    """What is not named keeps the documented default."""
    body = {"usegrant": {"rate_limit": {"enabled": True}}, "zerohash": {"rate_limit": None}}
    shown = (await client.put(f"{HOME}/settings", json=body)).json()
    assert shown["usegrant"]["rate_limit"] == {"enabled": True, "limit": 1000, "window": "PT1H"}
    assert shown["zerohash"]["rate_limit"] == {"enabled": False, "limit": 2000, "window": "PT10S"}


async def test_a_call_is_explained(client: httpx.AsyncClient) -> None:
    """The journal keeps which check of a token failed, and no token."""
    token = await mint(client)
    trusted = {
        "tenantProviderPolicyId": "00000000-0000-4000-8000-0000000000e3",
        "token": token,
    }
    path = "/v1/tenants/00000000-0000-4000-8000-0000000000e1/validate"
    answer = await client.post(path, json=trusted)
    call = answer.headers["X-Emulator-Call"]
    explained = (await client.get(f"{HOME}/calls/{call}/explain")).json()
    assert "issuer" in str(explained)
    assert token not in (await client.get(f"{HOME}/calls/{call}")).text


async def test_two_providers_are_credited_apart(client: httpx.AsyncClient) -> None:
    """The fixture world's second provider is one of its own, with the same id everywhere."""
    for prefix in ("", "/_s/other"):
        answer = await client.get(f"{prefix}/v1/providers")
        assert [provider["id"] for provider in answer.json()] == [SAMPLE, OTHER]
