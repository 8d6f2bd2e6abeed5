from typing import Any

import httpx
import jwt
import msgspec
import pytest

from emulator.app import Emulator
from tests.providers.hyperswitch.calling import PAYPAL, STRIPE, Service, config

pytestmark = pytest.mark.anyio

MINE = config(Paypal=PAYPAL)


async def mint(service: Service, metadata: dict[str, str] | None = None, **fields: object) -> str:
    """A token's text."""
    got = await service.call("ucs.v2", "CreateAccessToken", metadata or STRIPE, **fields)
    token: str = got.reply.access_token.value
    return token


async def introspect(control: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """What the sandbox makes of a token."""
    found: dict[str, Any] = (await control.post("/introspect", json={"token": token})).json()
    return found


async def test_an_opaque_token_is_in_the_book(service: Service, control: httpx.AsyncClient) -> None:
    """It introspects, and lists under its id with the same text."""
    token = await mint(service, merchant_access_token_id="mine", test_mode=True)
    found = await introspect(control, token)
    assert found["active"]
    assert (found["provider"], found["kind"], found["sub"]) == (
        "hyperswitch",
        "access_token",
        "mine",
    )
    record = (await control.get(f"/tokens/{found['jti']}")).json()
    assert (record["token"], record["status"]) == (token, "active")


async def test_it_ends_like_any_other(service: Service, control: httpx.AsyncClient) -> None:
    """Revoked, expired, unknown and malformed are told apart."""
    ends = {"revoke": "revoked", "expire": "expired"}
    for how, reason in ends.items():
        token = await mint(service)
        jti = (await introspect(control, token))["jti"]
        assert (await control.post(f"/tokens/{jti}/{how}")).status_code == 200
        assert (await introspect(control, token))["reason"] == reason
    token = await mint(service)
    await control.post("/clock/advance", json={"by": "1h"})
    assert (await introspect(control, token))["reason"] == "expired"
    assert (await introspect(control, "pk_test_" + "x" * 24))["reason"] == "unknown"
    assert (await introspect(control, "!"))["reason"] == "signature"


async def test_a_setting_makes_them_jwts(service: Service, control: httpx.AsyncClient) -> None:
    """Signed with a key that the sandbox publishes."""
    await control.put("/settings", json={"hyperswitch": {"tokens": "jwt"}})
    token = await mint(service)
    keys = (await control.get("/jwks/hyperswitch.json")).json()
    claims = jwt.decode(token, jwt.PyJWKSet.from_dict(keys).keys[0], algorithms=["RS256"])
    assert claims["connector"] == "stripe"
    assert (await introspect(control, token))["active"]


async def test_lifetimes_hold(service: Service, control: httpx.AsyncClient) -> None:
    """An operation's lifetime beats the connector's own."""
    await control.put(
        "/lifetimes", json={"hyperswitch.create_server_authentication_token": "PT10M"}
    )
    got = await service.call("types", "CreateServerAuthenticationToken", MINE)
    assert got.reply.expires_in_seconds == 600


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("unauthorized", "UNAUTHENTICATED"),
        ("forbidden", "PERMISSION_DENIED"),
        ("not_found", "NOT_FOUND"),
        ("conflict", "UNKNOWN"),
        ("validation", "INVALID_ARGUMENT"),
        ("rate_limited", "RESOURCE_EXHAUSTED"),
        ("internal", "INTERNAL"),
        ("unavailable", "UNAVAILABLE"),
        ("timeout", "DEADLINE_EXCEEDED"),
        ("payload_too_large", "UNKNOWN"),
        ("flow_not_supported", "FAILED_PRECONDITION"),
    ],
)
async def test_faults_have_grpc_codes(
    service: Service, control: httpx.AsyncClient, error: str, code: str
) -> None:
    """Each alias and each row is a status of gRPC; nothing is minted."""
    rule = {"operation": "hyperswitch.create_access_token", "then": {"error": error}}
    assert (await control.post("/faults", json=rule)).status_code == 201
    got = await service.call("ucs.v2", "CreateAccessToken", STRIPE)
    assert got.code == code
    assert "Injected" in got.trailing["x-emulator-hint"]
    assert (await control.get("/tokens")).json()["items"] == []


