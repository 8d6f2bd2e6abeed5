"""GraphQL faults, each as its client sees it: the answer stays one that GraphQL allows."""

import json
from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from tests.graphql import CARD, ERRORS, posted

pytestmark = pytest.mark.anyio

MINT = "generatePaymentCardClientToken"
VALUES = {"input": {"paymentCardId": CARD, "permissions": ["READ_RESTRICTED_DETAILS"]}}
OTHER = "generateTokenizeAccountHolderClientToken"
INPUT = "GeneratePaymentCardClientTokenInput!"
SELECTION = f"{{ __typename ... on ClientToken {{ value expirationDate }} {ERRORS} }}"
DOCUMENT = f"mutation M($input: {INPUT}) {{ {MINT}(input: $input) {SELECTION} }}"
TWICE = f"""mutation M($input: {INPUT}) {{
  first: {MINT}(input: $input) {{ ...token }}
  {MINT}(input: $input) {{ ...token }}
  other: {OTHER} {{ __typename }}
}}
fragment token on GeneratePaymentCardClientTokenPayload {{
  ... on ClientToken {{ secret: value expirationDate }}
}}"""
ORDINARY = {
    "message": "Internal Server Error",
    "locations": [{"line": 1, "column": DOCUMENT.index(f"{MINT}(") + 1}],
}


async def ask(
    client: httpx.AsyncClient, document: str, fault: object, variables: object = VALUES
) -> Any:  # noqa: ANN401 - JSON
    """The whole answer to a call with a GraphQL fault, or with another that is a text."""
    text = fault if isinstance(fault, str) else f"graphql={json.dumps(json.dumps(fault))}"
    request = posted(document, variables, headers={"X-Emulator-Fault": text})
    answer = await client.request(**request)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert set(told) <= {"data", "errors", "extensions"}
    return told


def at(*path: str | int) -> dict[str, object]:
    """The members of an error that say where it is."""
    return {"path": list(path), "errorPath": list(path)}


async def test_errors_beside_data(client: httpx.AsyncClient) -> None:
    """What an error leaves unsaid is filled in as Highnote has it; the data is whole."""
    fault = {"errors": [{"message": "Broken", "extensions": {"code": "X"}}, {}]}
    told = await ask(client, DOCUMENT, fault)
    assert told["data"][MINT]["value"].startswith("eyJ")
    broken = ORDINARY | at(MINT) | {"message": "Broken", "extensions": {"code": "X"}}
    assert told["errors"] == [broken, ORDINARY | at(MINT)]


async def test_an_error_may_say_all_itself(client: httpx.AsyncClient) -> None:
    """What is given is not touched; the extra `errorPath` follows the path."""
    error = {"message": "Broken", "locations": [], "path": ["x", 1]}
    told = await ask(client, DOCUMENT, {"errors": [error]})
    assert told["errors"] == [error | {"errorPath": ["x", 1]}]


@pytest.mark.parametrize("path", ["expirationDate", f"{MINT}.expirationDate"])
async def test_a_field_is_nulled(client: httpx.AsyncClient, path: str) -> None:
    """One that may be null is, without a word; an error that is given points there."""
    told = await ask(client, DOCUMENT, {"null": [path]})
    assert told["data"][MINT]["expirationDate"] is None
    assert told["data"][MINT]["value"]
    assert "errors" not in told
    told = await ask(client, DOCUMENT, {"null": [path], "errors": [{"message": "Gone"}]})
    assert told["errors"] == [ORDINARY | at(MINT, "expirationDate") | {"message": "Gone"}]


async def test_null_goes_up_to_where_it_may_be(client: httpx.AsyncClient) -> None:
    """`value` can't be null, so the field of which it is a part is, and an error says why."""
    told = await ask(client, DOCUMENT, {"null": ["value"]})
    assert told["data"] == {MINT: None}
    assert told["errors"] == [ORDINARY | at(MINT, "value")]


@pytest.mark.parametrize(
    ("query", "path", "data", "place"),
    [
        ("{ ping }", "ping", None, ["ping"]),
        ("{ organizations { id } }", "0.id", {"organizations": None}, ["organizations", 0, "id"]),
        ("{ organizations { id } }", "*.id", {"organizations": None}, ["organizations", 0, "id"]),
        ("{ o: organizations { id } }", "id", {"o": None}, ["o", 0, "id"]),
    ],
)
async def test_null_goes_up_through_lists(
    client: httpx.AsyncClient, query: str, path: str, data: object, place: list[object]
) -> None:
    """To the list, if its items can't be null, and to the whole data at the last."""
    told = await ask(client, query, {"null": [path]}, None)
    assert told["data"] == data
    assert [error["path"] for error in told["errors"]] == [place]


