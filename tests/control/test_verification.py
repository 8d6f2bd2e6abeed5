"""Was it called so? Counts, orders, waiting; and what is not known is not guessed."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from emulator.app import Emulator, create_emulator
from emulator.control.evidence import Bounds
from emulator.core.journal import CallRecord, Message
from emulator.settings import Settings
from tests.conftest import client_of
from tests.control.answers import DEFAULT, create, message_at, read, read_problem
from tests.signing import PRIMARY, minting, signed

pytestmark = pytest.mark.anyio

MINTS = "zerohash.client_auth_token"
LISTS = "zerohash.list_participants"


async def verify(control: httpx.AsyncClient, **body: object) -> Any:  # noqa: ANN401 - JSON
    """What the emulator says to a question."""
    return read(await control.post(f"{DEFAULT}/calls/verify", json=body))


async def refuse(control: httpx.AsyncClient, *paths: str, **body: object) -> dict[str, Any]:
    """The problem that a question is, with errors at these paths."""
    return read_problem(await control.post(f"{DEFAULT}/calls/verify", json=body), 400, *paths)


@pytest.fixture
async def called(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Three mints: granted, refused (an unknown participant), granted."""
    for code in ("CUST01", "NOBODY", "CUST01"):
        await client.request(**minting(participant_code=code))
    return client


@pytest.mark.parametrize(
    ("where", "count", "verified"),
    [
        ({}, {"exact": 3}, True),
        ({}, {"exact": 2}, False),
        ({}, {"exact": 4}, False),
        ({"participant_code": "CUST01"}, {"exact": 2}, True),
        ({"participant_code": "CUST*"}, {"at_least": 2}, True),
        ({"participant_code": "CUST*"}, {"at_least": 3}, False),
        ({"participant_code": ["CUST01", "NOBODY"]}, {"at_least": 3, "at_most": 3}, True),
        ({"participant_code": "ELSE"}, {"at_most": 0}, True),
        ({"participant_code": "ELSE"}, {"exact": 0}, True),
        ({"participant_code": "NOBODY"}, {"at_most": 0}, False),
        ({"permissions": "crypto-buy"}, {"exact": 3}, True),
        ({"permissions.0": "crypto-buy"}, {"exact": 3}, True),
        ({"permissions.1": "crypto-buy"}, {"exact": 0}, True),
        ({"header:content-type": "application/json"}, {"exact": 3}, True),
        ({"header:Content-Type": "text/*"}, {"exact": 0}, True),
        ({"status": 201}, {"exact": 2}, True),
        ({"status": [400, 404]}, {"exact": 1}, True),
        ({"refusal": None}, {"exact": 2}, True),
        ({"refusal": "*"}, {"exact": 1}, True),
        ({"fault": None}, {"exact": 3}, True),
        ({"request.status": 201}, {"exact": 0}, True),
        ({"request.participant_code": "CUST01", "status": 201}, {"exact": 2}, True),
        ({"response.errors": "*"}, {"at_most": 1}, True),
        ({"response.header:x-request-id": "*"}, {"exact": 3}, True),
    ],
)
async def test_counts(
    control: httpx.AsyncClient,
    called: httpx.AsyncClient,
    where: dict[str, object],
    count: dict[str, int],
    verified: bool,  # noqa: FBT001 - what is expected
) -> None:
    """Calls are counted by what they asked and how they ended."""
    await called.get("/zerohash/time")
    verdict = await verify(control, operation=MINTS, where=where, count=count)
    assert verdict["verified"] is verified, verdict
    assert verdict["matched"] == len(verdict["calls"])


@pytest.mark.usefixtures("called")
async def test_without_a_count_one_is_enough(control: httpx.AsyncClient) -> None:
    """That is what `was called` means; and the calls are named."""
    verdict = await verify(control, operation=MINTS, where={"status": 201})
    assert verdict == {
        "verified": True,
        "reason": "2 calls match.",
        "matched": 2,
        "calls": ["call_1", "call_3"],
        "order": None,
        "evicted": False,
        "masked": [],
        "nearest": [],
    }


