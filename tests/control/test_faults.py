"""The control API's door to the faults."""

from typing import Any

import httpx
import pytest

from tests.control.answers import DEFAULT, create, freeze, message_at, read, read_problem
from tests.signing import minting

pytestmark = pytest.mark.anyio

FAULTS = f"{DEFAULT}/faults"
MINT = "zerohash.client_auth_token"


async def arm(control: httpx.AsyncClient, **then: object) -> Any:  # noqa: ANN401 - JSON
    """A rule for mints, armed."""
    return read(await control.post(FAULTS, json={"operation": MINT, "then": then}), 201)


async def test_a_rule_is_answered_whole(control: httpx.AsyncClient) -> None:
    """201 has the rule as GET shows it: defaults filled in, no hits yet."""
    await freeze(control, "2030-01-01T00:00:00Z")
    rule = await arm(control, error="rate_limited", retry_after=3, delay="250ms")
    assert rule == {
        "id": "fault_1",
        "operation": MINT,
        "match": {},
        "when": {"after": 0, "times": None, "every": 1, "probability": 1.0, "for": None},
        "then": {"error": "rate_limited", "retry_after": 3, "delay": "PT0.25S"},
        "hits": {"matched": 0, "fired": 0},
        "armed_at": "2030-01-01T00:00:00Z",
    }
    assert read(await control.get(f"{FAULTS}/fault_1")) == rule
    assert read(await control.get(FAULTS)) == {"items": [rule], "next": None}


async def test_error_after_and_times(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """The rule lets `after` calls pass, fires `times` times, and counts all that it meets."""
    rule = {"operation": MINT, "when": {"after": 1, "times": 2}, "then": {"error": "unavailable"}}
    read(await control.post(FAULTS, json=rule), 201)
    statuses = [(await client.request(**minting())).status_code for _ in range(5)]
    assert statuses == [201, 503, 503, 201, 201]
    assert read(await control.get(f"{FAULTS}/fault_1"))["hits"] == {"matched": 5, "fired": 2}


async def test_retry_after(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """An error can tell when to come back."""
    await arm(control, error="rate_limited", retry_after=3)
    response = await client.request(**minting())
    assert (response.status_code, response.headers["retry-after"]) == (429, "3")


async def test_disarming(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A disarmed rule is gone, the others stay; all can go at once."""
    for _ in range(3):
        await arm(control, error="internal")
    assert (await control.delete(f"{FAULTS}/fault_2")).status_code == 204
    read_problem(await control.delete(f"{FAULTS}/fault_2"), 404)
    read_problem(await control.get(f"{FAULTS}/fault_2"), 404)
    left = read(await control.get(FAULTS))["items"]
    assert [rule["id"] for rule in left] == ["fault_3", "fault_1"]
    assert (await control.delete(FAULTS)).status_code == 204
    assert (await control.delete(FAULTS)).status_code == 204
    assert read(await control.get(FAULTS))["items"] == []
    assert (await client.request(**minting())).status_code == 201
    assert (await arm(control, error="internal"))["id"] == "fault_4"


async def test_paging(control: httpx.AsyncClient) -> None:
    """Newest first, a page at a time."""
    for _ in range(3):
        await arm(control, delay="1ms")
    first = read(await control.get(f"{FAULTS}?limit=2"))
    second = read(await control.get(f"{FAULTS}?limit=2&cursor={first['next']}"))
    ids = [rule["id"] for rule in first["items"] + second["items"]]
    assert (ids, second["next"]) == (["fault_3", "fault_2", "fault_1"], None)


async def test_faults_stay_in_their_sandbox(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A rule meets the calls of its own sandbox only."""
    await create(control, id="a")
    rule = {"operation": "zerohash.time", "then": {"error": "internal"}}
    read(await control.post("/sandboxes/a/faults", json=rule), 201)
    assert (await client.get("/zerohash/time")).status_code == 200
    assert (await client.get("/_s/a/zerohash/time")).status_code == 500


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["/operation", "/then"]),
        ({"operation": MINT}, ["/then"]),
        ({"operation": MINT, "then": {}}, ["/then"]),
        ({"operation": MINT, "then": {"error": None}}, ["/then"]),
        ({"operation": MINT, "then": 1}, ["/then"]),
        ({"operation": MINT, "then": {"retry_after": 1}}, ["/then/retry_after"]),
        ({"operation": MINT, "then": {"delay": "1s", "retry_after": 1}}, ["/then/retry_after"]),
        (
            {"operation": MINT, "then": {"error": "internal", "retry_after": -1}},
            ["/then/retry_after"],
        ),
        ({"operation": MINT, "then": {"error": "rate_limitd"}}, ["/then/error"]),
        ({"operation": MINT, "then": {"error": "internal", "lifetime": 3}}, ["/then/lifetime"]),
        ({"operation": "zerohash.time", "then": {"lifetime": 3}}, ["/then/lifetime"]),
        ({"operation": "zerohash.tim", "then": {"lifetime": 3}}, ["/operation"]),
        ({"operation": "time", "then": {"delay": "1s"}}, ["/operation"]),
        ({"operation": "zerohash", "then": {"delay": "1s"}}, ["/operation"]),
        ({"operation": "zerohsh.time", "then": {"delay": "1s"}}, ["/operation"]),
        ({"operation": MINT, "then": {"delay": "61s"}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"delay": "0s"}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"delay": "-1s"}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"delay": 250}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"delay": {"min": "1s"}}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"lifetime": "0s"}}, ["/then/lifetime"]),
        ({"operation": MINT, "then": {"delay": {"min": "2s", "max": "1s"}}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"delay": {"p50": "1s", "max": "1s"}}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"delay": {"p50": "1s", "p99": "61s"}}}, ["/then/delay"]),
        ({"operation": MINT, "then": {"transport": "rest"}}, ["/then/transport"]),
        ({"operation": MINT, "then": {"transport": "deadline"}}, ["/then/transport"]),
        ({"operation": MINT, "then": {"effect": "after"}}, ["/then/effect"]),
        (
            {"operation": MINT, "then": {"transport": "truncate", "effect": "after"}},
            ["/then/effect"],
        ),
        (
            {"operation": MINT, "then": {"transport": "reset", "error": "internal"}},
            ["/then/transport"],
        ),
        (
            {"operation": MINT, "then": {"transport": "reset", "token": "expired"}},
            ["/then/token"],
        ),
        ({"operation": MINT, "then": {"token": "expird"}}, ["/then/token"]),
        ({"operation": MINT, "then": {"token": "missing_claim:"}}, ["/then/token"]),
        ({"operation": "zerohash.time", "then": {"token": "expired"}}, ["/then/token"]),
        ({"operation": "zerohash.*", "then": {"token": "expired"}}, ["/then/token"]),
        ({"operation": MINT, "then": {"graphql": {"data": None}}}, ["/then/graphql"]),
        (
            {"operation": "highnote.ping", "then": {"graphql": {"data": 1}}},
            ["/then/graphql/data"],
        ),
        ({"operation": MINT, "then": {"grpc": {"code": "UNAVAILABLE"}}}, ["/then/grpc"]),
        (
            {"operation": MINT, "then": {"grpc": {"code": "OK"}}},
            ["/then/grpc/code", "/then/grpc"],
        ),
        ({"operation": MINT, "then": {"grpc": {"message": "x"}}}, ["/then/grpc/code"]),
        ({"operation": MINT, "then": {"sequence": []}}, ["/then/sequence"]),
        ({"operation": MINT, "then": {"sequence": ["pas"]}}, ["/then/sequence/0"]),
        ({"operation": MINT, "then": {"sequence": [{}]}}, ["/then/sequence/0"]),
        (
            {"operation": MINT, "then": {"sequence": ["pass", {"error": "x"}]}},
            ["/then/sequence/1/error"],
        ),
        (
            {"operation": MINT, "then": {"sequence": ["pass"], "error": "internal"}},
            ["/then/sequence"],
        ),
        ({"operation": MINT, "then": {"delay": "1s", "repeat": True}}, ["/then/repeat"]),
        ({"operation": MINT, "then": {"delay": "1s"}, "when": {"times": 0}}, ["/when/times"]),
        ({"operation": MINT, "then": {"delay": "1s"}, "when": {"after": -1}}, ["/when/after"]),
        ({"operation": MINT, "then": {"delay": "1s"}, "when": {"after": 1.5}}, ["/when/after"]),
        ({"operation": MINT, "then": {"delay": "1s"}, "when": {"every": 0}}, ["/when/every"]),
        (
            {"operation": MINT, "then": {"delay": "1s"}, "when": {"probability": 0}},
            ["/when/probability"],
        ),
        ({"operation": MINT, "then": {"delay": "1s"}, "when": {"for": "x"}}, ["/when/for"]),
        ({"operation": MINT, "then": {"delay": "1s"}, "match": {"a/b": {}}}, ["/match/a~1b"]),
        ({"operation": MINT, "then": {"delay": "1s"}, "match": {"a": []}}, ["/match/a"]),
    ],
)
async def test_what_could_never_fire_is_refused(
    control: httpx.AsyncClient, body: dict[str, Any], paths: list[str]
) -> None:
    """Unknown operations, fields and errors, contradictions and bad numbers arm nothing."""
    read_problem(await control.post(FAULTS, json=body), 400, *paths)
    assert read(await control.get(FAULTS))["items"] == []


