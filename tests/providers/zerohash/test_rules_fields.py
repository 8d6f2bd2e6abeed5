"""The rules between the fields of a mint, and every variant that keeps them."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from emulator.core.sandbox import Sandbox
from emulator.providers.zerohash.state import PERMISSIONS
from tests.providers.zerohash.arrange import (
    count_facts,
    hint_of,
    read_claims,
    switch,
    token_of,
)
from tests.providers.zerohash.samples import (
    ALL_AT_ONCE,
    CODE,
    EMAIL,
    PAYMENT,
    WITHDRAWAL,
    break_body,
)
from tests.signing import minting, signed

pytestmark = pytest.mark.anyio


async def mint(client: httpx.AsyncClient, body: Mapping[str, Any]) -> httpx.Response:
    """A mint of exactly that body."""
    return await client.request(**signed("POST", "/client_auth_token", body))


IDENTIFIER = "either participant_code or email must be provided"
CODE_WANTED = "body/participant_code is required"

# A body, its errors, and words of the hint.
BETWEEN_FIELDS: tuple[tuple[Mapping[str, Any], list[str], str], ...] = (
    ({"permissions": ["fwc"]}, [IDENTIFIER], ""),
    ({"permissions": ["onboarding"]}, [IDENTIFIER], ""),
    ({"permissions": ["onboarding"], "email": ""}, [IDENTIFIER], ""),
    ({"permissions": ["fwc"], **EMAIL}, [CODE_WANTED], "before onboarding"),
    ({"permissions": ["onboarding", "fwc"], **EMAIL}, [CODE_WANTED], "before onboarding"),
    ({"permissions": ["recovery"], **EMAIL}, [CODE_WANTED], ""),
    ({"permissions": ["crypto-pay"], **CODE}, ["body/payment_details is required"], ""),
    (
        {
            "permissions": ["fwc"],
            "deposit_details": {"account_label": "x", "external_wallet_address": ""},
            **CODE,
        },
        ["body/deposit_details/external_wallet_address requires permission crypto-deposits"],
        "goes with the permission crypto-deposits",
    ),
    (
        {
            "permissions": ["crypto-buy"],
            "deposit_details": {"account_label": "x", "deposit_amount": "250.00"},
            **CODE,
        },
        ["body/deposit_details/deposit_amount requires permission fwc"],
        "goes with the permission fwc",
    ),
    (
        {
            "permissions": ["crypto-pay"],
            "deposit_details": {"deposit_amount": "1", "external_wallet_address": "0x"},
        },
        [
            "body/deposit_details/account_label is required",
            IDENTIFIER,
            "body/payment_details is required",
            "body/deposit_details/external_wallet_address requires permission crypto-deposits",
            "body/deposit_details/deposit_amount requires permission fwc",
        ],
        "needs account_label",
    ),
    (
        {},
        ["body/permissions is required", IDENTIFIER],
        "",
    ),
    (
        {"permissions": [], **CODE},
        ["body/permissions must NOT have fewer than 1 items"],
        "",
    ),
)


@pytest.mark.parametrize(("body", "errors", "words"), BETWEEN_FIELDS)
async def test_rules_between_fields_are_told_with_all_the_others(
    client: httpx.AsyncClient,
    sandbox: Sandbox,
    body: Mapping[str, Any],
    errors: list[str],
    words: str,
) -> None:
    """What no schema can say is told beside what the schema says, and nothing is changed."""
    before = count_facts(sandbox)
    answer = await mint(client, body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})
    assert words in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_every_field_broken_at_once(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """All failures of all fields come in one answer, with a hint that still fits."""
    before = count_facts(sandbox)
    answer = await mint(client, break_body(*ALL_AT_ONCE))
    assert answer.status_code == 400
    expected = [f"body/{path} {text}" for path, _, text in ALL_AT_ONCE]
    rules = [
        "body/deposit_details/external_wallet_address requires permission crypto-deposits",
        "body/deposit_details/deposit_amount requires permission fwc",
    ]
    assert answer.json() == {"errors": expected + rules}
    assert 0 < len(hint_of(answer)) <= 300
    assert count_facts(sandbox) == before


async def test_a_code_in_the_query_is_pointed_out(client: httpx.AsyncClient) -> None:
    """Old wording calls participant_code a query parameter; it is a field of the body."""
    path = "/client_auth_token?participant_code=CUST01"
    answer = await client.request(**signed("POST", path, {"permissions": ["fwc"]}))
    assert answer.json() == {"errors": [IDENTIFIER]}
    assert "field of the body, not of the query" in hint_of(answer)


# A body for each permission that the published variants and the proposals show.
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "Account Funding SDK - Deposits": {
        **CODE,
        "permissions": ["fwc"],
        "reference_id": "a81bc81b-dead-4e5d-abff-90865d1e13b1",
        "deposit_details": {"account_label": "funding_01", "deposit_amount": "250.00"},
        "client_device_info": {"ip_address": "81.2.69.142", "location": "US-IL"},
    },
    "Account Funding SDK - Account Link": {**CODE, "permissions": ["crypto-account-link"]},
    "Account Funding SDK - Withdrawals": {
        **CODE,
        "permissions": ["crypto-withdrawals"],
        "withdrawal_details": WITHDRAWAL,
    },
    "Participant Profile SDK": {**CODE, "permissions": ["participant-profile"]},
    "Payins SDK": {**CODE, "permissions": ["crypto-pay"], "payment_details": PAYMENT},
    "Crypto Withdrawals SDK": {**CODE, "permissions": ["crypto-withdrawals"]},
    "Crypto Payouts SDK": {**CODE, "permissions": ["crypto-payouts"]},
    "Crypto Buy SDK": {
        **CODE,
        "permissions": ["crypto-buy"],
        "custom_fees_and_spreads": {"crypto_buy": {"spread_bps": "50"}},
    },
    "Crypto Sell SDK": {
        **CODE,
        "permissions": ["crypto-buy", "crypto-sell"],
        "custom_fees_and_spreads": {"crypto_sell": {"spread_bps": 50}},
    },
    "Participant Onboarding": {
        **EMAIL,
        "permissions": ["onboarding"],
        "phone_number": "+15551234567",
        "otp_verified": "sms",
    },
    "Fiat Deposits": {**CODE, "permissions": ["fiat-deposits"]},
    "Fiat Withdrawal": {**CODE, "permissions": ["fiat-withdrawals"]},
    "Fiat account link": {**CODE, "permissions": ["fiat-account-link"]},
    "The SDK's own tests": {**CODE, "permissions": ["fwc", "crypto-deposits"]},
    "Everything at once": {
        **CODE,
        "permissions": list(PERMISSIONS),
        "payment_details": PAYMENT,
    },
    "Both identifiers": {**CODE, **EMAIL, "permissions": ["crypto-buy"]},
}


@pytest.mark.parametrize("name", VARIANTS)
async def test_every_variant_is_granted(client: httpx.AsyncClient, name: str) -> None:
    """Each published variant gives a token whose payload carries what was asked."""
    body = VARIANTS[name]
    answer = await mint(client, body)
    claims = read_claims(token_of(answer))
    assert claims["permissions"] == body["permissions"]
    sent = {name: value for name, value in body.items() if name != "permissions"}
    assert claims["payload"].items() >= sent.items()


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("details", ["optional", "required"])
async def test_withdrawal_details_by_schema_and_by_guide(
    client: httpx.AsyncClient, sandbox: Sandbox, permission: str, details: str
) -> None:
    """The setting demands them of the two payment permissions, as the guides do."""
    await switch(sandbox, withdrawal_details=details)
    body = {**CODE, "permissions": [permission], "payment_details": PAYMENT}
    answer = await mint(client, body)
    if details == "required" and permission in {"crypto-withdrawals", "crypto-payouts"}:
        assert answer.json() == {"errors": ["body/withdrawal_details is required"]}
        assert "as the guides have it" in hint_of(answer)
        answer = await mint(client, {**body, "withdrawal_details": WITHDRAWAL})
    assert answer.status_code == 201


@pytest.mark.parametrize("fields", ["ignore", "refuse"])
async def test_unknown_fields_by_setting(
    client: httpx.AsyncClient, sandbox: Sandbox, fields: str
) -> None:
    """No schema forbids them, so they are ignored; the setting refuses them in documented words."""
    await switch(sandbox, unknown_fields=fields)
    answer = await client.request(**minting(beta=1, alpha=2))
    if fields == "ignore":
        assert "beta" not in read_claims(token_of(answer))["payload"]
    else:
        assert answer.json() == {"errors": ["unexpected field: beta", "unexpected field: alpha"]}
