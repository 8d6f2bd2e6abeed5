"""Several mutations in one document, faults among them, and the limiter."""

from functools import partial

import anyio
import httpx
import pytest

from emulator.app import Emulator
from emulator.core.facts import EntityDropped
from emulator.core.faults import Then
from emulator.edge.call import Call
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.rules.cards import move
from emulator.providers.highnote.schema.exchange import Exchange
from emulator.providers.highnote.state.kinds import API_KEYS, ORGANIZATIONS
from tests.graphql import CARD, OTHER_KEY, basic, call, card_token, posted
from tests.providers.highnote.world import advance, arm, note, sandbox_of, switch

pytestmark = pytest.mark.anyio

SELECTION = (
    "{ __typename ... on PaymentCard { status } ... on UserError { errors { code } }"
    " ... on AccessDeniedError { message } }"
)
GIVEN = f'(input: {{paymentCardId: "{CARD}"}})'
SEVERAL = (
    f"mutation {{ a: suspendPaymentCard{GIVEN} {SELECTION} b: activatePaymentCard{GIVEN} "
    f"{SELECTION} c: closePaymentCard{GIVEN} {SELECTION} d: activatePaymentCard{GIVEN} "
    f"{SELECTION} }}"
)


async def test_they_happen_in_order(client: httpx.AsyncClient) -> None:
    """Each mutation sees what the one before did, and a refused one stops nothing."""
    done = await call(client, SEVERAL)
    assert [done[key].get("status") for key in "abcd"] == ["SUSPENDED", "ACTIVE", "CLOSED", None]
    assert done["d"]["errors"] == [{"code": "INVALID"}]


async def test_the_credential_is_asked_again(emulator: Emulator) -> None:
    """A credential that ends between two mutations of a document ends the later ones."""
    sandbox = await sandbox_of(emulator)
    view = sandbox.view()
    key = view.table(API_KEYS).get("acme")
    organization = view.table(ORGANIZATIONS).get("acme")
    assert key is not None
    assert organization is not None
    request = Call("highnote.x", "POST", "/", {}, {}, b"", view.wall, "", "")
    exchange = Exchange(emulator.services, sandbox, request, Caller(organization, key, None), view)
    rule = partial(move, operation="suspendPaymentCard", card_id=CARD)
    first = await exchange.change("a", rule)
    assert not hasattr(first, "message")
    await note(emulator, EntityDropped(0.0, "highnote", "api_keys", "acme"))
    second = await exchange.change("b", partial(move, operation="closePaymentCard", card_id=CARD))
    assert getattr(second, "message", None) == "Access denied"


async def test_an_error_of_the_call_hits_it_whole(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A fault that is an HTTP error answers for the call, once, whichever root field it is for."""
    await arm(emulator, "activatePaymentCard", Then(error="unavailable"), 1)
    answer = await client.request(**posted(SEVERAL))
    assert answer.status_code == 503
    assert answer.json()["data"] is None
    sandbox = await sandbox_of(emulator)
    ((_, hits),) = sandbox.state.faults.items()
    assert (hits.matched, hits.fired) == (1, 1)
    assert (await call(client, SEVERAL))["a"]["status"] == "SUSPENDED"


async def test_an_error_that_is_data_hits_its_field(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A fault that is a member of a union is told by the first field of its operation only."""
    await arm(emulator, "activatePaymentCard", Then(error="access_denied"), 1)
    done = await call(client, SEVERAL)
    assert done["a"]["status"] == "SUSPENDED"
    assert done["b"] == {"__typename": "AccessDeniedError", "message": "Access denied"}
    assert done["c"]["status"] == "CLOSED"
    assert done["d"]["__typename"] == "UserError"


@pytest.mark.parametrize("row", ["not_found", "invalid", "required", "forbidden", "conflict"])
async def test_every_datum_can_be_injected(
    client: httpx.AsyncClient, emulator: Emulator, row: str
) -> None:
    """Each error that is data is told in the union's own words, and the hint says by whom."""
    await arm(emulator, "suspendPaymentCard", Then(error=row))
    query = f"mutation {{ x: suspendPaymentCard{GIVEN} {SELECTION} }}"
    answer = await client.request(**posted(query))
    expected = "AccessDeniedError" if row == "forbidden" else "UserError"
    assert answer.json()["data"]["x"]["__typename"] == expected
    assert answer.headers["x-emulator-hint"].startswith("Injected by f1")


async def test_a_fault_shortens_one_token(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """A lifetime by fault is the next token's."""
    await arm(emulator, "generatePaymentCardClientToken", Then(lifetime_s=5), 1)
    short, usual = await card_token(client), await card_token(client)
    await advance(emulator, 6)
    assert (await client.request(**posted("{ping}", by=short))).status_code == 401
    assert (await client.request(**posted("{ping}", by=usual))).status_code == 200


async def test_injected_rate_limits_say_when(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """The documented 429 is told with its own retryAfter and the header."""
    await arm(emulator, "ping", Then(error="rate_limited", retry_after=3))
    answer = await client.request(**posted("{ping}"))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"
    told = answer.json()
    assert told["data"] == {}
    assert told["extensions"]["rateLimit"]["retryAfter"] == 3
    assert told["errors"][0]["message"].startswith(
        "Usage limit exceeded. More than 200 request points used in 10 seconds."
    )


async def test_the_limiter(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Switched on, it lets exactly the limit through in its window, whatever the concurrency."""
    await switch(emulator, rate_limit={"enabled": True, "limit": 5})
    statuses: list[int] = []

    async def ping() -> None:
        statuses.append((await client.request(**posted("{ping}"))).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(ping)
    assert sorted(statuses) == [200] * 5 + [429] * 7
    answer = await client.request(**posted("{ping}"))
    told = answer.json()["extensions"]["rateLimit"]
    assert (told["remaining"], told["limit"], told["retryAfter"]) == (0, 5, 10)
    assert (await client.request(**posted("{ping}", by=basic(OTHER_KEY)))).status_code == 200
    await advance(emulator, 11)
    answer = await client.request(**posted("{ping}"))
    assert answer.json()["extensions"]["rateLimit"]["remaining"] == 4


async def test_complexity_and_tokens_have_limits(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Points of complexity are limited as well, and a token's subject has a limit of its own."""
    token = await card_token(client)
    await switch(emulator, rate_limit={"enabled": True, "token_limit": 2, "complexity": 30})
    assert (await client.request(**posted(SEVERAL))).status_code == 200
    answer = await client.request(**posted(SEVERAL))
    assert answer.status_code == 429
    assert "request complexity points" in answer.json()["errors"][0]["message"]
    statuses = [(await client.request(**posted("{ping}", by=token))).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_a_refused_call_spends_nothing(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """A single-use token that is refused by the limiter is good afterwards."""
    from tests.providers.highnote.test_single_use import (  # noqa: PLC0415 - used once
        ISSUE,
        issuing,
        single_use,
    )

    token = await single_use(client)
    await switch(emulator, rate_limit={"enabled": True, "token_limit": 1})
    other = await single_use(client)
    assert (await client.request(**posted(ISSUE, issuing(), by=other))).status_code == 200
    assert (await client.request(**posted(ISSUE, issuing(), by=token))).status_code == 429
    await advance(emulator, 11)
    assert (await client.request(**posted(ISSUE, issuing(), by=token))).status_code == 200
