"""Defects in each provider's own words, and those of tokens that are no JWT."""

import httpx
import pytest

from tests.contract.expecting import EXPECTED
from tests.contract.wielding import (
    CONTROL,
    HYPERSWITCH,
    WIELDERS,
    find_record,
    introspect,
    verify,
)

pytestmark = pytest.mark.anyio

OPAQUE_REASONS = {
    "expired": "expired",
    "revoked": "revoked",
    "tampered": "unknown",
    "foreign": "unknown",
    "truncated": "signature",
    "oversized": "signature",
}


@pytest.mark.parametrize("defect", OPAQUE_REASONS)
async def test_an_opaque_token_has_what_it_can_have(client: httpx.AsyncClient, defect: str) -> None:
    """Its connector refuses it, introspection says why, the book says what it is."""
    token = await HYPERSWITCH.mint(client, {"X-Emulator-Fault": f"token={defect}"})
    record = await find_record(client)
    assert (record["defect"], record["token"]) == (defect, token)
    told = await introspect(client, token)
    assert (told["active"], told["reason"]) == (False, OPAQUE_REASONS[defect])
    assert (await HYPERSWITCH.use(client, token)).status_code == 401
    whole = await HYPERSWITCH.mint(client, {})
    assert (await HYPERSWITCH.use(client, whole)).status_code == 200


@pytest.mark.parametrize("defect", [name for name in EXPECTED if name not in OPAQUE_REASONS])
async def test_the_others_wait_for_the_setting(client: httpx.AsyncClient, defect: str) -> None:
    """Refused at every door while tokens are opaque; with `tokens: jwt` they are as anybody's."""
    fault = {"operation": "hyperswitch.create_access_token", "then": {"token": defect}}
    asked = {"provider": "hyperswitch", "defect": defect}
    path = "/hyperswitch/payments/create_access_token"
    header = {"X-Emulator-Fault": f'token="{defect}"'}
    for answer in (
        await client.post(f"{CONTROL}/faults", json=fault),
        await client.post(f"{CONTROL}/tokens", json=asked),
        await client.post(path, json={}, headers=header),
    ):
        assert answer.status_code == 400
        assert "opaque" in answer.text
    assert (await client.get(f"{CONTROL}/tokens")).json()["items"] == []
    await client.put(f"{CONTROL}/settings", json={"hyperswitch": {"tokens": "jwt"}})
    assert (await client.post(f"{CONTROL}/faults", json=fault)).status_code == 201
    token = await HYPERSWITCH.mint(client, {})
    assert await verify(client, "hyperswitch", token) == EXPECTED[defect].verifier
    reason = (await introspect(client, token))["reason"]
    # Without a jti nothing but its iss says whose it is: an issuer that useGrant has not.
    assert reason == ("foreign" if defect == "missing_claim:jti" else EXPECTED[defect].reason)


async def test_a_reference_can_only_have_ended(client: httpx.AsyncClient) -> None:
    """A tokenized holder is no JWT: it can be expired or revoked, and then makes no holder."""
    operation = "highnote.tokenizeUSPersonAccountHolder"
    for defect, status in (("alg_none", 400), ("tampered", 400), ("expired", 201)):
        fault = {"operation": operation, "then": {"token": defect}}
        answer = await client.post(f"{CONTROL}/faults", json=fault)
        assert answer.status_code == status, answer.text
        assert ("reference" in answer.text) == (status == 400)


# What useGrant's validate says. It looks at the issuer first, then at the signature.
USEGRANT_WORDS = {
    "expired": "Token has expired",
    "missing_claim:exp": "Token has expired",
    "not_yet_valid": "Token is not yet valid",
    "bad_signature": "Invalid token signature",
    "tampered": "Invalid token signature",
    "unknown_kid": "Invalid token signature",
    "alg_none": "Invalid token signature",
    "hs256_confusion": "Invalid token signature",
    "wrong_issuer": "Token issuer is not trusted",
    "foreign": "Token issuer is not trusted",
    "wrong_audience": "Token audience is not allowed",
    "wrong_type": "Invalid token",
    "missing_claim:client_id": "Invalid token",
    "truncated": "Invalid token",
    "oversized": "Invalid token",
    "revoked": "Invalid token",
}


@pytest.mark.parametrize("defect", USEGRANT_WORDS)
async def test_usegrant_names_the_check(client: httpx.AsyncClient, defect: str) -> None:
    """The check that fails is the one that the defect is about."""
    wielder = WIELDERS["usegrant"]
    token = await wielder.mint(client, {"X-Emulator-Fault": f'token="{defect}"'})
    answer = await wielder.use(client, token)
    assert answer.json() == {"code": "bad_request", "message": USEGRANT_WORDS[defect]}


HIGHNOTE_ROWS = {
    "expired": "expired_token",
    "revoked": "revoked_token",
    **dict.fromkeys(("alg_none", "foreign", "wrong_type", "truncated"), "invalid_token"),
}


@pytest.mark.parametrize("defect", HIGHNOTE_ROWS)
async def test_highnote_notes_the_refusal(client: httpx.AsyncClient, defect: str) -> None:
    """Its answer is 401 in any case; the journal has the row, the hint the defect."""
    wielder = WIELDERS["highnote"]
    token = await wielder.mint(client, {"X-Emulator-Fault": f"token={defect}"})
    answer = await wielder.use(client, token)
    call = (await client.get(f"{CONTROL}/calls?limit=1")).json()["items"][0]
    assert call["refusal"] == HIGHNOTE_ROWS[defect]
    assert (f"asked for: {defect}." in answer.headers["x-emulator-hint"]) == (defect != "truncated")


@pytest.mark.parametrize("defect", [n for n in EXPECTED if n not in {"truncated", "tampered"}])
async def test_zerohash_does_not_know_what_is_broken(
    client: httpx.AsyncClient, defect: str
) -> None:
    """404 for what never was good, 204 for what has ended; without a jti it is no token at all."""
    wielder = WIELDERS["zerohash"]
    token = await wielder.mint(client, {"X-Emulator-Fault": f'token="{defect}"'})
    answer = await wielder.use(client, token)
    if defect == "missing_claim:jti":
        assert answer.status_code == 400
    elif defect in {"expired", "not_yet_valid", "revoked"}:
        assert answer.status_code == 204
    else:
        assert answer.status_code == 404
        assert answer.headers["x-emulator-hint"].endswith(f"asked for: {defect}.")