async def test_the_nearest_names_are_told(control: httpx.AsyncClient) -> None:
    """A typo is answered with what was meant."""
    for body, path, near in (
        ({"operation": MINT, "then": {"error": "rate_limitd"}}, "/then/error", "rate_limited"),
        ({"operation": "zerohash.tim", "then": {"delay": "1s"}}, "/operation", "zerohash.time"),
        ({"operation": "zerohash.time", "then": {"lifetime": 3}}, "/then/lifetime", MINT),
    ):
        problem = read_problem(await control.post(FAULTS, json=body), 400, path)
        assert near in message_at(problem, path)


@pytest.mark.parametrize(
    "error",
    [
        "unauthorized",
        "forbidden",
        "not_found",
        "conflict",
        "validation",
        "rate_limited",
        "internal",
        "unavailable",
        "timeout",
        "invalid_timestamp",
    ],
)
async def test_aliases_and_rows_can_be_armed(
    control: httpx.AsyncClient, client: httpx.AsyncClient, error: str
) -> None:
    """Every common name, and each row's own, is an error of the provider's."""
    await arm(control, error=error)
    response = await client.request(**minting())
    assert response.status_code >= 400
    assert response.headers["x-emulator-hint"].startswith("Injected by fault_1")


async def test_there_is_an_end_to_arming(control: httpx.AsyncClient) -> None:
    """A sandbox holds a thousand rules, not any number."""
    for _ in range(1000):
        await arm(control, delay="1ms")
    body = {"operation": MINT, "then": {"delay": "1ms"}}
    read_problem(await control.post(FAULTS, json=body), 409)
