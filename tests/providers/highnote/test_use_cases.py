"""The documented use cases, each minted with the API key and used with the token."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import pytest

from emulator.app import Emulator
from emulator.providers.highnote.state.kinds import (
    DIRECT_DEPOSIT_DETAILS,
    DOCUMENT_UPLOAD_SESSIONS,
    EXTERNAL_BANK_ACCOUNT_DETAILS,
)
from emulator.providers.highnote.state.records import (
    DirectDepositDetail,
    DocumentUploadSession,
    ExternalBankAccountDetail,
)
from tests.graphql import (
    ACCOUNT,
    CARD,
    DENIED,
    DIRECT_DEPOSIT,
    ERRORS,
    OTHER_CARD,
    PERSON,
    READ_CARD,
    SESSION,
    SET_PIN,
    UNVERIFIED_ACCOUNT,
    UNVERIFIED_DETAIL,
    basic,
    bearer,
    call,
    mint,
    mutation,
    posted,
)
from tests.providers.highnote.inputs import BUSINESS_INPUT, CARD_INPUT, PERSON_INPUT, USER_INPUT
from tests.providers.highnote.world import advance, put, revoke

pytestmark = pytest.mark.anyio

OTHER_DEPOSIT = "ddd_fa4e0000000000000000000000000002"
OTHER_DETAIL = "eba_fa4e0000000000000000000000000005"
OTHER_SESSION = "dus_fa4e0000000000000000000000000002"

READ_DEPOSIT = """query R($id: ID!) { node(id: $id) { id ... on DirectDepositDetail {
  restrictedDetails { __typename ... on DirectDepositDetailRestrictedDetails {
    number routingNumber bank { name address { streetAddress } } type }
    ... on AccessDeniedError { message } } } } }"""
READ_DETAIL = """query R($id: ID!) { node(id: $id) { id
  ... on NonVerifiedExternalUSFinancialBankAccountDetail { last4 routingNumber
  restrictedDetails { __typename
    ... on NonVerifiedExternalUSFinancialBankAccountRestrictedDetails { number routingNumber }
    ... on AccessDeniedError { message } } } } }"""


@dataclass(frozen=True)
class Use:
    """One use case. `variables` use it as granted, `elsewhere` on another object.

    `lacking`: permissions of the same mutation that don't suffice. `done`: the type of a success.
    """

    mint: str
    values: Mapping[str, object] | None
    document: str
    variables: Mapping[str, object]
    root: str
    done: str
    elsewhere: Mapping[str, object] | None = None
    lacking: tuple[str, ...] = ()
    token_only: bool = False
    repeatable: bool = True
    path: tuple[str, ...] = field(default=())


def creating(name: str, kind: str, shown: str) -> str:
    """The document of a mutation that creates."""
    return mutation(name, f"... on {shown} {{ id }} {ERRORS}", kind=kind)


def card_use() -> Use:
    """Reading a card's details, which two of the cases do."""
    return Use(
        "generatePaymentCardClientToken",
        {"paymentCardId": CARD, "permissions": ["READ_RESTRICTED_DETAILS"]},
        READ_CARD,
        {"id": CARD},
        "node",
        "PaymentCardRestrictedDetails",
        elsewhere={"id": OTHER_CARD},
        lacking=("SET_PAYMENT_CARD_PIN", "MANAGE_PAYMENT_CARD"),
        path=("restrictedDetails",),
    )


PIN_USE = Use(
    "generatePaymentCardClientToken",
    {"paymentCardId": CARD, "permissions": ["SET_PAYMENT_CARD_PIN"]},
    SET_PIN,
    {"input": {"paymentCardId": CARD, "newPin": "1234"}},
    "setPinForPaymentCard",
    "PaymentCard",
    elsewhere={"input": {"paymentCardId": OTHER_CARD, "newPin": "1234"}},
    lacking=("READ_RESTRICTED_DETAILS",),
    token_only=True,
)

_HOLDER_TOKEN = "generateTokenizeAccountHolderClientToken"
_USER_TOKEN = "generateTokenizeAuthorizedUserClientToken"

