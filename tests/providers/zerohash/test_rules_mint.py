"""Minting: entitlement, Payins, the ids and roles."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from emulator.core.sandbox import Sandbox
from emulator.providers.zerohash.state import PERMISSIONS
from tests.providers.zerohash.arrange import (
    change_platform,
    count_facts,
    hint_of,
    read_claims,
    switch,
    token_of,
)
from tests.providers.zerohash.samples import (
    CODE,
    EMAIL,
    PAYMENT,
)
from tests.signing import MINIMAL, minting, signed

pytestmark = pytest.mark.anyio
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


async def mint(client: httpx.AsyncClient, body: Mapping[str, Any]) -> httpx.Response:
    """A mint of exactly that body."""
    return await client.request(**signed("POST", "/client_auth_token", body))


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("placement", ["message", "both"])
async def test_which_permission_brings_which_id(
    client: httpx.AsyncClient, sandbox: Sandbox, permission: str, placement: str
) -> None:
    """Payments bring a payment_id, fwc a deposit_intent_id, inside message or at both places."""
    await switch(sandbox, ids_placement=placement)
    answer = await client.request(**minting(permissions=[permission], payment_details=PAYMENT))
    told = answer.json()["message"]
    expected = {"token"}
    if permission in {"crypto-withdrawals", "crypto-payouts"}:
        expected.add("payment_id")
        assert UUID4.fullmatch(told["payment_id"])
    if permission == "fwc":
        expected.add("deposit_intent_id")
        assert UUID5.fullmatch(told["deposit_intent_id"])
    assert set(told) == expected
    ids = {name: value for name, value in told.items() if name != "token"}
    beside = {name: value for name, value in answer.json().items() if name != "message"}
    assert beside == (ids if placement == "both" else {})
    assert read_claims(told["token"])["payload"].items() >= ids.items()


async def test_ids_are_never_the_same(client: httpx.AsyncClient) -> None:
    """Each mint draws its own payment id and jti."""
    answers = [
        (await client.request(**minting(permissions=["crypto-withdrawals"]))).json()["message"]
        for _ in range(3)
    ]
    assert len({answer["payment_id"] for answer in answers}) == 3
    assert len({read_claims(answer["token"])["jti"] for answer in answers}) == 3


async def test_a_repeated_permission_is_carried_once(client: httpx.AsyncClient) -> None:
    """Asked for twice, a permission stands in the token once, in the order asked."""
    answer = await client.request(
        **minting(permissions=["crypto-sell", "crypto-buy", "crypto-sell"])
    )
    assert read_claims(token_of(answer))["permissions"] == ["crypto-sell", "crypto-buy"]


@pytest.mark.parametrize("permission", PERMISSIONS)
async def test_entitlement_is_the_platforms(
    client: httpx.AsyncClient, sandbox: Sandbox, permission: str
) -> None:
    """A platform with a list may ask for what stands on it and for nothing else."""
    body = {**CODE, "permissions": [permission], "payment_details": PAYMENT}
    await change_platform(sandbox, permissions=(permission,))
    assert (await mint(client, body)).status_code == 201
    others = tuple(name for name in PERMISSIONS if name != permission)
    await change_platform(sandbox, permissions=others)
    before = count_facts(sandbox)
    answer = await mint(client, body)
    assert answer.status_code == 403
    assert answer.json()["error"] is True
    assert f"lacks {permission}" in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_entitlement_names_few_of_many(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A long list of what is lacking still makes a short hint."""
    await change_platform(sandbox, permissions=())
    answer = await client.request(
        **minting(permissions=list(PERMISSIONS) * 20, payment_details=PAYMENT)
    )
    assert answer.status_code == 403
    assert "and 12 more" in hint_of(answer)
    assert len(hint_of(answer)) <= 300


async def test_the_minimal_platform_may_only_onboard(client: httpx.AsyncClient) -> None:
    """The fixtures' second platform is entitled to one permission."""
    asked = {"participant_code": "OTHR01", "permissions": ["fwc"]}
    answer = await client.request(**signed("POST", "/client_auth_token", asked, key=MINIMAL))
    assert answer.status_code == 403
    asked = {**EMAIL, "permissions": ["onboarding"]}
    answer = await client.request(**signed("POST", "/client_auth_token", asked, key=MINIMAL))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("code", "amount", "row"),
    [
        ("CUST01", "499999.99", None),
        ("CUST01", "500000", "manual"),
        ("CUST01", "500000.00", "manual"),
        ("SHOP01", "50", None),
        ("SHOP01", "50.00", None),
        ("SHOP01", "50.01", "limit"),
        ("SHOP01", "500000", "manual"),
        ("CUST01", "9" * 400, "manual"),
    ],
)
async def test_the_thresholds_of_payins(
    client: httpx.AsyncClient, sandbox: Sandbox, code: str, amount: str, row: str | None
) -> None:
    """From 500,000 USD a person approves; the perishables tier pays 50 USD at most."""
    payment = {"purchase_amount": amount, "denominated_currency": "USD"}
    before = count_facts(sandbox)
    answer = await client.request(
        **minting(participant_code=code, permissions=["crypto-pay"], payment_details=payment)
    )
    if row is None:
        assert answer.status_code == 201
        return
    assert answer.status_code == 403
    assert count_facts(sandbox) == before
    if row == "manual":
        assert answer.json()["error"] == "Manual approval required for this transaction"
        assert answer.json()["transaction_id"].startswith("txn_")
    else:
        expected = "Shopper's Daily Spend Limit for this type of transaction have been hit."
        assert answer.json() == {"error": expected}


async def test_amounts_count_for_crypto_pay_alone(client: httpx.AsyncClient) -> None:
    """Payment details beside another permission have no limit."""
    payment = {"purchase_amount": "900000", "denominated_currency": "USD"}
    answer = await client.request(**minting(permissions=["fwc"], payment_details=payment))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"merchant_participant_code": "MERCH1"}, ""),
        ({"merchant_participant_code": "MERCH01"}, "No participant of the platform has that"),
        ({"merchant_participant_code": "OTHR01"}, "No participant of the platform has that"),
        ({"participant_code": "MERCH1"}, "names an entity"),
    ],
)
async def test_merchant_and_shopper_mixed_up_are_remarked_on(
    client: httpx.AsyncClient, fields: dict[str, str], words: str
) -> None:
    """Nothing says that these are refused, so they are granted, with a remark."""
    answer = await client.request(
        **minting(permissions=["crypto-pay"], payment_details=PAYMENT, **fields)
    )
    assert answer.status_code == 201
    assert words in hint_of(answer)
    assert bool(hint_of(answer)) is bool(words)