async def test_every_operation_of_a_provider(
    control: httpx.AsyncClient, called: httpx.AsyncClient
) -> None:
    """`zerohash.*` is any of them; parameters of path and query are looked into too."""
    await called.request(**signed("GET", "/participants/jane.doe@example.com"))
    await called.request(**signed("GET", "/participants?page=2"))
    every = await verify(control, operation="zerohash.*", count={"exact": 5})
    assert every["verified"] is True
    paged = await verify(control, operation="zerohash.*", where={"page": "2"})
    assert paged["calls"] == ["call_5"]


async def test_parameters_of_the_path(settings: Settings) -> None:
    """They are looked into by the names that the provider's documentation gives them."""
    made = create_emulator(msgspec.structs.replace(settings, providers=("usegrant",)))
    await made.start()
    async with client_of(made) as client:
        await client.get("/usegrant/v1/providers/p1/clients/c1")
        for name, wanted, count in (("clientId", "c1", 1), ("providerId", "p*", 1), ("x", "c1", 0)):
            body = {"operation": "usegrant.*", "where": {name: wanted}, "count": {"exact": count}}
            answer = await client.post(f"/_emulator{DEFAULT}/calls/verify", json=body)
            assert read(answer)["verified"] is True, name
    await made.close()


async def test_what_the_provider_sent(control: httpx.AsyncClient, emulator: Emulator) -> None:
    """A webhook is verified by its own name, and is none of the calls that came in."""
    journal = (await emulator.directory.open("default")).journal
    url = "http://127.0.0.1:9/hook?a=1"
    sent = Message({}, {"status": "done"}, "POST", url)
    webhook = "webhook"
    journal.close(
        journal.open(),
        CallRecord(
            "call_1",
            1.0,
            "out",
            "zerohash",
            webhook,
            "default",
            200,
            1.0,
            None,
            None,
            sent,
            Message({}),
        ),
    )
    where = {"request.status": "done", "a": "1", "status": 200}
    found = await verify(control, operation="zerohash.webhook", where=where)
    assert found["verified"] is True
    none = await verify(control, operation="zerohash.*", count={"exact": 0})
    assert none["verified"] is True


async def test_the_nearest_misses_say_how_they_differ(
    control: httpx.AsyncClient, called: httpx.AsyncClient
) -> None:
    """Those of the operation come first, the one with the fewest differences before all."""
    await called.get("/zerohash/time")
    verdict = await verify(
        control,
        operation=MINTS,
        where={"participant_code": "NOBODY", "status": 404, "unheard_of": 1},
    )
    assert verdict["verified"] is False
    assert verdict["reason"] == "0 calls match; at least 1 should."
    assert [miss["call"] for miss in verdict["nearest"]] == [
        "call_2",
        "call_3",
        "call_1",
        "call_4",
    ]
    nearest = {miss["call"]: miss["differences"] for miss in verdict["nearest"]}
    assert nearest["call_1"] == [
        {"path": "participant_code", "expected": "NOBODY", "actual": "CUST01", "masked": False},
        {"path": "status", "expected": 404, "actual": 201, "masked": False},
        {"path": "unheard_of", "expected": 1, "masked": False},
    ]
    assert nearest["call_4"] == [
        {"path": "operation", "expected": MINTS, "actual": "zerohash.time", "masked": False}
    ]


async def test_an_order(control: httpx.AsyncClient, called: httpx.AsyncClient) -> None:
    """The steps come one after another; what lies between does not matter."""
    await called.request(**signed("GET", "/participants"))
    granted = {"operation": MINTS, "where": {"status": 201}}
    refused = {"operation": MINTS, "where": {"refusal": "*"}}
    listed = {"operation": LISTS}
    good = await verify(control, order=[granted, refused, granted, listed])
    assert (good["verified"], good["order"]) == (True, ["call_1", "call_2", "call_3", "call_4"])
    assert (await verify(control, order=[granted, listed]))["order"] == ["call_1", "call_4"]
    bad = await verify(control, order=[refused, granted, granted])
    assert (bad["verified"], bad["order"]) == (False, ["call_2", "call_3"])
    assert "step 2 is missing" in bad["reason"]
    assert {miss["step"] for miss in bad["nearest"]} == {2}