USES: Mapping[str, Use] = {
    "1 card viewer": card_use(),
    "2 secure inputs, PIN": PIN_USE,
    "2 secure inputs, tokenization": Use(
        "generatePaymentMethodTokenizationClientToken",
        {"permissions": ["TOKENIZE_PAYMENT_METHOD"]},
        mutation(
            "tokenizeCardPaymentMethod",
            "... on PaymentMethodToken { id usage expiresAt createdAt instrument { "
            "... on PaymentCardInstrument { brand last4 expiryYear expiryMonth } } "
            "token(scope: ECOMMERCE) { ... on ScopedPaymentMethodToken { token scope } } } "
            + ERRORS,
        ),
        {"input": CARD_INPUT},
        "tokenizeCardPaymentMethod",
        "PaymentMethodToken",
        token_only=True,
    ),
    "3 tokenize business": Use(
        _HOLDER_TOKEN,
        None,
        mutation(
            "tokenizeUSBusinessAccountHolder",
            "... on USBusinessAccountHolderToken { token } " + ERRORS,
            kind="CreateUSBusinessAccountHolderInput",
        ),
        {"input": BUSINESS_INPUT},
        "tokenizeUSBusinessAccountHolder",
        "USBusinessAccountHolderToken",
        token_only=True,
    ),
    "4 tokenize person": Use(
        _HOLDER_TOKEN,
        None,
        mutation(
            "tokenizeUSPersonAccountHolder",
            "... on USPersonAccountHolderToken { token } " + ERRORS,
            kind="CreateUSPersonAccountHolderInput!",
        ),
        {"input": PERSON_INPUT},
        "tokenizeUSPersonAccountHolder",
        "USPersonAccountHolderToken",
        token_only=True,
    ),
    "5 tokenize authorized user": Use(
        _USER_TOKEN,
        None,
        mutation(
            "tokenizeUSPersonAuthorizedUser",
            "... on USPersonAuthorizedUserToken { token } " + DENIED,
            kind="CreateUSPersonAuthorizedUserInput!",
        ),
        {"input": USER_INPUT},
        "tokenizeUSPersonAuthorizedUser",
        "USPersonAuthorizedUserToken",
        elsewhere={"input": {**USER_INPUT, "accountHolderId": "ps_nobody"}},
        token_only=True,
    ),
    "6 create business": Use(
        _HOLDER_TOKEN,
        None,
        creating(
            "createUSBusinessAccountHolder",
            "CreateUSBusinessAccountHolderInput!",
            "USBusinessAccountHolder",
        ),
        {"input": BUSINESS_INPUT},
        "createUSBusinessAccountHolder",
        "USBusinessAccountHolder",
    ),
    "7 create person": Use(
        _HOLDER_TOKEN,
        None,
        creating(
            "createUSPersonAccountHolder",
            "CreateUSPersonAccountHolderInput!",
            "USPersonAccountHolder",
        ),
        {"input": PERSON_INPUT},
        "createUSPersonAccountHolder",
        "USPersonAccountHolder",
    ),
    "8 create authorized user": Use(
        _USER_TOKEN,
        None,
        creating(
            "createUSPersonAuthorizedUser",
            "CreateUSPersonAuthorizedUserInput!",
            "USPersonAuthorizedUser",
        ),
        {"input": USER_INPUT},
        "createUSPersonAuthorizedUser",
        "USPersonAuthorizedUser",
    ),
    "9 document upload": Use(
        "generateDocumentUploadClientToken",
        {"documentUploadSessionId": SESSION, "permissions": ["MANAGE_DOCUMENT_UPLOAD_SESSION"]},
        mutation(
            "startDocumentUploadSession",
            "... on USAccountHolderApplicationDocumentUploadSession { id status } " + ERRORS,
        ),
        {"input": {"documentUploadSessionId": SESSION}},
        "startDocumentUploadSession",
        "USAccountHolderApplicationDocumentUploadSession",
        elsewhere={"input": {"documentUploadSessionId": OTHER_SESSION}},
    ),
    "10 set PIN": PIN_USE,
    "11 account and routing number": Use(
        "generateDirectDepositDetailClientToken",
        {"directDepositDetailId": DIRECT_DEPOSIT, "permissions": ["READ_RESTRICTED_DETAILS"]},
        READ_DEPOSIT,
        {"id": DIRECT_DEPOSIT},
        "node",
        "DirectDepositDetailRestrictedDetails",
        elsewhere={"id": OTHER_DEPOSIT},
        path=("restrictedDetails",),
    ),
    "12 card details": card_use(),
    "13 external bank account": Use(
        "generateExternalBankAccountDetailClientToken",
        {
            "externalBankAccountDetailId": UNVERIFIED_DETAIL,
            "permissions": ["READ_RESTRICTED_DETAILS"],
        },
        READ_DETAIL,
        {"id": UNVERIFIED_DETAIL},
        "node",
        "NonVerifiedExternalUSFinancialBankAccountRestrictedDetails",
        elsewhere={"id": OTHER_DETAIL},
        path=("restrictedDetails",),
    ),
    "manage a card": Use(
        "generatePaymentCardClientToken",
        {"paymentCardId": CARD, "permissions": ["MANAGE_PAYMENT_CARD"]},
        mutation("suspendPaymentCard", "... on PaymentCard { id status } " + ERRORS),
        {"input": {"paymentCardId": CARD}},
        "suspendPaymentCard",
        "PaymentCard",
        elsewhere={"input": {"paymentCardId": OTHER_CARD}},
        lacking=("READ_RESTRICTED_DETAILS",),
        repeatable=False,
    ),
}

