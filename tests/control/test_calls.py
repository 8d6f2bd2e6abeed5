"""The journal of calls."""

from typing import Any

import httpx
import pytest

from tests.control.answers import DEFAULT, create, freeze, read, read_problem
from tests.signing import MINT, PRIMARY, minting, signed

pytestmark = pytest.mark.anyio

CALLS = f"{DEFAULT}/calls"
AT = "2030-01-01T00:00:00Z"
AT_S = 1_893_456_000


async def ids(control: httpx.AsyncClient, **query: object) -> list[str]:
    """The ids of the calls that a query finds."""
    params = {name: str(value) for name, value in query.items()}
    return [call["id"] for call in read(await control.get(CALLS, params=params))["items"]]


async def explain(control: httpx.AsyncClient, call: str) -> Any:  # noqa: ANN401 - JSON
    """What the emulator says of a call."""
    return read(await control.get(f"{CALLS}/{call}/explain"))


async def test_a_record_has_the_documented_members(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A call is kept with both its halves, at the sandbox's time."""
    await freeze(control, AT)
    response = await client.request(**signed("POST", "/client_auth_token", MINT, timestamp=AT_S))
    record = read(await control.get(f"{CALLS}/{response.headers['x-emulator-call']}"))
    assert record == read(await control.get(CALLS))["items"][0]
    request, answer = record.pop("request"), record.pop("response")
    assert record.pop("duration_ms") > 0
    assert "sandbox clock" in record.pop("hint")
    assert record == {
        "id": "call_1",
        "at": AT,
        "direction": "in",
        "provider": "zerohash",
        "operation": "client_auth_token",
        "sandbox": "default",
        "status": 201,
        "refusal": None,
        "fault": None,
    }
    assert (request["method"], request["target"]) == ("POST", "/client_auth_token")
    assert request["body"]["permissions"] == ["crypto-buy"]
    assert set(answer) == {"headers", "body", "size"}
    assert answer["size"] == len(response.content)


async def test_no_secret_is_kept(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Neither the passphrase nor the signature nor the token is in the journal."""
    request = minting()
    token = read(await client.request(**request), 201)["message"]["token"]
    text = (await control.get(CALLS)).text
    for secret in (PRIMARY.passphrase, request["headers"]["X-SCX-SIGNED"], token):
        assert secret not in text


async def test_filters(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Each filter alone and all together; newest first."""
    await freeze(control, AT)
    await client.get("/zerohash/time")
    await client.get("/zerohash/participants")
    read(await control.post(f"{DEFAULT}/clock/advance", json={"by": "10s"}))
    await client.get("/zerohash/nowhere")
    await client.get("/zerohash/time")
    assert await ids(control) == ["call_4", "call_3", "call_2", "call_1"]
    assert await ids(control, provider="zerohash") == ["call_4", "call_3", "call_2", "call_1"]
    assert await ids(control, provider="highnote") == []
    assert await ids(control, operation="time") == ["call_4", "call_1"]
    assert await ids(control, operation="zerohash.time") == ["call_4", "call_1"]
    assert await ids(control, status=404) == ["call_3"]
    assert await ids(control, refusal="missing_api_key") == ["call_2"]
    assert await ids(control, direction="in", status=200) == ["call_4", "call_1"]
    assert await ids(control, direction="out") == []
    assert await ids(control, since="2030-01-01T00:00:10Z") == ["call_4", "call_3"]
    assert await ids(control, since="2030-01-01T01:00:10.5+01:00") == []
    assert await ids(control, since="call_2") == ["call_4", "call_3"]
    assert await ids(control, since="call_2", operation="time") == ["call_4"]


async def test_paging(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Pages of a filtered list follow each other."""
    for path in ("time", "nowhere", "time", "time"):
        await client.get(f"/zerohash/{path}")
    first = read(await control.get(f"{CALLS}?operation=time&limit=2"))
    assert [call["id"] for call in first["items"]] == ["call_4", "call_3"]
    assert await ids(control, operation="time", limit=2, cursor=first["next"]) == ["call_1"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "ok"),
        ("direction", "up"),
        ("since", "yesterday"),
        ("since", "2030-01-01T00:00:00"),
        ("since", "call_x"),
        ("since", "17"),
    ],
)
async def test_filters_that_can_match_nothing(
    control: httpx.AsyncClient, name: str, value: str
) -> None:
    """A value that no call could have is refused."""
    read_problem(await control.get(CALLS, params={name: value}), 400, f"?{name}")


async def test_forgetting(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A cleared journal is empty; numbers go on."""
    await client.get("/zerohash/time")
    assert (await control.delete(CALLS)).status_code == 204
    assert await ids(control) == []
    read_problem(await control.get(f"{CALLS}/call_1"), 404)
    await client.get("/zerohash/time")
    assert await ids(control) == ["call_2"]


@pytest.mark.parametrize("call", ["call_1", "1", "call_", "call_99999999999999999999", "x"])
async def test_unknown_calls(control: httpx.AsyncClient, call: str) -> None:
    """A call that was not made, or is forgotten, is 404."""
    for path in (f"{CALLS}/{call}", f"{CALLS}/{call}/explain"):
        assert "journal" in read_problem(await control.get(path), 404)["detail"]


async def test_calls_stay_in_their_sandbox(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """One sandbox's calls are not another's."""
    await create(control, id="a")
    await client.get("/_s/a/zerohash/time")
    assert await ids(control) == []
    assert read(await control.get("/sandboxes/a/calls"))["items"][0]["sandbox"] == "a"


async def test_explaining_a_wrong_signature(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Both digests are told, and the mistake that makes the received one."""
    body = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
    request = signed("POST", "/client_auth_token", body, signing=b"{}")
    response = await client.request(**request)
    assert response.status_code == 403
    told = await explain(control, "call_1")
    assert told["refusal"] == "invalid_signature"
    assert told["explanation"]["received"] == request["headers"]["X-SCX-SIGNED"]
    assert told["explanation"]["expected"] != told["explanation"]["received"]
    assert told["source"].startswith("[")
    assert told["what_to_do"]
    assert PRIMARY.secret not in str(told)


async def test_explaining_a_refusal(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A refusal is explained by its hint and where it is known from."""
    await client.get("/zerohash/participants")
    told = await explain(control, "call_1")
    assert (told["refusal"], told["status"]) == ("missing_api_key", 403)
    assert told["what_to_do"] == told["hint"] == "Send X-SCX-API-KEY."


async def test_explaining_faults(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A fault is named with the way to disarm it; one that was asked for says by what."""
    rule = {"operation": "zerohash.time", "then": {"error": "internal"}}
    read(await control.post(f"{DEFAULT}/faults", json=rule), 201)
    await client.get("/zerohash/time")
    told = await explain(control, "call_1")
    assert told["fault"] == "fault_1"
    assert f"DELETE /_emulator{DEFAULT}/faults/fault_1" in told["what_to_do"]
    await client.get(
        "/zerohash/participants", headers={"X-Simulator-Scenario": "service-unavailable"}
    )
    assert "X-Simulator-Scenario" in (await explain(control, "call_2"))["what_to_do"]


async def test_explaining_what_was_granted(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Where nothing went wrong there is nothing to do."""
    await client.get("/zerohash/time")
    told = await explain(control, "call_1")
    assert told["what_to_do"].startswith("Nothing")
    assert told["source"] is None