@pytest.mark.usefixtures("called")
async def test_an_order_and_a_count(control: httpx.AsyncClient) -> None:
    """Both must hold."""
    order = [{"operation": MINTS, "where": {"status": 404}}, {"operation": MINTS}]
    for count, verified in ((3, True), (2, False)):
        verdict = await verify(control, operation=MINTS, count={"exact": count}, order=order)
        assert verdict["verified"] is verified
    wrong = await verify(control, operation=MINTS, count={"exact": 3}, order=order[::-1] * 2)
    assert wrong["verified"] is False


@pytest.mark.usefixtures("called")
async def test_since(control: httpx.AsyncClient) -> None:
    """Only the calls after that one count."""
    verdict = await verify(control, operation=MINTS, since="call_1", count={"exact": 2})
    assert (verdict["verified"], verdict["calls"]) == (True, ["call_2", "call_3"])
    later = await verify(control, operation=MINTS, since="call_99", count={"exact": 0})
    assert later["verified"] is True


async def wait_for(control: httpx.AsyncClient, **body: object) -> "asyncio.Future[Any]":
    """A question that waits."""
    asked = asyncio.ensure_future(verify(control, wait="20s", **body))
    for _ in range(20):  # until it does
        await asyncio.sleep(0)
    assert not asked.done()
    return asked


