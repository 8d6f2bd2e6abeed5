import base64
import json
from collections.abc import Mapping

import httpx
import pytest

from emulator.app import Emulator
from emulator.core.clock import parse_time
from emulator.providers.highnote.tokens import LIFETIMES, MINTS
from tests.graphql import (
    ACCOUNT,
    BUSINESS,
    CARD,
    DIRECT_DEPOSIT,
    ERRORS,
    EXTERNAL_ACCOUNT,
    FOREIGN_CARD,
    OTHER_KEY,
    PERSON,
    RESTRICTED_KEY,
    SESSION,
    TRANSACTION,
    TRANSFER,
    UNVERIFIED_DETAIL,
    USER,
    basic,
    call,
    mint,
    mutation,
    posted,
)
from tests.providers.highnote.world import live, sandbox_of, switch

pytestmark = pytest.mark.anyio

Values = Mapping[str, object] | None

# Every mutation that mints a client token, with an input that it grants.
INPUTS: Mapping[str, Values] = {
    "generatePaymentCardClientToken": {
        "paymentCardId": CARD,
        "permissions": [
            "READ_RESTRICTED_DETAILS",
            "SET_PAYMENT_CARD_PIN",
            "MANAGE_PAYMENT_CARD",
            "MANAGE_CARD_FULFILLMENT",
            "READ_FULFILLMENT_DETAILS",
        ],
    },
    "generateDirectDepositDetailClientToken": {
        "directDepositDetailId": DIRECT_DEPOSIT,
        "permissions": ["READ_RESTRICTED_DETAILS"],
    },
    "generateExternalBankAccountDetailClientToken": {
        "externalBankAccountDetailId": UNVERIFIED_DETAIL,
        "permissions": ["READ_RESTRICTED_DETAILS"],
    },
    "generateTokenizeAccountHolderClientToken": None,
    "generateTokenizeAuthorizedUserClientToken": None,
    "generateDocumentUploadClientToken": {
        "documentUploadSessionId": SESSION,
        "permissions": ["MANAGE_DOCUMENT_UPLOAD_SESSION"],
    },
    "generatePersonAccountHolderClientToken": {
        "accountHolderId": PERSON,
        "permissions": ["READ_PERSON_ACCOUNT_HOLDER_DETAILS"],
    },
    "generateBusinessAccountHolderClientToken": {
        "accountHolderId": BUSINESS,
        "permissions": ["READ_BUSINESS_ACCOUNT_HOLDER_DETAILS"],
    },
    "generatePersonAuthorizedUserClientToken": {
        "authorizedUserId": USER,
        "permissions": ["READ_PERSON_AUTHORIZED_USER_DETAILS"],
    },
    "generateInitiateSecureDepositClientToken": {
        "fromFinancialAccountId": EXTERNAL_ACCOUNT,
        "toFinancialAccountId": ACCOUNT,
        "permissions": ["INITIATE_SECURE_DEPOSIT"],
    },
    "generateSecureDepositClientToken": {
        "transactionId": TRANSACTION,
        "permissions": ["MANAGE_SECURE_DEPOSIT"],
    },
    "generateScheduledTransferClientToken": {
        "scheduledTransferId": TRANSFER,
        "permissions": ["MANAGE_SCHEDULED_TRANSFER"],
    },
    "generateCreateScheduledTransferClientToken": {
        "fromFinancialAccountId": EXTERNAL_ACCOUNT,
        "toFinancialAccountId": ACCOUNT,
        "permissions": ["CREATE_SCHEDULED_TRANSFER"],
    },
    "generateFinancialAccountSingleUseClientToken": {
        "financialAccountId": ACCOUNT,
        "singleUseToken": "a nonce of the caller's",
        "permissions": ["ISSUE_PAYMENT_CARD"],
    },
    "generatePaymentMethodTokenizationClientToken": {"permissions": ["TOKENIZE_PAYMENT_METHOD"]},
    "generateRiskClientToken": {"sessionId": "session-1"},
}


def claims_of(value: str) -> dict[str, object]:
    """What a token says."""
    body = value.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return claims


def test_all_are_here() -> None:
    """The table of inputs is the table of mutations."""
    assert INPUTS.keys() == MINTS.keys()
    assert len(MINTS) == 16


