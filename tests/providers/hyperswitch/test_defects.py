"""Defects over gRPC: by the metadata of one call, and by a rule."""

import httpx
import jwt
import pytest

from tests.providers.hyperswitch.calling import PAYPAL, Service, config

pytestmark = pytest.mark.anyio

MINE = config(Paypal=PAYPAL)


async def test_metadata_asks_for_a_defect(service: Service, control: httpx.AsyncClient) -> None:
    """This call's token is revoked as it comes, the next one's is not."""
    fault = {"x-emulator-fault": "token=revoked"}
    reasons = []
    for metadata in ({**MINE, **fault}, MINE):
        got = await service.call("types", "CreateServerAuthenticationToken", metadata)
        asked = {"token": got.reply.access_token.value}
        reasons.append((await control.post("/introspect", json=asked)).json().get("reason"))
    assert reasons == ["revoked", None]


async def test_what_an_opaque_token_can_not_have(
    service: Service, control: httpx.AsyncClient
) -> None:
    """The metadata is refused by the emulator itself, and nothing is minted."""
    metadata = {**MINE, "x-emulator-fault": "token=alg_none"}
    got = await service.call("types", "CreateServerAuthenticationToken", metadata)
    assert (got.code, got.reply) == ("INVALID_ARGUMENT", None)
    assert "opaque" in got.message
    assert (await control.get("/tokens")).json()["items"] == []


async def test_a_jwt_by_a_rule(service: Service, control: httpx.AsyncClient) -> None:
    """Where tokens are JWTs a rule can break them as any other."""
    await control.put("/settings", json={"hyperswitch": {"tokens": "jwt"}})
    operation = "hyperswitch.create_server_authentication_token"
    rule = {"operation": operation, "then": {"token": "wrong_issuer"}}
    assert (await control.post("/faults", json=rule)).status_code == 201
    got = await service.call("types", "CreateServerAuthenticationToken", MINE)
    claims = jwt.decode(got.reply.access_token.value, options={"verify_signature": False})
    assert claims["iss"] == "https://wrong-issuer.invalid"


async def test_a_step_of_a_scenario_arms_none_that_tokens_cant_have(
    control: httpx.AsyncClient,
) -> None:
    """Which there are depends on a setting, so it is looked at when the step's time has come."""
    fault = {"operation": "hyperswitch.create_access_token", "then": {"token": "alg_none"}}
    switch = {"settings": {"hyperswitch": {"tokens": "jwt"}}}
    steps = [{"fault": fault}, switch, {"fault": fault}]
    run = {"scenario": {"title": "x", "steps": steps}}
    done = (await control.post("/scenarios", json=run)).json()["done"]
    opaque, _, signed = (one["outcome"] for one in done)
    assert opaque.startswith("not done")
    assert signed == "done"
