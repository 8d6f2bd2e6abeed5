import uuid
from typing import Any

import anyio
import httpx
import pytest

from emulator.app import Emulator
from emulator.core.faults import Then
from emulator.providers.highnote.state.kinds import PAYMENT_CARDS
from tests.graphql import (
    ACCOUNT,
    ERRORS,
    RESTRICTED_KEY,
    SUSPENDED_ACCOUNT,
    basic,
    bearer,
    call,
    mint,
    mutation,
    posted,
)
from tests.providers.highnote.world import arm, sandbox_of

pytestmark = pytest.mark.anyio

ISSUE = mutation(
    "issuePaymentCardForFinancialAccount", "... on PaymentCard { id status } " + ERRORS
)


def issuing(account: str = ACCOUNT, **more: object) -> dict[str, Any]:
    """The variables that issue a card."""
    options = {"expirationDate": "2090-01-31T23:59:59Z", "activateOnCreate": True}
    return {"input": {"financialAccountId": account, "options": options, **more}}


async def single_use(client: httpx.AsyncClient) -> str:
    """The Authorization of a single-use token."""
    values = {"financialAccountId": ACCOUNT, "permissions": ["ISSUE_PAYMENT_CARD"]}
    name = "generateFinancialAccountSingleUseClientToken"
    return bearer((await mint(client, name, values, by=basic(RESTRICTED_KEY)))["value"])


async def test_it_is_good_once(client: httpx.AsyncClient) -> None:
    """The first use issues a card, the second is 401."""
    token = await single_use(client)
    issued = await call(client, ISSUE, issuing(), by=token)
    assert issued["issuePaymentCardForFinancialAccount"]["status"] == "ACTIVE"
    answer = await client.request(**posted(ISSUE, issuing(), by=token))
    assert answer.status_code == 401
    assert "SINGLE_USE" in answer.headers["x-emulator-hint"]


FAILURES = {
    "a wrong input": (ISSUE, issuing(options={"expirationDate": "x", "activateOnCreate": True})),
    "another account": (ISSUE, issuing(SUSPENDED_ACCOUNT)),
    "an invalid document": ("{ nope }", None),
    "a wrong variable": (ISSUE, {"input": "text"}),
    "a query": ("{ ping }", None),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failed_use_spends_it(client: httpx.AsyncClient, failure: str) -> None:
    """Whatever the first request was, and however it failed, the token is spent."""
    token = await single_use(client)
    query, variables = FAILURES[failure]
    first = await client.request(**posted(query, variables, by=token))
    assert first.status_code in {200, 400}
    again = await client.request(**posted(ISSUE, issuing(), by=token))
    assert again.status_code == 401


async def test_an_injected_error_does_not_spend_it(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A fault that answers instead of the operation changes nothing but its own count."""
    token = await single_use(client)
    await arm(emulator, "issuePaymentCardForFinancialAccount", Then(error="unavailable"), 1)
    assert (await client.request(**posted(ISSUE, issuing(), by=token))).status_code == 503
    issued = await call(client, ISSUE, issuing(), by=token)
    assert issued["issuePaymentCardForFinancialAccount"]["status"] == "ACTIVE"


async def test_of_many_at_once_one_wins(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """However many use it at the same time, exactly one card is issued."""
    token = await single_use(client)
    statuses: list[int] = []

    async def use() -> None:
        statuses.append((await client.request(**posted(ISSUE, issuing(), by=token))).status_code)

    before = len((await sandbox_of(emulator)).state.table(PAYMENT_CARDS))
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(use)
    assert sorted(statuses) == [200] + [401] * 19
    assert len((await sandbox_of(emulator)).state.table(PAYMENT_CARDS)) == before + 1


async def test_one_document_is_one_use(client: httpx.AsyncClient) -> None:
    """Of several mutations in one document only the first is done with a single-use token."""
    token = await single_use(client)
    field = "issuePaymentCardForFinancialAccount(input: $input) { __typename }"
    kind = "IssuePaymentCardForFinancialAccountInput!"
    document = f"mutation M($input: {kind}) {{ a: {field} b: {field} }}"
    done = await call(client, document, issuing(), by=token)
    assert done == {"a": {"__typename": "PaymentCard"}, "b": {"__typename": "AccessDeniedError"}}


async def test_an_idempotency_key_yields_the_first_card(client: httpx.AsyncClient) -> None:
    """The same key again answers the card that it issued; a key is a version 4 UUID."""
    key = str(uuid.UUID("12345678-1234-4234-8234-123456789abc"))
    first = await call(client, ISSUE, issuing(idempotencyKey=key))
    again = await call(client, ISSUE, issuing(idempotencyKey=key.upper()))
    assert first == again
    assert await call(client, ISSUE, issuing()) != first
    refused = await client.request(**posted(ISSUE, issuing(idempotencyKey="not a uuid")))
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        (issuing(SUSPENDED_ACCOUNT), ["financialAccountId"]),
        (issuing("ac_nobody"), ["financialAccountId"]),
        (
            issuing(options={"expirationDate": "2001-01-01T00:00:00Z", "activateOnCreate": True}),
            ["options", "expirationDate"],
        ),
        (
            issuing(options={"expirationDate": "soon", "activateOnCreate": True}),
            ["options", "expirationDate"],
        ),
    ],
)
async def test_cards_that_can_not_be_issued(
    client: httpx.AsyncClient, variables: dict[str, Any], path: list[str]
) -> None:
    """A wrong account or expiry is a UserError that names its place."""
    told = (await call(client, ISSUE, variables))["issuePaymentCardForFinancialAccount"]
    assert told["__typename"] == "UserError"
    assert told["errors"][0]["errorPath"] == ["input", *path]