@pytest.mark.parametrize("name", INPUTS)
async def test_every_mutation_mints(
    client: httpx.AsyncClient, emulator: Emulator, name: str
) -> None:
    """Each yields a URL-safe token whose expiry and the answer's agree, with its usage."""
    await switch(emulator, risk_enabled=True)
    minted = await mint(client, name, INPUTS[name], by=basic(RESTRICTED_KEY))
    assert minted["__typename"] == "ClientToken", minted
    value = minted["value"]
    assert not set(value) & set("+/=&#%")
    claims = claims_of(value)
    assert parse_time(minted["expirationDate"]) == claims["exp"]
    assert minted["expirationDate"].endswith(".000Z")
    single = name == "generateFinancialAccountSingleUseClientToken"
    usage = "SINGLE_USE" if single else "UNTIL_EXPIRATION"
    assert (minted["usage"], claims["usage"]) == (usage, usage)
    book = (await sandbox_of(emulator)).state.tokens
    record = next(reversed(book))
    assert (record.jti, record.grant.lifetime_s) == (claims["jti"], LIFETIMES[name])


async def test_header_and_claims_stand_in_their_order(client: httpx.AsyncClient) -> None:
    """The known parts of the documented token are exactly as documented."""
    minted = await mint(
        client, values={"paymentCardId": CARD, "permissions": ["SET_PAYMENT_CARD_PIN"]}
    )
    head, body, _ = minted["value"].split(".")
    assert base64.urlsafe_b64decode(head + "==") == b'{"kid":"1","typ":"JWT","alg":"RS256"}'
    raw = base64.urlsafe_b64decode(body + "==").decode()
    assert raw.startswith(
        '{"aud":"prod.test.api.bay1.com","org":"og_bs01fa4e0000000000000000000000000001",'
        '"reg":"USA","appid":"ap_bay1:clientsdk:00000000000000000","iss":"prod.auth.bay1.com",'
        f'"sub":"{CARD}","iat":'
    )
    names = ["aud", "org", "reg", "appid", "iss", "sub", "iat", "exp", "jti", "oid", "perms"]
    assert list(json.loads(raw)) == [*names, "usage"]
    assert json.loads(raw)["perms"] == ["PaymentCard:SET_PAYMENT_CARD_PIN"]


