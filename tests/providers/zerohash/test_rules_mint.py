"""Minting: the rules between fields, entitlement, participants' states, Payins, the ids."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import httpx
import pytest

from emulator.core.sandbox import Sandbox
from emulator.providers.zerohash.state import PERMISSIONS, ParticipantStatus
from tests.providers.zerohash.arrange import (
    change_platform,
    count_facts,
    enrol,
    hint_of,
    read_claims,
    switch,
    token_of,
)
from tests.providers.zerohash.test_wire import ALL_AT_ONCE, break_body
from tests.signing import MINIMAL, minting, signed

pytestmark = pytest.mark.anyio

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

CODE = {"participant_code": "CUST01"}
EMAIL = {"email": "new@example.com"}
PAYMENT = {"purchase_amount": "250.00", "denominated_currency": "USD"}
WITHDRAWAL = {
    "quoted_asset": "USD",
    "withdrawal_request_amount": "125.55",
    "external_account_id": "00000000-0000-4000-8000-0000000000a1",
}


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
            "deposit_details": {"account_label": "x", "external_wallet_address": "0x"},
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
    ("code", "words"), [("NOBODY", "No participant has"), ("OTHR01", "another platform")]
)
async def test_an_unknown_or_foreign_participant_is_404(
    client: httpx.AsyncClient, sandbox: Sandbox, code: str, words: str
) -> None:
    """Who does not exist and who is another platform's look the same but for the hint."""
    before = count_facts(sandbox)
    answer = await client.request(**minting(participant_code=code))
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
    assert words in hint_of(answer)
    assert count_facts(sandbox) == before


EVERYTHING = frozenset(PERMISSIONS)
BEFORE = frozenset({"onboarding", "update-participant", "recovery", "csp-recovery"})
CLOSING = frozenset({"crypto-sell", "crypto-withdrawals", "crypto-payouts", "fiat-withdrawals"})

STATES: Mapping[tuple[str, str | None], frozenset[str]] = {
    ("approved", None): EVERYTHING,
    ("approved", "risk_cleared"): EVERYTHING,
    ("submitted", None): BEFORE,
    ("pending_approval", None): BEFORE,
    ("rejected", None): frozenset(),
    ("locked", "user_request"): CLOSING,
    ("locked", None): CLOSING,
    ("locked", "compliance_issue"): frozenset(),
    ("pending_unlock", None): CLOSING,
    ("pending_disable", "user_request"): CLOSING,
    ("pending_disable", "compliance_issue"): frozenset(),
    ("disabled", None): frozenset(),
    ("divested", None): frozenset(),
    ("closed", None): frozenset(),
}


def test_every_status_is_in_the_table() -> None:
    """No status is left out of what is tested."""
    assert {status for status, _ in STATES} == set(get_args(ParticipantStatus))


@pytest.mark.parametrize(("status", "reason"), STATES)
async def test_what_a_participants_state_leaves_open(
    client: httpx.AsyncClient, sandbox: Sandbox, status: str, reason: str | None
) -> None:
    """For each state, each permission is granted or refused as the table says."""
    await enrol(sandbox, "STATE1", status=status, reason_code=reason)
    for permission in PERMISSIONS:
        body = {
            "participant_code": "STATE1",
            "permissions": [permission],
            "payment_details": PAYMENT,
        }
        answer = await mint(client, body)
        if permission in STATES[status, reason]:
            assert answer.status_code == 201, permission
            continue
        assert answer.status_code == 400, permission
        assert answer.json() == {"errors": ["participant_code 'STATE1' is not approved"]}
        reasoned = f" ({reason})" if reason else ""
        assert hint_of(answer) == f"Status {status}{reasoned} does not allow {permission}."


async def test_one_closed_permission_closes_the_mint(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Of several permissions those refused are named, and no token is minted."""
    before = count_facts(sandbox)
    asked = ["crypto-sell", "fwc", "crypto-buy"]
    answer = await client.request(**minting(participant_code="CUST05", permissions=asked))
    assert answer.status_code == 400
    assert "does not allow fwc, crypto-buy." in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_an_email_of_a_participant_leads_to_its_code(client: httpx.AsyncClient) -> None:
    """By email, whatever its letters' case, a known participant's code stands in the token."""
    asked = {"email": "JANE.Doe@example.com", "permissions": ["onboarding"]}
    claims = read_claims(token_of(await mint(client, asked)))
    assert claims["participant_code"] == "CUST01"
    assert claims["payload"]["email"] == "JANE.Doe@example.com"


async def test_an_unknown_email_leads_to_nobody(client: httpx.AsyncClient) -> None:
    """Before onboarding there is no code, in the token neither."""
    asked = {**EMAIL, "permissions": ["onboarding"]}
    claims = read_claims(token_of(await mint(client, asked)))
    assert claims["participant_code"] == ""
    assert "participant_code" not in claims["payload"]


async def test_a_foreign_email_leads_to_nobody(client: httpx.AsyncClient) -> None:
    """Another platform's participant is not found by email."""
    asked = {"email": "olga.other@example.com", "permissions": ["onboarding"]}
    assert read_claims(token_of(await mint(client, asked)))["participant_code"] == ""


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