every_use = pytest.mark.parametrize("use", USES.values(), ids=list(USES))
BOUND = {name: use for name, use in USES.items() if use.elsewhere is not None}
every_bound_use = pytest.mark.parametrize("use", BOUND.values(), ids=list(BOUND))


@pytest.fixture(autouse=True)
async def others(emulator: Emulator) -> None:
    """A second object of each kind, which is the organization's own as well."""
    await put(
        emulator,
        DIRECT_DEPOSIT_DETAILS,
        DirectDepositDetail(OTHER_DEPOSIT, "acme", ACCOUNT),
    )
    await put(
        emulator,
        EXTERNAL_BANK_ACCOUNT_DETAILS,
        ExternalBankAccountDetail(OTHER_DETAIL, "acme", UNVERIFIED_ACCOUNT),
    )
    session = DocumentUploadSession(OTHER_SESSION, "acme", "ap_fa4e0000000000000000000000000001")
    await put(emulator, DOCUMENT_UPLOAD_SESSIONS, session)


async def token_for(client: httpx.AsyncClient, use: Use, *permissions: str) -> str:
    """The Authorization for a use, or for other permissions on the same object."""
    values = dict(use.values) if use.values else None
    if permissions and values:
        values["permissions"] = list(permissions)
    return bearer((await mint(client, use.mint, values))["value"])


async def outcome(
    client: httpx.AsyncClient, use: Use, variables: Mapping[str, object] | None, by: str
) -> str | None:
    """The type of what the use yields; None: null."""
    found = (await call(client, use.document, variables, by=by))[use.root]
    for step in use.path:
        found = found and found[step]
    return found and str(found["__typename"])


@every_use
async def test_a_token_does_what_it_was_minted_for(client: httpx.AsyncClient, use: Use) -> None:
    """The token opens its use, and, not being single-use, opens it again."""
    token = await token_for(client, use)
    assert await outcome(client, use, use.variables, token) == use.done
    if use.repeatable:
        assert await outcome(client, use, use.variables, token) == use.done


@every_bound_use
async def test_on_another_object_it_is_refused(client: httpx.AsyncClient, use: Use) -> None:
    """On another object a mutation is denied, and a node is not there."""
    assert use.elsewhere is not None
    token = await token_for(client, use)
    got = await outcome(client, use, use.elsewhere, token)
    assert got == (None if use.root == "node" else "AccessDeniedError")
    answer = await client.request(**posted(use.document, use.elsewhere, by=token))
    assert answer.headers["x-emulator-hint"]


@every_use
async def test_without_the_permission_it_is_refused(client: httpx.AsyncClient, use: Use) -> None:
    """A token for the right object with other permissions is denied, and the hint names them."""
    others = use.lacking or ()
    for permission in others:
        token = await token_for(client, use, permission)
        assert await outcome(client, use, use.variables, token) == "AccessDeniedError"
        answer = await client.request(**posted(use.document, use.variables, by=token))
        hint = answer.headers["x-emulator-hint"]
        assert hint.startswith("The client token lacks the permission ")
        assert hint.endswith(" on PaymentCard.")


@every_use
async def test_a_token_for_something_else_is_refused(client: httpx.AsyncClient, use: Use) -> None:
    """A good token of another mutation opens nothing of this use."""
    values = {"accountHolderId": PERSON, "permissions": ["READ_PERSON_ACCOUNT_HOLDER_DETAILS"]}
    minted = await mint(client, "generatePersonAccountHolderClientToken", values)
    got = await outcome(client, use, use.variables, bearer(minted["value"]))
    assert got == (None if use.root == "node" else "AccessDeniedError")


@every_use
@pytest.mark.parametrize("end", ["expired", "revoked"])
async def test_an_ended_token_is_refused(
    client: httpx.AsyncClient, emulator: Emulator, use: Use, end: str
) -> None:
    """After expiry or revocation the whole call is 401."""
    token = await token_for(client, use)
    if end == "expired":
        await advance(emulator, 900)
    else:
        await revoke(emulator, token)
    answer = await client.request(**posted(use.document, use.variables, by=token))
    assert answer.status_code == 401
    assert answer.json()["extensions"]["requestId"]


@every_use
async def test_what_requires_a_token(
    client: httpx.AsyncClient, emulator: Emulator, use: Use
) -> None:
    """Where the documentation requires a token, an API key is denied; a setting forgives it."""
    got = await outcome(client, use, use.variables, basic())
    denied = use.token_only or use.root == "node"
    assert got == ("AccessDeniedError" if denied else use.done)
    if use.token_only:
        from tests.providers.highnote.world import switch  # noqa: PLC0415 - used once

        await switch(emulator, api_key_may_use_token_operations=True)
        assert await outcome(client, use, use.variables, basic()) == use.done
