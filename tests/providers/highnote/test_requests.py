import json
import time
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from emulator.app import Emulator
from tests.graphql import CARD, SET_PIN, call, card_token, posted
from tests.providers.highnote.world import sandbox_of

pytestmark = pytest.mark.anyio

NOWHERE: list[object] = []


async def send(client: httpx.AsyncClient, content: bytes, **headers: str) -> httpx.Response:
    """The answer to a body as it is."""
    request = posted("", headers={name.replace("_", "-"): value for name, value in headers.items()})
    request["content"] = content
    return await client.request(**request)


def error_of(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    """The first error of a request that was not understood, in the documented shape."""
    assert answer.status_code == 400
    told = answer.json()
    assert list(told) == ["data", "errors", "extensions"]
    assert told["data"] is None
    assert set(told["extensions"]) == {"requestId", "rateLimit"}
    for error in told["errors"]:
        assert list(error) == ["message", "locations", "path", "errorPath"]
        assert (error["path"], error["errorPath"]) == (NOWHERE, NOWHERE)
    return told["errors"][0]


BODIES = {
    "nothing": b"",
    "no JSON": b"{query: 1}",
    "cut JSON": b'{"query": "{ping}"',
    "a list": b'[{"query": "{ping}"}]',
    "a text": b'"{ping}"',
    "no query": b'{"variables": {}}',
    "a null query": b'{"query": null}',
    "a number for a query": b'{"query": 1}',
    "variables in a list": b'{"query": "{ping}", "variables": []}',
    "variables as text": b'{"query": "{ping}", "variables": "{}"}',
    "a number for a name": b'{"query": "{ping}", "operationName": 1}',
    "a duplicate key": b'{"query": "{ping}", "query": "{ping}"}',
    "no UTF-8": b'{"query": "\xff"}',
    "NaN": b'{"query": "{ping}", "variables": {"x": NaN}}',
    "an empty query": b'{"query": ""}',
    "a cut query": b'{"query": "{ping"}',
    "an unknown field": b'{"query": "{nope}"}',
    "an unknown fragment": b'{"query": "{...F}"}',
    "fragments in a circle": b'{"query": "query {...F} fragment F on Query {...G} '
    b'fragment G on Query {...F}"}',
    "an unknown operation": b'{"query": "query A {ping}", "operationName": "B"}',
    "operations without a name to choose": b'{"query": "query A {ping} query B {ping}"}',
    "a subscription": b'{"query": "subscription {ping}"}',
    "only fragments": b'{"query": "fragment F on Query {ping}"}',
    "a missing variable": b'{"query": "query Q($id: ID!) {node(id: $id) {id}}"}',
    "a variable of the wrong type": b'{"query": "query Q($id: ID!) {node(id: $id) {id}}", '
    b'"variables": {"id": {"a": 1}}}',
}


@pytest.mark.parametrize("body", BODIES)
async def test_requests_that_are_none(client: httpx.AsyncClient, body: str) -> None:
    """What can't be carried out is 400 in the documented shape, and says something."""
    assert error_of(await send(client, BODIES[body]))["message"]


async def test_errors_say_where(client: httpx.AsyncClient) -> None:
    """An error of the document has its line and column."""
    error = error_of(await client.request(**posted("{\n  nope\n}")))
    assert error["locations"] == [{"line": 2, "column": 3}]


SAMPLE = {"input": '{\n\t"paymentCardId": "some-payment-card-id",\n\t"newPin": "12ssss34"\n}'}


async def test_the_published_sample(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Its input is a JSON string: 400, with a hint; the PIN in it is in no journal."""
    token = await card_token(client, "SET_PAYMENT_CARD_PIN")
    answer = await client.request(**posted(SET_PIN, SAMPLE, by=token))
    assert error_of(answer)["message"]
    hint = answer.headers["x-emulator-hint"]
    assert hint == "variables.input is a JSON string: send the object itself, not its text."
    journal = (await sandbox_of(emulator)).journal
    record = next(iter(reversed(journal)))
    assert record.refusal == "invalid_document"
    assert "12ssss34" not in repr(record)


async def test_the_sample_put_right(client: httpx.AsyncClient) -> None:
    """With the input as an object, a real card and four digits the PIN is set."""
    token = await card_token(client, "SET_PAYMENT_CARD_PIN")
    values = {"paymentCardId": CARD, "newPin": "1234"}
    done = await call(client, SET_PIN, {"input": values}, by=token)
    assert done["setPinForPaymentCard"]["id"] == CARD


async def test_what_variables_as_text_get(client: httpx.AsyncClient) -> None:
    """When all the variables are text the hint says so as well."""
    answer = await send(client, BODIES["variables as text"])
    assert "JSON string" in answer.headers["x-emulator-hint"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html", "application/json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        (
            "application/graphql-response+json, application/json",
            "application/graphql-response+json",
        ),
        (
            "application/graphql-response+json;q=0.5, application/json;q=0.9",
            "application/json",
        ),
        (
            "application/json;q=x, application/graphql-response+json",
            "application/graphql-response+json",
        ),
        ("text/html, */*, application/graphql-response+json;q=0.1", "application/json"),
    ],
)
@pytest.mark.parametrize(("query", "status"), [("{ping}", 200), ("{nope}", 400)])
async def test_media_types(
    client: httpx.AsyncClient, accept: str | None, media: str, query: str, status: int
) -> None:
    """Accept chooses between the two types and changes no status; nobody is turned away."""
    headers = {"Accept": accept} if accept else {"Accept": "*/*"}
    answer = await client.request(**posted(query, headers=headers))
    assert answer.headers["content-type"] == media
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("application/graphql+json", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
async def test_content_types(client: httpx.AsyncClient, sent: str, status: int) -> None:
    """A body is JSON and says so."""
    answer = await send(client, b'{"query": "{ping}"}', Content_Type=sent)
    assert answer.status_code == status


async def test_other_methods(client: httpx.AsyncClient) -> None:
    """The endpoint takes POST alone, and there is nothing beside it."""
    answer = await client.get("/highnote/graphql")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["extensions"]["requestId"]
    assert (await client.get("/highnote/graph")).status_code == 404


async def test_introspection(client: httpx.AsyncClient) -> None:
    """Who is authenticated may introspect the whole schema."""
    data = await call(client, get_introspection_query(descriptions=False))
    assert len(data["__schema"]["types"]) > 150


async def test_a_document_in_full(client: httpx.AsyncClient) -> None:
    """Variables, operationName, fragments, aliases and directives do what they do."""
    query = """
    query A { ping }
    query B($id: ID!, $yes: Boolean!) {
      one: node(id: $id) { ...Card }
      two: node(id: $id) { ... on PaymentCard @include(if: $yes) { last4 } }
      ping @skip(if: $yes)
    }
    fragment Card on PaymentCard { id: id mine: status }
    """
    request = posted(query, {"id": CARD, "yes": True})
    body = json.loads(request["content"]) | {"operationName": "B"}
    request["content"] = json.dumps(body).encode()
    answer = await client.request(**request)
    data = answer.json()["data"]
    assert data["one"] == {"id": CARD, "mine": "ACTIVE"}
    assert list(data) == ["one", "two"]
    assert len(data["two"]["last4"]) == 4


HUGE = {
    "aliases": "{ " + " ".join(f"a{n}: ping" for n in range(10_000)) + " }",
    "more than the alias limit": "{ " + " ".join(f"a{n}: ping" for n in range(101)) + " }",
    "the same field": "{ " + "ping " * 3_000 + "}",
    "depth": "{ node(id: 1) " + "{ ... on PaymentCard " * 500 + "{id}" + "}" * 500 + " }",
    "more levels than the limit": "{" + "a{" * 21 + "a" + "}" * 21 + "}",
    "depth of fields": "{" + "a{" * 1_500 + "a" + "}" * 1_500 + "}",
    "depth of values": "{ node(id: " + "[" * 1_500 + "]" * 1_500 + ") { id } }",
    "a long text": '{ node(id: "' + "x" * 900_000 + '") { id } }',
    "a long comment": "#" + "x" * 900_000 + "\n{ping}",
    "fragments that multiply": "query { ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    + " fragment F30 on Query { ping }",
    "variable definitions": "query Q("
    + " ".join(f"$v{n}: ID" for n in range(5_000))
    + ") { ping }",
}


TOLD = {
    "aliases": "longer than",
    "more than the alias limit": "more than 100 aliases",
    "the same field": "more than 1000 fields",
    "more levels than the limit": "deeper than 20 levels",
    "a long text": "longer than",
    "a long comment": "longer than",
    "fragments that multiply": "more than 1000 fields",
    "variable definitions": "more than 4000 tokens",
}


@pytest.mark.parametrize("document", HUGE)
async def test_too_much_is_told_quickly(client: httpx.AsyncClient, document: str) -> None:
    """Documents that ask for too much are 400 before they cost anything."""
    started = time.process_time()
    answer = await client.request(**posted(HUGE[document]))
    assert TOLD.get(document, "nested too deeply") in error_of(answer)["message"]
    assert time.process_time() - started < 1.0


async def test_huge_variables(client: httpx.AsyncClient) -> None:
    """Most of a megabyte of variables is read and refused like a little."""
    many = ["READ_RESTRICTED_DETAILS"] * 30_000 + ["NOPE"]
    query = "mutation M($p: [PaymentCardClientTokenPermission!]!) { generatePaymentCardClientToken("
    query += f'input: {{paymentCardId: "{CARD}", permissions: $p}}) {{ __typename }} }}'
    started = time.process_time()
    assert error_of(await client.request(**posted(query, {"p": many})))
    assert time.process_time() - started < 2.0


async def test_what_every_answer_carries(client: httpx.AsyncClient) -> None:
    """Each answer has an id of its own and the limits as documented."""
    seen = [await client.request(**posted("{ping}")) for _ in range(2)]
    told = [answer.json()["extensions"] for answer in seen]
    assert told[0]["requestId"] != told[1]["requestId"]
    assert len(told[0]["requestId"]) == 36
    limit = told[0]["rateLimit"]
    assert list(limit) == ["asOf", "count", "complexity", "remaining", "limit"]
    assert limit["count"] == {"cost": 1, "remaining": 199, "limit": 200}
    assert limit["complexity"] == {"remaining": 4999, "limit": 5000}


async def test_an_answer_for_a_browser(client: httpx.AsyncClient) -> None:
    """Any origin may call with a Bearer, preflight included."""
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = await client.options("/highnote/graphql", headers=headers)
    assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
    token = await card_token(client)
    answer = await client.request(
        **posted("{ping}", by=token, headers={"Origin": "https://app.example"})
    )
    assert answer.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize("host", ["api.us.test.highnote.com", "api.us.highnote.com"])
async def test_by_host(client: httpx.AsyncClient, host: str) -> None:
    """A client with the real host comes through by its Host header."""
    request = posted("{ping}", prefix="", headers={"Host": host})
    assert (await client.request(**request)).json()["data"] == {"ping": "pong"}
