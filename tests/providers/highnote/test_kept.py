"""Verifying GraphQL calls by what the journal has kept of them."""

from typing import Any

import httpx
import pytest

from emulator.providers.highnote.routes.kept import read_kept
from tests.graphql import CARD, MINTED, OTHER_CARD, mutation, posted

pytestmark = pytest.mark.anyio

NAME = "generatePaymentCardClientToken"
MINT = mutation(NAME, MINTED)
LITERAL = (
    f'mutation {{ a: {NAME}(input: {{paymentCardId: "{CARD}", '
    "permissions: [READ_RESTRICTED_DETAILS]}) { __typename } ping: __typename }"
)


async def verify(client: httpx.AsyncClient, **body: object) -> Any:  # noqa: ANN401 - JSON
    """What the emulator says to a question."""
    answer = await client.post("/_emulator/sandboxes/default/calls/verify", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ask(card: str) -> dict[str, object]:
    """The variables of a mint."""
    return {"input": {"paymentCardId": card, "permissions": ["READ_RESTRICTED_DETAILS"]}}


async def test_variables_and_literals_alike(client: httpx.AsyncClient) -> None:
    """As a fault's `match`: the root field's arguments, wherever their values stood."""
    await client.request(**posted(MINT, ask(CARD)))
    await client.request(**posted(LITERAL))
    await client.request(**posted(MINT, ask(OTHER_CARD)))
    operation = f"highnote.{NAME}"
    first = await verify(client, operation=operation, where={"input.paymentCardId": CARD})
    assert first["calls"][0] == "call_1"
    other = await verify(client, operation=operation, where={"input.paymentCardId": OTHER_CARD})
    assert (other["verified"], other["calls"]) == (True, ["call_3"])
    told = await verify(client, operation=operation, where={"input.permissions": "READ*"})
    assert told["verified"] is True


async def test_a_call_of_two_fields_is_a_call_of_either(client: httpx.AsyncClient) -> None:
    """Each is judged by its own arguments."""
    await client.request(**posted("{ __typename ping }"))
    for name in ("ping", "__typename"):
        kept = read_kept({"query": "{ __typename ping }", "variables": None})
        assert name in kept
    assert (await verify(client, operation="highnote.ping"))["calls"] == ["call_1"]


async def test_what_was_masked_whole_is_not_known(client: httpx.AsyncClient) -> None:
    """Variables of a refused request are not kept: the call may have been the one, or not."""
    await client.request(**posted(MINT, ask(CARD), by="Bearer nonsense"))
    operation = f"highnote.{NAME}"
    verdict = await verify(client, operation=operation, where={"input.paymentCardId": CARD})
    assert verdict["verified"] == "unknown"
    assert verdict["masked"] == ["input.paymentCardId"]
    assert "masked" in verdict["reason"]
    sure = await verify(client, operation=operation, where={"status": 401}, count={"exact": 1})
    assert sure["verified"] is True


@pytest.mark.parametrize(
    "body",
    [
        None,
        "***",
        [],
        {"query": 1},
        {"query": "***", "variables": "***"},
        {"query": "{"},
        {"query": "query A { ping } query B { ping }"},
        {"query": "query A { ping }", "operationName": "B"},
        {"query": "{ ...Nowhere }"},
        {"query": "{ ...F } fragment F on Query { ...F }"},
        {"query": "fragment F on Query { ping }"},
    ],
)
def test_what_can_not_be_read_asks_nothing(body: Any) -> None:  # noqa: ANN401 - JSON
    """No document, no operation that is meant, fragments that lead nowhere or in a circle."""
    assert read_kept(body) == {}