async def test_lifetimes_can_be_set(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """A lifetime by mutation beats one for all of Highnote, which beats the documented one."""
    values = {"paymentCardId": CARD, "permissions": ["SET_PAYMENT_CARD_PIN"]}
    await live(emulator, highnote=60)
    claims = claims_of((await mint(client, values=values))["value"])
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 60
    await live(emulator, highnote=60, generatePaymentCardClientToken=5)
    claims = claims_of((await mint(client, values=values))["value"])
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 5


async def test_a_bare_permission_is_a_list(client: httpx.AsyncClient) -> None:
    """A single enum value is taken for a list of one, in variables and in the document."""
    values = {"paymentCardId": CARD, "permissions": "READ_RESTRICTED_DETAILS"}
    minted = await mint(client, values=values)
    assert claims_of(minted["value"])["perms"] == ["PaymentCard:READ_RESTRICTED_DETAILS"]
    literal = f'{{paymentCardId: "{CARD}", permissions: READ_RESTRICTED_DETAILS}}'
    name = "generatePaymentCardClientToken"
    data = await call(client, f"mutation {{ {name}(input: {literal}) {{ __typename }} }}")
    assert data == {name: {"__typename": "ClientToken"}}


def wrong(values: Values) -> list[tuple[dict[str, object], str, str]]:
    """Inputs with one thing wrong each, and the code and field that the answer has to name."""
    cases: list[tuple[dict[str, object], str, str]] = []
    for field, value in (values or {}).items():
        if field.endswith("Id") and field != "sessionId":
            cases.append(({**(values or {}), field: "cd_nobody"}, "NOT_FOUND", field))
            cases.append(({**(values or {}), field: "og_bs01"}, "NOT_FOUND", field))
        elif isinstance(value, list):
            cases.append(({**(values or {}), field: []}, "INVALID", field))
    return cases


WRONG = [
    pytest.param(name, *case, id=f"{name}-{case[1]}-{case[2]}-{number}")
    for name, values in INPUTS.items()
    for number, case in enumerate(wrong(values))
] + [
    pytest.param(
        "generatePaymentCardClientToken",
        {"paymentCardId": FOREIGN_CARD, "permissions": ["SET_PAYMENT_CARD_PIN"]},
        "NOT_FOUND",
        "paymentCardId",
        id="another organization's",
    ),
    pytest.param(
        "generatePersonAccountHolderClientToken",
        {"accountHolderId": BUSINESS, "permissions": ["READ_PERSON_ACCOUNT_HOLDER_DETAILS"]},
        "NOT_FOUND",
        "accountHolderId",
        id="a business for a person",
    ),
    pytest.param(
        "generateInitiateSecureDepositClientToken",
        {
            "fromFinancialAccountId": ACCOUNT,
            "toFinancialAccountId": ACCOUNT,
            "permissions": ["INITIATE_SECURE_DEPOSIT"],
        },
        "NOT_FOUND",
        "fromFinancialAccountId",
        id="an internal account to take from",
    ),
    pytest.param(
        "generateFinancialAccountSingleUseClientToken",
        {
            "financialAccountId": ACCOUNT,
            "singleUseToken": "x" * 256,
            "permissions": ["ISSUE_PAYMENT_CARD"],
        },
        "INVALID",
        "singleUseToken",
        id="a long nonce",
    ),
    pytest.param(
        "generateFinancialAccountSingleUseClientToken",
        {
            "financialAccountId": ACCOUNT,
            "singleUseToken": "né",
            "permissions": ["ISSUE_PAYMENT_CARD"],
        },
        "INVALID",
        "singleUseToken",
        id="a nonce beyond ASCII",
    ),
    pytest.param(
        "generateRiskClientToken", {"sessionId": " "}, "REQUIRED", "sessionId", id="no session"
    ),
]


@pytest.mark.parametrize(("name", "values", "code", "field"), WRONG)
async def test_what_can_not_be_minted(
    client: httpx.AsyncClient,
    emulator: Emulator,
    name: str,
    values: Mapping[str, object],
    code: str,
    field: str,
) -> None:
    """Wrong ids and empty permissions are a UserError that names the field; nothing is minted."""
    await switch(emulator, risk_enabled=True)
    minted = await mint(client, name, values, by=basic(RESTRICTED_KEY))
    assert minted["__typename"] == "UserError"
    assert [(e["code"], e["errorPath"]) for e in minted["errors"]] == [(code, ["input", field])]
    assert minted["errors"][0]["description"]
    assert not len((await sandbox_of(emulator)).state.tokens)


async def test_a_foreign_object_by_setting(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Another organization's object may be told as an AccessDeniedError instead."""
    await switch(emulator, foreign_object="access_denied")
    values = {"paymentCardId": FOREIGN_CARD, "permissions": ["SET_PAYMENT_CARD_PIN"]}
    assert (await mint(client, values=values))["__typename"] == "AccessDeniedError"
    minted = await mint(client, values=values, by=basic(OTHER_KEY))
    assert minted["__typename"] == "ClientToken"


async def test_what_has_to_be_granted(client: httpx.AsyncClient) -> None:
    """A single-use token takes a restricted key, risk tokens an organization enabled for them."""
    name = "generateFinancialAccountSingleUseClientToken"
    assert (await mint(client, name, INPUTS[name]))["__typename"] == "AccessDeniedError"
    name = "generateRiskClientToken"
    assert (await mint(client, name, INPUTS[name]))["__typename"] == "AccessDeniedError"
    answer = await client.request(
        **posted("mutation { x: generateRiskApplicationSDKSessionToken { __typename } }")
    )
    assert answer.json()["data"]["x"] == {"__typename": "AccessDeniedError"}
    assert "risk_enabled" in answer.headers["x-emulator-hint"]


async def test_the_other_tokens(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Three mutations make tokens for third parties; none of them opens this API."""
    await switch(emulator, risk_enabled=True)
    session = await call(
        client,
        mutation(
            "generateRiskApplicationSDKSessionToken",
            "... on RiskApplicationSDKSessionToken { sessionToken } " + ERRORS,
            has_input=False,
        ),
    )
    link = await call(
        client,
        mutation(
            "generateVerifiedExternalBankAccountLinkToken",
            "... on GenerateVerifiedExternalBankAccountExternalLinkToken "
            "{ externalLinkToken expirationDate } " + ERRORS,
        ),
        {"input": {"accountHolderId": PERSON}},
    )
    apple = await call(
        client,
        mutation(
            "generateAppleWebPushProvisioningToken",
            "... on AppleWebPushProvisioningToken { jws state expiresAt } " + ERRORS,
        ),
        {"input": {"paymentCardId": CARD}},
    )
    told = session["generateRiskApplicationSDKSessionToken"]["sessionToken"]
    token = link["generateVerifiedExternalBankAccountLinkToken"]["externalLinkToken"]
    jws = apple["generateAppleWebPushProvisioningToken"]["jws"]
    for text in (told, token, jws):
        refused = await client.request(**posted("{ping}", by=f"Bearer {text}"))
        assert refused.status_code == 401
