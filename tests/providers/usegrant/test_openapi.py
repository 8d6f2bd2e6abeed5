"""The document describes what is served."""

from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate

from emulator.app import PROVIDERS
from tests.providers.usegrant.calls import (
    NEW_POLICY,
    NEW_TRUSTED,
    PROVIDER,
    TENANT,
    TOKENS,
    create,
    mint,
    trust,
)

pytestmark = pytest.mark.anyio

ORIGIN_ISSUER = "http://localhost:4600/oidc/acme-auth-app-fake00000001"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document."""
    provider = next(provider for provider in PROVIDERS if provider.name == "usegrant")
    return provider.door().openapi()


def test_it_is_valid(document: dict[str, Any]) -> None:
    """It is an OpenAPI 3.1 document with each operation once."""
    validate(document)
    names = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(set(names)) == len(names) == 34


def check(document: dict[str, Any], path: str, answer: httpx.Response) -> None:
    """An answer has a status and a body that the document knows."""
    operation = document["paths"][path][answer.request.method.lower()]
    described = operation["responses"][str(answer.status_code)]
    if not answer.content:
        assert "content" not in described
        return
    schema = described["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})


async def test_answers_are_as_described(
    client: httpx.AsyncClient, document: dict[str, Any]
) -> None:
    """Successes and refusals of every kind of operation validate against their schemas."""
    trusted_path = f"/v1/tenants/{TENANT}/providers"
    trusted = await create(client, trusted_path, NEW_TRUSTED)
    p, t = "/v1/providers/{providerId}", "/v1/tenants/{tenantId}/providers"
    policies = "/v1/tenants/{tenantId}/providers/{providerId}/policies"
    check(document, "/v1/providers", await client.get("/v1/providers"))
    check(document, "/v1/providers", await client.post("/v1/providers", json={}))
    check(document, p, await client.get(PROVIDER))
    check(document, p, await client.get(f"{PROVIDER}x"))
    check(document, p, await client.get(PROVIDER, headers={"Authorization": ""}))
    check(document, f"{p}/clients/{{clientId}}/tokens", await client.post(TOKENS))
    check(document, t, await client.post(trusted_path, json=NEW_TRUSTED))
    path = f"{trusted_path}/{trusted}/policies"
    made = await client.post(path, json=NEW_POLICY)
    check(document, policies, made)
    gone = await client.delete(f"{path}/{made.json()['id']}")
    check(document, f"{policies}/{{policyId}}", gone)
    domain = await client.post(f"{PROVIDER}/domains", json={"domain": "login.example.com"})
    check(document, f"{p}/domains", domain)
    verified = await client.post(f"{PROVIDER}/domains/{domain.json()['id']}/verify")
    check(document, f"{p}/domains/{{domainId}}/verify", verified)
    issuer = await trust(client, ORIGIN_ISSUER)
    body = issuer.body(await mint(client, body={"forceDefaultDomain": True}))
    check(document, "/v1/tenants/{tenantId}/validate", await client.post(issuer.path, json=body))
    discovery = await client.get(f"{ORIGIN_ISSUER}/.well-known/openid-configuration")
    check(document, "/oidc/{url_id}/.well-known/openid-configuration", discovery)
    keys = await client.get(f"{ORIGIN_ISSUER}/.well-known/jwks")
    check(document, "/oidc/{url_id}/.well-known/jwks", keys)


def test_bodies_publish_their_limits(document: dict[str, Any]) -> None:
    """What validates a body is what describes it."""
    schemas = document["components"]["schemas"]
    assert schemas["CreateProvider"]["properties"]["name"] == {
        "type": "string",
        "minLength": 3,
        "maxLength": 50,
    }
    assert schemas["CreateToken"]["properties"]["expiresIn"]["maximum"] == 172_800
    assert "required" not in schemas["CreateToken"]
    assert schemas["Condition"]["properties"]["key"]["maxLength"] == 10
