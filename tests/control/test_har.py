"""The journal as an HTTP Archive."""

import json
from typing import Any

import httpx
import jsonschema
import pytest

from emulator.app import create_emulator
from emulator.control.har import show_entry
from emulator.core.journal import CallRecord, Message
from emulator.settings import Settings
from tests.conftest import client_of
from tests.contract.canaries import REQUESTS
from tests.control.answers import DEFAULT, create, freeze, read, read_problem
from tests.control.har_shape import HAR
from tests.graphql import CARD, MINTED, mutation, posted
from tests.signing import PRIMARY, minting, signed

pytestmark = pytest.mark.anyio

VALIDATOR = jsonschema.Draft202012Validator(HAR)


def check(har: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """The entries of an archive that is valid."""
    assert [error.message for error in VALIDATOR.iter_errors(har)] == []
    entries: list[Any] = har["log"]["entries"]
    for entry in entries:
        timings = entry["timings"]
        assert entry["time"] == timings["send"] + timings["wait"] + timings["receive"]
    return entries


async def export(
    control: httpx.AsyncClient, query: str = "", sandbox: str = "default"
) -> list[Any]:
    """The entries that the emulator exports."""
    return check(read(await control.get(f"/sandboxes/{sandbox}/calls.har{query}")))


async def test_an_entry(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Both halves of a call, at the sandbox's time, and what it was to the emulator."""
    await freeze(control, "2030-01-01T00:00:00Z")
    answer = await client.request(**minting(participant_code="NOBODY"))
    (entry,) = await export(control)
    assert entry["startedDateTime"] == "2030-01-01T00:00:00Z"
    request, response = entry["request"], entry["response"]
    assert request["method"] == "POST"
    assert request["url"] == "http://localhost:4600/zerohash/client_auth_token"
    assert request["postData"]["mimeType"] == "application/json"
    assert json.loads(request["postData"]["text"])["participant_code"] == "NOBODY"
    assert {"name": "content-type", "value": "application/json"} in request["headers"]
    assert (response["status"], response["statusText"]) == (404, "Not Found")
    assert json.loads(response["content"]["text"]) == answer.json()
    assert response["content"]["size"] == response["bodySize"] == len(answer.content)
    call = read(await control.get(f"{DEFAULT}/calls/call_1"))
    names = ("sandbox", "direction", "provider", "operation", "status", "refusal", "fault", "hint")
    assert entry["_emulator"] == {"call": "call_1", **{name: call[name] for name in names}}


async def test_the_order_and_the_filters(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """In the order in which the calls came in; chosen as in the list of calls."""
    for code in ("CUST01", "NOBODY", "CUST01"):
        await client.request(**minting(participant_code=code))
    assert [e["_emulator"]["call"] for e in await export(control)] == ["call_1", "call_2", "call_3"]
    refused = await export(control, "?status=404")
    assert [e["_emulator"]["call"] for e in refused] == ["call_2"]
    read_problem(await control.get(f"{DEFAULT}/calls.har?limit=1"), 400, "?limit")
    read_problem(await control.get(f"{DEFAULT}/calls.har?status=x"), 400, "?status")


async def test_the_file(control: httpx.AsyncClient) -> None:
    """A browser saves it under the sandbox's name; an empty one is valid too."""
    await create(control, id="a")
    answer = await control.get("/sandboxes/a/calls.har")
    assert answer.headers["content-disposition"] == 'attachment; filename="a.har"'
    assert answer.headers["content-type"] == "application/json"
    assert check(answer.json()) == []


async def test_an_entry_can_be_sent_again(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Its URL leads to the same operation of the same sandbox, query and all."""
    await create(control, id="a")
    await client.get("/_s/a/zerohash/participants?page=2&page_size=5")
    (entry,) = await export(control, sandbox="a")
    assert entry["request"]["queryString"] == [
        {"name": "page", "value": "2"},
        {"name": "page_size", "value": "5"},
    ]
    again = await client.get(entry["request"]["url"])
    assert again.headers["x-emulator-sandbox"].startswith("a;")
    first, second = await export(control, sandbox="a")
    for name in ("operation", "refusal"):
        assert first["_emulator"][name] == second["_emulator"][name]
    assert first["request"]["url"] == second["request"]["url"]


async def test_no_secret_is_exported(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """It is masked as the journal is."""
    request = minting()
    token = read(await client.request(**request), 201)["message"]["token"]
    await client.request(**signed("GET", "/participants/jane.doe@example.com"))
    text = (await control.get(f"{DEFAULT}/calls.har")).text
    for secret in (PRIMARY.passphrase, request["headers"]["X-SCX-SIGNED"], token, "jane.doe"):
        assert secret not in text


async def test_every_request_of_every_provider_is_valid() -> None:
    """Whatever is sent, files, forms and nonsense among it."""
    made = create_emulator(Settings())
    await made.start()
    async with client_of(made) as client:
        for flock in REQUESTS.values():
            for request in flock.requests():
                await client.request(**request)
        await client.request(**posted(mutation("generatePaymentCardClientToken", MINTED), CARD))
        await client.get("/zerohash/nowhere/\u00e9%20%00?a=b=c&d&\u00e9=%ff")
        answer = await client.get("/_emulator/sandboxes/default/calls.har")
        assert len(check(read(answer))) > 20
    await made.close()


def record(**values: Any) -> CallRecord:  # noqa: ANN401 - the record's
    """A call."""
    usual: dict[str, Any] = {
        "id": "call_1",
        "at": 1.0,
        "direction": "in",
        "provider": "toy",
        "operation": "op",
        "sandbox": "default",
        "status": 200,
        "duration_ms": 2.5,
        "refusal": None,
        "fault": None,
        "request": Message({}, None, "GET", "/"),
        "response": Message({}),
    }
    return CallRecord(**{**usual, **values})


def test_a_call_that_left_has_its_own_address() -> None:
    """A webhook went to its receiver; one that nobody answered has status 0."""
    url = "http://127.0.0.1:9/hook?a=1"
    sent = record(direction="out", status=0, request=Message({}, {"a": 1}, "POST", url, 7))
    entry = show_entry(sent, "http://localhost:4600")
    assert (entry.request.url, entry.response.status, entry.response.status_text) == (url, 0, "")


def test_no_call_is_said_to_have_a_status_that_there_is_not() -> None:
    """A status without a phrase has none."""
    assert show_entry(record(status=299), "http://h").response.status_text == ""


def test_a_call_over_grpc() -> None:
    """HTTP's status is 200; gRPC's own stands where gRPC has it."""
    call = record(
        status=16,
        request=Message({}, {"a": 1}, "POST", "/pkg.Service/Method", 9),
        response=Message({"grpc-status": "16", "grpc-message": "no"}, None, size=0),
    )
    entry = show_entry(call, "http://localhost:4600")
    assert entry.request.url == "http://localhost/pkg.Service/Method"
    assert entry.request.http_version == entry.response.http_version == "HTTP/2.0"
    assert (entry.response.status, entry.own.status) == (200, 16)
    assert ("grpc-status", "16") in [(pair.name, pair.value) for pair in entry.response.headers]
    assert "gRPC" in str(entry.comment)
