from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from emulator.core.facts import encode_facts
from emulator.core.ledger import NOWHERE, Replaced
from emulator.providers.highnote.state.kinds import ACCOUNT_HOLDERS, AUTHORIZED_USERS
from tests.graphql import DENIED, ERRORS, OTHER_KEY, basic, bearer, call, mint, mutation, posted
from tests.providers.highnote.inputs import (
    BUSINESS_INPUT,
    PERSON_FIELDS,
    PERSON_INPUT,
    USER_INPUT,
)
from tests.providers.highnote.world import advance, sandbox_of

pytestmark = pytest.mark.anyio

PERSON = "USPersonAccountHolder"
BUSINESS = "USBusinessAccountHolder"
USER = "USPersonAuthorizedUser"
INPUTS: Mapping[str, Any] = {PERSON: PERSON_INPUT, BUSINESS: BUSINESS_INPUT, USER: USER_INPUT}


async def tokenize(client: httpx.AsyncClient, kind: str, given: Any) -> Any:  # noqa: ANN401 - JSON
    """What tokenizing yields."""
    minting = "AuthorizedUser" if kind == USER else "AccountHolder"
    minted = await mint(client, f"generateTokenize{minting}ClientToken")
    name = f"tokenize{kind}"
    errors = DENIED if kind == USER else ERRORS
    document = mutation(
        name, f"... on {kind}Token {{ token }} {errors}", kind=f"Create{kind}Input!"
    )
    if kind == BUSINESS:
        document = document.replace("Input!", "Input")
    return (await call(client, document, {"input": given}, by=bearer(minted["value"])))[name]


async def create(client: httpx.AsyncClient, kind: str, token: str, by: str | None = None) -> Any:  # noqa: ANN401 - JSON
    """What creating from a token yields."""
    name = f"create{kind}FromToken"
    document = mutation(name, f"... on {kind} {{ id externalId createdAt }} {ERRORS}")
    return (await call(client, document, {"input": {"token": token}}, by=by))[name]


@pytest.mark.parametrize("kind", INPUTS)
async def test_tokens_create_once(client: httpx.AsyncClient, emulator: Emulator, kind: str) -> None:
    """A token of the browser's makes one holder on the server, who stays; then it is spent."""
    token = (await tokenize(client, kind, INPUTS[kind]))["token"]
    made = await create(client, kind, token)
    assert made["__typename"] == kind
    node = await call(
        client, "query R($id: ID!) { node(id: $id) { id __typename } }", {"id": made["id"]}
    )
    assert node["node"] == {"id": made["id"], "__typename": kind}
    state = (await sandbox_of(emulator)).state
    users, holders = state.table(AUTHORIZED_USERS), state.table(ACCOUNT_HOLDERS)
    assert (users.get(made["id"]) or holders.get(made["id"])) is not None
    again = await create(client, kind, token)
    assert again["errors"][0] == {
        "code": "INVALID",
        "errorPath": ["input", "token"],
        "description": "The token can not be used",
    }