async def test_no_data_at_all(client: httpx.AsyncClient) -> None:
    """`data: null` is explained by an error, its own or the usual one."""
    told = await ask(client, DOCUMENT, {"data": None})
    assert (told["data"], told["errors"]) == (None, [ORDINARY | at(MINT)])
    told = await ask(client, DOCUMENT, {"data": None, "errors": [{"message": "Gone"}]})
    assert [error["message"] for error in told["errors"]] == ["Gone"]


async def test_a_path_that_is_not_there(emulator: Emulator, client: httpx.AsyncClient) -> None:
    """Nothing is nulled, and the hint says so."""
    told = await ask(client, DOCUMENT, {"null": ["errors.0.code", "nowhere", "value.deeper"]})
    assert told["data"][MINT]["value"]
    assert "errors" not in told
    sandbox = await emulator.directory.open("default")
    call = next(iter(reversed(sandbox.journal)))
    assert "'nowhere' has no place in this answer" in call.hint
    assert call.fault == "X-Emulator-Fault"


async def test_the_operation_ran(emulator: Emulator, client: httpx.AsyncClient) -> None:
    """The token that the answer lost is there."""
    sandbox = await emulator.directory.open("default")
    before = len(sandbox.state.tokens.list_rows()[1])
    await ask(client, DOCUMENT, {"data": None})
    assert len(sandbox.state.tokens.list_rows()[1]) == before + 1


async def test_the_first_field_of_that_name_is_hit(client: httpx.AsyncClient) -> None:
    """Under its alias, through fragments; the call's other fields are left alone."""
    told = await ask(client, TWICE, {"null": ["secret"]})
    assert told["data"]["first"] is None
    assert told["data"][MINT]["secret"]
    assert told["data"]["other"]
    assert [error["path"] for error in told["errors"]] == [["first", "secret"]]


async def test_another_field_may_be_meant(client: httpx.AsyncClient) -> None:
    """`operation` in the header says which."""
    fault = json.dumps(json.dumps({"null": ["__typename"]}))
    told = await ask(client, TWICE, f"operation={OTHER}, graphql={fault}")
    assert told["data"]["other"] is None
    assert told["data"]["first"]["secret"]


async def test_a_rule_hits_its_own_field(client: httpx.AsyncClient) -> None:
    """An armed fault of one operation leaves calls of others alone."""
    rule = {
        "operation": f"highnote.{OTHER}",
        "then": {"graphql": {"data": None}},
    }
    armed = await client.post("/_emulator/sandboxes/default/faults", json=rule)
    assert armed.status_code == 201
    answer = await client.request(**posted(DOCUMENT, VALUES))
    assert answer.json()["data"][MINT]["value"]
    answer = await client.request(**posted(TWICE, VALUES))
    assert answer.json()["data"] is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [("not_found", "UserError"), ("invalid", "UserError"), ("forbidden", "AccessDeniedError")],
)
async def test_an_error_as_data(client: httpx.AsyncClient, error: str, kind: str) -> None:
    """A member of the field's union stands in its place, and the status stays 200."""
    told = await ask(client, DOCUMENT, f"error={error}")
    assert told["data"][MINT]["__typename"] == kind
    assert "errors" not in told


async def test_an_error_where_no_data_can_tell_it(client: httpx.AsyncClient) -> None:
    """A query's fields have no union for it: the field is null and an error has the words."""
    told = await ask(client, "{ organizations { id } }", "error=forbidden", None)
    assert told["data"] == {"organizations": None}
    assert [error["message"] for error in told["errors"]] == ["Access denied"]
    told = await ask(client, "{ ping }", "error=not_found", None)
    assert (told["data"], told["errors"][0]["message"]) == (None, "Not found")


async def test_a_whole_calls_fault_is_met_once(client: httpx.AsyncClient) -> None:
    """A fault of the transport hits the call, at its first field that matches, and counts so."""
    rule = {"operation": f"highnote.{MINT}", "then": {"transport": "garble"}}
    faults = "/_emulator/sandboxes/default/faults"
    made = (await client.post(faults, json=rule)).json()
    answer = await client.request(**posted(TWICE, VALUES))
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    hits = (await client.get(f"{faults}/{made['id']}")).json()["hits"]
    assert hits == {"matched": 1, "fired": 1}


async def test_a_rule_for_all_operations_counts_a_call_once(client: httpx.AsyncClient) -> None:
    """However many of a call's fields it matches: its second match is the second call."""
    rule = {"operation": "highnote.*", "when": {"after": 1}, "then": {"transport": "garble"}}
    faults = "/_emulator/sandboxes/default/faults"
    made = (await client.post(faults, json=rule)).json()
    assert (await client.request(**posted(TWICE, VALUES))).json()["data"]["other"]
    with pytest.raises(json.JSONDecodeError):
        (await client.request(**posted(TWICE, VALUES))).json()
    hits = (await client.get(f"{faults}/{made['id']}")).json()["hits"]
    assert hits == {"matched": 2, "fired": 1}
