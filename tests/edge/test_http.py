import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed
from emulator.core.faults import Delay, Rule, Then, When
from emulator.edge.call import Call
from tests.edge.house import House, scope_of
from tests.edge.toys import toy

pytestmark = pytest.mark.anyio


async def test_an_exception_is_the_providers_500(
    visitor: httpx.AsyncClient, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A defect of ours is told in the provider's words, journaled, and its trace is in the log."""
    answer = await visitor.post("/toy/crash")
    assert (answer.status_code, answer.json()) == (500, {"no": "broken"})
    assert "its log has the trace" in answer.headers["x-emulator-hint"]
    (entry,) = caplog.records
    assert (entry.name, entry.levelno) == ("emulator.calls", logging.ERROR)
    assert entry.getMessage() == "toy.crash failed"
    assert entry.exc_info is not None
    assert entry.exc_info[0] is ZeroDivisionError
    sandbox = await house.directory.open("default")
    assert [call.refusal for call in reversed(sandbox.journal)] == ["broken"]
    assert (await visitor.post("/toy/echo")).status_code == 200


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/toy/gone", "The sandbox was dropped while the call was under way."),
        ("/toy/down", "The ledger did not answer."),
    ],
)
async def test_what_went_away_is_the_providers_503(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, path: str, hint: str
) -> None:
    """A sandbox dropped meanwhile or a ledger that is down is its 503, and no defect."""
    answer = await visitor.post(path)
    assert (answer.status_code, answer.json()) == (503, {"no": "down"})
    assert answer.headers["x-emulator-hint"] == hint
    assert answer.headers["toy-retry"] == "true"
    assert not caplog.records


async def delayed(house: House, seconds: float = 60.0) -> None:
    """Hold every pass up."""
    sandbox = await house.directory.open("default")
    rule = Rule("f1", "toy.pass", 0.0, When(), Then(delay=Delay(seconds, seconds)))
    await sandbox.transact(lambda view: Decision(None, (FaultArmed(view.now, rule),)))


async def turns(count: int = 20) -> None:
    """Let everything that can go on go on."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_delay_holds_its_own_call_only(visitor: httpx.AsyncClient, house: House) -> None:
    """A delayed call waits while others are answered, and then is answered as without it."""
    await delayed(house)
    held = asyncio.create_task(visitor.post("/toy/pass"))
    await turns()
    assert (await visitor.post("/toy/echo")).status_code == 200
    assert not held.done()
    house.edge.end_delays()
    answer = await held
    assert answer.status_code == 200
    assert "token" in answer.json()


async def test_a_delay_lasts(visitor: httpx.AsyncClient, house: House) -> None:
    """A delay is real time, at least as long as asked for."""
    await delayed(house, 0.03)
    started = asyncio.get_running_loop().time()
    assert (await visitor.post("/toy/pass")).status_code == 200
    assert asyncio.get_running_loop().time() - started >= 0.029


async def test_a_delay_ends_when_the_client_leaves(house: House) -> None:
    """Who left is not waited for: the call ends at once, unanswered; what it did stays done."""
    await delayed(house)
    whole = {"type": "http.request", "body": b""}
    assert await house.speak(scope_of("POST", "/toy/pass"), whole) == []
    sandbox = await house.directory.open("default")
    assert len(sandbox.state.tokens) == 1


async def test_a_bare_scope_is_enough(house: House) -> None:
    """A server that tells neither raw path nor client is served as well."""
    scope = scope_of("GET", "/toy/shops/é")
    start, body = await house.speak(scope, {"type": "http.request"})
    assert start["status"] == 200
    said = json.loads(body["body"])["reply"]["said"]
    assert (said["name"], said["client"]) == ("é", "")


async def test_answers_have_a_type_and_a_length(visitor: httpx.AsyncClient) -> None:
    """Each answer with a body says what and how much it is; a call's answer says which call."""
    answer = await visitor.post("/toy/echo")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["x-emulator-call"] == "call_1"
    assert answer.headers["toy-number"].startswith("1 of ")
    assert "x-emulator-hint" not in answer.headers


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [(None, "http://front.test:99"), ("https://fixed.test", "https://fixed.test")],
)
async def test_urls_use_the_origin_that_asked(
    tmp_path: Path, public_url: str | None, origin: str
) -> None:
    """A call knows the origin that it came to, or the one that is fixed."""
    async with House(tmp_path, public_url=public_url).client("http://front.test:99") as visitor:
        answer = await visitor.get("/toy/shops/x")
    assert answer.json()["reply"]["said"]["origin"] == origin