async def test_it_waits_until_it_is_so(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A call that comes later is waited for, and ends the wait at once."""
    asked = await wait_for(control, operation=MINTS, count={"exact": 2})
    await client.request(**minting())
    assert not asked.done()
    await client.request(**minting())
    verdict = await asyncio.wait_for(asked, 5)
    assert (verdict["verified"], verdict["matched"]) == (True, 2)


async def test_it_waits_no_longer_than_there_is_hope(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """No further call undoes one too many."""
    await client.request(**minting())
    verdict = await verify(control, operation=MINTS, count={"exact": 0}, wait="60s")
    assert verdict["verified"] is False
    asked = await wait_for(control, order=[{"operation": MINTS}, {"operation": LISTS}])
    await client.request(**signed("GET", "/participants"))
    assert (await asyncio.wait_for(asked, 5))["order"] == ["call_1", "call_2"]


async def test_a_count_that_is_reached_leaves_hope_for_the_order(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """As many as there may be, and a step of the order is yet to come."""
    await client.request(**minting())
    order = [{"operation": MINTS}, {"operation": LISTS}]
    asked = await wait_for(control, operation=MINTS, count={"exact": 1}, order=order)
    assert not asked.done()
    await client.request(**signed("GET", "/participants"))
    assert (await asyncio.wait_for(asked, 5))["verified"] is True


async def test_the_time_is_up(control: httpx.AsyncClient) -> None:
    """Then it says how it is."""
    verdict = await verify(control, operation=MINTS, wait="1ms")
    assert verdict["verified"] is False
    assert verdict["nearest"] == []


async def test_a_wait_ends_with_its_sandbox_and_with_the_process(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Nobody waits for what will not come."""
    await create(control, id="a")
    path = "/sandboxes/a/calls/verify"
    dropped = asyncio.ensure_future(control.post(path, json={"operation": MINTS, "wait": "20s"}))
    asked = await wait_for(control, operation=MINTS)
    await control.delete("/sandboxes/a")
    assert read(await asyncio.wait_for(dropped, 5))["verified"] is False
    assert not asked.done()
    emulator.directory.here.stop()
    assert (await asyncio.wait_for(asked, 5))["verified"] is False


async def test_what_was_forgotten_is_not_guessed(
    control: httpx.AsyncClient, client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """When the ring let calls of the range go, only what is certain is said."""
    emulator.directory._budget.total = 1  # the least that a ring has
    for _ in range(60):
        await client.request(**minting())
    last = await client.request(**signed("GET", "/participants"))
    sandbox = await emulator.directory.open("default")
    kept = len(sandbox.journal)
    assert 2 < kept < 60
    said = {}
    for name, count in {
        "enough": {"at_least": kept - 1},
        "perhaps": {"at_least": kept + 1},
        "too many": {"at_most": kept - 2},
        "at most": {"at_most": 60},
        "exact": {"exact": 60},
        "exceeded": {"exact": 1},
    }.items():
        verdict = await verify(control, operation=MINTS, count=count)
        assert verdict["evicted"] is True
        said[name] = verdict["verified"]
        if verdict["verified"] == "unknown":
            assert "forgotten" in verdict["reason"]
    assert said == {
        "enough": True,
        "perhaps": "unknown",
        "too many": False,
        "at most": "unknown",
        "exact": "unknown",
        "exceeded": False,
    }
    number = int(last.headers["x-emulator-call"].removeprefix("call_"))
    for since, expected in ((number - 2, True), (1, "unknown")):
        verdict = await verify(control, operation=MINTS, count={"exact": 1}, since=f"call_{since}")
        assert verdict["verified"] is expected or since == 1
    order = [{"operation": MINTS}, {"operation": LISTS}]
    assert (await verify(control, order=order))["verified"] is True
    assert (await verify(control, order=order[::-1]))["verified"] == "unknown"
    read_nothing = await control.delete(f"{DEFAULT}/calls")
    assert read_nothing.status_code == 204
    after = await verify(control, operation=MINTS, count={"exact": 0})
    assert (after["verified"], after["evicted"]) == (True, False)


async def test_masked_fields_are_refused_by_name(control: httpx.AsyncClient) -> None:
    """What the journal never has can't be asked for: not matching would be a lie."""
    problem = await refuse(
        control,
        "/where/caller",
        "/where/header:x-scx-signed",
        "/where/email",
        "/where/response.message.token",
        "/order/0/where/request.payload.email",
        operation=MINTS,
        where={
            "caller": PRIMARY.api_key,
            "header:x-scx-signed": "*",
            "email": "jane.doe@example.com",
            "response.message.token": "*",
        },
        order=[{"operation": MINTS, "where": {"request.payload.email": "*"}}],
    )
    assert "masked" in message_at(problem, "/where/email")
    assert "not kept" in message_at(problem, "/where/header:x-scx-signed")
    assert "fault" in message_at(problem, "/where/caller")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/operation", {}),
        ("/operation", {"operation": "zerohash.client_auth_tokne"}),
        ("/operation", {"operation": "nobody.x"}),
        ("/operation", {"where": {"a": 1}, "order": [{"operation": MINTS}]}),
        ("/operation", {"count": {"exact": 1}, "order": [{"operation": MINTS}]}),
        ("/order/1/operation", {"order": [{"operation": MINTS}, {"operation": "x"}]}),
        ("/count", {"operation": MINTS, "count": {}}),
        ("/count/exact", {"operation": MINTS, "count": {"exact": 1, "at_most": 2}}),
        ("/count/at_most", {"operation": MINTS, "count": {"at_least": 3, "at_most": 2}}),
        ("/since", {"operation": MINTS, "since": "yesterday"}),
        ("/wait", {"operation": MINTS, "wait": "61s"}),
        ("/wait", {"operation": MINTS, "wait": "-1s"}),
        ("/unknown", {"operation": MINTS, "unknown": 1}),
    ],
)
async def test_questions_that_mean_nothing_are_refused(
    control: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    """With everything that is wrong, at once."""
    await refuse(control, path, **body)


@pytest.mark.parametrize(
    ("low", "high", "least", "most", "expected"),
    [
        (2, 2, 2, 2, True),
        (2, 3, 2, 2, "unknown"),
        (2, 3, 3, 3, "unknown"),
        (2, 3, 4, None, False),
        (2, 3, 3, None, "unknown"),
        (2, 3, 0, 1, False),
        (2, 3, 0, 3, True),
        (2, None, 0, 9, "unknown"),
        (2, None, 2, None, True),
        (2, None, 3, None, "unknown"),
        (2, None, 0, 1, False),
    ],
)
def test_bounds(low: int, high: int | None, least: int, most: int | None, expected: object) -> None:
    """True or false only where every number between the bounds says so."""
    assert Bounds(low, high).compare(least, most) == expected