async def test_whose_token_it_is(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Unknown, expired, of another kind, or another organization's: a UserError at token."""
    token = (await tokenize(client, PERSON, PERSON_INPUT))["token"]
    wrong = [
        await create(client, PERSON, "tok_nothing"),
        await create(client, BUSINESS, token),
        await create(client, PERSON, token, by=basic(OTHER_KEY)),
    ]
    await advance(emulator, 3600)
    wrong.append(await create(client, PERSON, token))
    assert [told["errors"][0]["errorPath"] for told in wrong] == [["input", "token"]] * 4
    assert [told["errors"][0]["code"] for told in wrong] == ["NOT_FOUND"] * 3 + ["INVALID"]


async def test_creating_takes_an_api_key(client: httpx.AsyncClient) -> None:
    """With a client token createFromToken is denied."""
    minted = await mint(client, "generateTokenizeAccountHolderClientToken")
    token = (await tokenize(client, PERSON, PERSON_INPUT))["token"]
    told = await create(client, PERSON, token, by=bearer(minted["value"]))
    assert told["__typename"] == "AccessDeniedError"


async def test_a_person_is_shown_as_given(client: httpx.AsyncClient) -> None:
    """What may be read of a person is what was sent."""
    name = "createUSPersonAccountHolder"
    shown = (
        "... on USPersonAccountHolder { name { givenName familyName middleName } email "
        "dateOfBirth billingAddress { streetAddress postalCode countryCodeAlpha3 } externalId }"
    )
    document = mutation(name, shown, kind="CreateUSPersonAccountHolderInput!")
    made = (await call(client, document, {"input": PERSON_INPUT}))[name]
    assert made == {
        "__typename": PERSON,
        "name": {"givenName": "Ada", "familyName": "Example", "middleName": None},
        "email": "ada@example.com",
        "dateOfBirth": "1990-02-28",
        "billingAddress": {
            "streetAddress": "1 Example Street",
            "postalCode": "62701",
            "countryCodeAlpha3": "USA",
        },
        "externalId": "ada-1",
    }


WRONG = [
    ({"email": "nobody"}, ["email"]),
    ({"dateOfBirth": "1990-02-30"}, ["dateOfBirth"]),
    ({"dateOfBirth": "2090-01-01"}, ["dateOfBirth"]),
    ({"dateOfBirth": "01/02/1990"}, ["dateOfBirth"]),
    (
        {
            "identificationDocument": {
                "socialSecurityNumber": {"number": "1", "countryCodeAlpha3": "USA"}
            }
        },
        ["identificationDocument", "socialSecurityNumber", "number"],
    ),
    (  # Arabic digits, which are no tax number's
        {
            "identificationDocument": {
                "socialSecurityNumber": {"number": "\u0663" * 9, "countryCodeAlpha3": "USA"}
            }
        },
        ["identificationDocument", "socialSecurityNumber", "number"],
    ),
]


@pytest.mark.parametrize(("fields", "path"), WRONG)
async def test_people_who_can_not_be(
    client: httpx.AsyncClient, fields: dict[str, object], path: list[str]
) -> None:
    """A wrong field is a UserError that names its place; the union without one denies."""
    person = {**PERSON_FIELDS, **fields}
    told = await tokenize(client, PERSON, {"personAccountHolder": person})
    assert told["errors"][0]["errorPath"] == ["input", "personAccountHolder", *path]
    denied = await tokenize(client, USER, {**USER_INPUT, "personAuthorizedUser": person})
    assert denied["__typename"] == "AccessDeniedError"


async def test_an_early_birth(client: httpx.AsyncClient) -> None:
    """A date of birth before 1970 is a date like any other."""
    person = {**PERSON_FIELDS, "dateOfBirth": "1932-02-29"}
    told = await tokenize(client, PERSON, {"personAccountHolder": person})
    assert told["__typename"] == "USPersonAccountHolderToken"


async def test_the_business_input_may_be_left_out(client: httpx.AsyncClient) -> None:
    """The published argument is nullable: without it a UserError says that it is needed."""
    minted = await mint(client, "generateTokenizeAccountHolderClientToken")
    document = mutation("tokenizeUSBusinessAccountHolder", ERRORS, has_input=False)
    told = await call(client, document, by=bearer(minted["value"]))
    assert told["tokenizeUSBusinessAccountHolder"]["errors"][0]["code"] == "REQUIRED"


async def test_a_risk_token_creates_holders(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """What the risk SDK hands out opens the creation of holders, and lives half an hour."""
    from tests.providers.highnote.world import switch  # noqa: PLC0415 - used once

    await switch(emulator, risk_enabled=True)
    minted = await mint(client, "generateRiskClientToken", {"sessionId": "s"})
    await advance(emulator, 1700)
    name = "createUSPersonAccountHolder"
    document = mutation(name, ERRORS, kind="CreateUSPersonAccountHolderInput!")
    by = bearer(minted["value"])
    made = (await call(client, document, {"input": PERSON_INPUT}, by=by))[name]
    assert made["__typename"] == PERSON
    await advance(emulator, 100)
    refused = await client.request(**posted("{ping}", by=by))
    assert refused.status_code == 401


async def test_tax_numbers_are_not_kept(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Of a social security number stay four digits and a digest."""
    token = (await tokenize(client, PERSON, PERSON_INPUT))["token"]
    await create(client, PERSON, token)
    sandbox = await sandbox_of(emulator)
    tail = await sandbox._ledger.read("default", NOWHERE)
    assert not isinstance(tail, Replaced)
    kept = encode_facts(tail.facts).decode()
    assert "000-12-3456" not in kept
    assert "000123456" not in kept
    assert "3456" in kept


async def test_a_reference_is_listed(client: httpx.AsyncClient) -> None:
    """The book shows it like any token: its text is its id."""
    token = (await tokenize(client, PERSON, PERSON_INPUT))["token"]
    listed = (await client.get("/_emulator/sandboxes/default/tokens")).json()["items"]
    assert [(item["jti"], item["token"]) for item in listed if item["jti"] == token] == [
        (token, token)
    ]


@pytest.mark.parametrize("defect", ["expired", "revoked"])
async def test_a_reference_with_a_defect(client: httpx.AsyncClient, defect: str) -> None:
    """It makes no holder: it had ended when it was minted."""
    fault = {"operation": "highnote.tokenizeUSPersonAccountHolder", "then": {"token": defect}}
    assert (await client.post("/_emulator/sandboxes/default/faults", json=fault)).is_success
    token = (await tokenize(client, PERSON, PERSON_INPUT))["token"]
    told = await create(client, PERSON, token)
    assert told["errors"][0]["errorPath"] == ["input", "token"]