async def test_every_row_can_be_said(service: Service, emulator: Emulator) -> None:
    """No row of the catalogue is an accident over gRPC, and its trailer can be read."""
    (provider,) = [p for p in emulator.providers if p.name == "hyperswitch"]
    for name, row in provider.catalogue.items():
        secret = f"fake-fault-{name}"
        metadata = config(Paypal={**PAYPAL, "client_secret": secret})
        got = await service.call("types", "CreateServerAuthenticationToken", metadata)
        assert got.code == (row.grpc.code if row.grpc else got.code), name
        assert got.trailing["x-emulator-hint"]


async def test_accounts_can_be_changed(service: Service, control: httpx.AsyncClient) -> None:
    """An account put is accepted, its outcome holds, and its secrets are never shown."""
    own = {"client_id": "own", "client_secret": "own-secret"}
    put = await control.put(
        "/entities/hyperswitch/connectors/mine", json={"connector": "paypal", "config": own}
    )
    assert put.status_code == 201
    assert "own-secret" not in put.text
    got = await service.call("types", "CreateAccessToken", config(Paypal=own))
    assert got.code == "OK"
    outcome = {"connector": "paypal", "config": own, "outcome": "connector_rate_limited"}
    await control.put("/entities/hyperswitch/connectors/mine", json=outcome)
    got = await service.call("types", "CreateAccessToken", config(Paypal=own))
    assert (got.code, got.message) == ("RESOURCE_EXHAUSTED", "rate_limit_reached")
    disabled = {"connector": "paypal", "config": own, "status": "disabled"}
    await control.put("/entities/hyperswitch/connectors/mine", json=disabled)
    got = await service.call("types", "CreateAccessToken", config(Paypal=own))
    assert got.code == "UNAUTHENTICATED"


async def test_sandboxes_are_found_by_header_and_credential(
    service: Service, emulator: Emulator, client: httpx.AsyncClient
) -> None:
    """Metadata names a sandbox, in which the fixture's credentials count; its own lead there."""
    named = {**MINE, "x-emulator-sandbox": "s1"}
    got = await service.call("types", "CreateAccessToken", named)
    assert (got.code, got.trailing["x-emulator-sandbox"]) == ("OK", "s1; by=header")
    told = (await client.get("/_emulator/sandboxes/s1/credentials")).json()["hyperswitch"]
    own = told["connector_config"]["Paypal"]
    assert own != PAYPAL
    got = await service.call("types", "CreateAccessToken", config(Paypal=own))
    assert got.trailing["x-emulator-sandbox"] == "s1; by=credential"
    sandbox = await emulator.directory.open("s1")
    assert len(sandbox.state.tokens) == 2
    got = await service.call("types", "CreateAccessToken", {"x-emulator-sandbox": "No Good"})
    assert got.code == "INVALID_ARGUMENT"
    assert got.message.startswith("Bad sandbox id")


async def test_the_journal_keeps_no_secret(service: Service, control: httpx.AsyncClient) -> None:
    """What was called and how it ended is kept; credentials, tokens and personal values are not."""
    canary = "canary-1234"
    metadata = {**STRIPE, "x-connector-auth": f'{{"Stripe":{{"api_key":"{canary}"}}}}'}
    token = await mint(
        service,
        metadata,
        merchant_access_token_id="seen",
        connector_feature_data={"value": f'"{canary}"'},
    )
    call = (await control.get("/calls")).json()["items"][0]
    kept = msgspec.json.encode(call).decode()
    assert (call["operation"], call["status"]) == ("create_access_token", 0)
    assert call["request"]["body"]["merchant_access_token_id"] == "seen"
    assert canary not in kept
    assert token not in kept