async def test_calls_are_logged_when_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the switch on each call is one line of fields, without a word of its content."""
    caplog.set_level(logging.INFO, "emulator.calls")
    house = House(tmp_path, log_calls=True)
    await delayed(house, 0.001)
    async with house.client() as visitor:
        await visitor.post("/toy/echo", json={"x": "canary"}, headers={"X-Toy-Key": "nobody"})
        await visitor.post("/toy/pass")
    fields: list[dict[str, Any]] = [vars(entry)["fields"] for entry in caplog.records]
    assert [entry.pop("duration_ms") >= 0 for entry in fields] == [True, True]
    assert fields == [
        {
            "call": "call_1",
            "sandbox": "default",
            "operation": "toy.echo",
            "status": 401,
            "refusal": "unknown_caller",
            "fault": None,
        },
        {
            "call": "call_2",
            "sandbox": "default",
            "operation": "toy.pass",
            "status": 200,
            "refusal": None,
            "fault": "f1",
        },
    ]


async def test_calls_are_not_logged_otherwise(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Without the switch a call leaves no line."""
    caplog.set_level(logging.DEBUG, "emulator")
    await visitor.post("/toy/echo")
    assert not caplog.records


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("plain", "plain"),
        ("a\nb\r\0c", "a?b??c"),
        ("caf\u00e9 \u2028", "caf? ?"),
        ("x" * 400, "x" * 300),
    ],
)
async def test_hints_are_printable_ascii_of_300_bytes(
    visitor: httpx.AsyncClient, house: House, asked: str, sent: str
) -> None:
    """Whatever a room says, the header is one line of ASCII, cut where it is too long."""
    sandbox = await house.directory.open("default")
    rule = Rule(asked, "toy.pass", 0.0, When(), Then(error="internal"))
    await sandbox.transact(lambda view: Decision(None, (FaultArmed(view.now, rule),)))
    hint = (await visitor.post("/toy/pass")).headers["x-emulator-hint"]
    assert hint.removeprefix("Injected by ").startswith(sent[:280])
    assert len(hint) <= 300


async def test_a_call_whose_client_left_is_journaled(house: House) -> None:
    """It changed what it changed, so it is among the calls, although nobody got the answer."""
    sandbox = await house.directory.open("default")
    rule = Rule("slow", "toy.pass", 0.0, When(), Then(delay=Delay(3600.0, 3600.0)))
    await sandbox.transact(lambda view: Decision(None, (FaultArmed(view.now, rule),)))
    heard = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]
    said: list[object] = []

    async def receive() -> Any:  # noqa: ANN401 - ASGI
        return heard.pop(0)

    async def send(message: object) -> None:
        said.append(message)

    await house.edge(scope_of("POST", "/toy/pass"), receive, send)
    assert said == []
    assert [(call.operation, call.fault) for call in reversed(sandbox.journal)] == [
        ("pass", "slow")
    ]
    assert len(sandbox.state.tokens) == 1


async def test_whatever_breaks_is_told_in_the_providers_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Even where it is not yet known whose call it is."""

    def break_down(_: Call) -> Any:  # noqa: ANN401 - it never answers
        raise ZeroDivisionError

    broken = House(tmp_path, replace(toy, locate=break_down))
    transport = httpx.ASGITransport(broken.edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post("/toy/echo", headers={"origin": "https://a.test"})
    assert (answer.status_code, answer.json()) == (500, {"no": "broken"})
    assert answer.headers["access-control-allow-origin"] == "https://a.test"
    assert [entry.getMessage() for entry in caplog.records] == ["a call to toy failed"]
