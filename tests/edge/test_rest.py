import asyncio
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed
from emulator.core.faults import Hits, Rule, Then, When
from emulator.core.sandbox import Sandbox
from tests.edge.house import House
from tests.edge.toys import KEYS, limited

pytestmark = pytest.mark.anyio


async def arm(house: House, then: Then, when: When | None = None, name: str = "f1") -> Sandbox:
    """Arm a fault on passes in the default sandbox."""
    sandbox = await house.directory.open("default")
    rule = Rule(name, "toy.pass", 0.0, when or When(), then)
    await sandbox.transact(lambda view: Decision(None, (FaultArmed(view.now, rule),)))
    return sandbox


async def test_a_granted_call_changes_and_answers(visitor: httpx.AsyncClient, house: House) -> None:
    """What the rule grants is appended, signed and rendered, with its hint in a header."""
    answer = await visitor.post("/toy/pass")
    sandbox = await house.directory.open("default")
    jti = answer.json()["reply"]["jti"]
    record = sandbox.state.tokens.get(jti)
    assert record is not None
    public = KEYS.public(record.grant.key)
    claims: dict[str, Any] = jwt.decode(answer.json()["token"], public, algorithms=["RS256"])
    assert claims == record.claims()
    assert answer.headers["x-emulator-hint"] == "A pass."


async def test_authentication_is_told_before_a_bad_body(visitor: httpx.AsyncClient) -> None:
    """Who may not call is told that, and nothing of the body; who may is told of the body."""
    bad = await visitor.post("/toy/echo", content=b"{", headers={"X-Toy-Key": "nobody"})
    assert (bad.status_code, bad.json()) == (401, {"no": "who are you"})
    good = await visitor.post("/toy/echo", content=b"{")
    assert (good.status_code, good.json()) == (400, {"no": "body is not valid JSON"})


async def test_a_fault_goes_before_everything(visitor: httpx.AsyncClient, house: House) -> None:
    """An injected error is told to anybody, whatever they sent, and the operation does not run."""
    sandbox = await arm(house, Then(error="slow_down", retry_after=7))
    for headers, content in (({}, b""), ({"X-Toy-Key": "nobody"}, b""), ({}, b"{")):
        answer = await visitor.post("/toy/pass", headers=headers, content=content)
        assert (answer.status_code, answer.text) == (429, "Slow down, {who}.")
        assert answer.headers["retry-after"] == "7"
        assert answer.headers["x-emulator-hint"].startswith("Injected by f1: ")
    assert len(sandbox.state.tokens) == 0
    assert sandbox.state.counters == {}
    assert (await visitor.post("/toy/echo")).status_code == 200


async def test_an_error_may_be_named_by_alias(visitor: httpx.AsyncClient, house: House) -> None:
    """The names that all providers share lead to the provider's own row."""
    await arm(house, Then(error="unavailable"))
    answer = await visitor.post("/toy/pass")
    assert (answer.status_code, answer.json()) == (503, {"no": "down"})


async def test_a_lifetime_fault_lets_the_call_run(visitor: httpx.AsyncClient, house: House) -> None:
    """A fault without an error changes what is minted and is named in the journal."""
    sandbox = await arm(house, Then(lifetime_s=5), When(times=1))
    lifetimes = []
    for _ in range(2):
        jti = (await visitor.post("/toy/pass")).json()["reply"]["jti"]
        record = sandbox.state.tokens.get(jti)
        assert record is not None
        lifetimes.append(record.grant.lifetime_s)
    assert lifetimes == [5, 600]
    assert [call.fault for call in reversed(sandbox.journal)] == [None, "f1"]


async def test_the_providers_own_trigger_goes_first(
    visitor: httpx.AsyncClient, house: House
) -> None:
    """The provider's own header takes the call; armed rules count it and keep their firing."""
    sandbox = await arm(house, Then(error="internal"), When(times=1))
    taken = await visitor.post("/toy/pass", headers={"X-Toy-Error": "slow_down"})
    assert taken.status_code == 429
    assert [hits for _, hits in sandbox.state.faults.items()] == [Hits(1, 0)]
    assert (await visitor.post("/toy/pass")).status_code == 500
    assert [hits for _, hits in sandbox.state.faults.items()] == [Hits(2, 1)]
    alone = await visitor.post("/toy/echo", headers={"X-Toy-Error": "slow_down"})
    assert alone.status_code == 429


async def test_times_two_is_exactly_two_whatever_the_concurrency(
    visitor: httpx.AsyncClient, house: House
) -> None:
    """Of 64 calls at once exactly two are hit, and each is counted."""
    sandbox = await arm(house, Then(error="internal"), When(after=3, times=2))
    answers = await asyncio.gather(*(visitor.post("/toy/pass") for _ in range(64)))
    assert sorted(answer.status_code for answer in answers) == [200] * 62 + [500] * 2
    assert [hits for _, hits in sandbox.state.faults.items()] == [Hits(64, 2)]


async def test_calls_at_once_draw_distinct_ids(visitor: httpx.AsyncClient, house: House) -> None:
    """64 passes sold at once are 64 passes, each in the book, each call with its own number."""
    answers = await asyncio.gather(*(visitor.post("/toy/pass") for _ in range(64)))
    jtis = {answer.json()["reply"]["jti"] for answer in answers}
    sandbox = await house.directory.open("default")
    assert len(jtis) == len(sandbox.state.tokens) == 64
    assert {f"call_{n}" for n in range(1, 65)} == {a.headers["x-emulator-call"] for a in answers}


async def test_what_the_network_knows_is_got_first(visitor: httpx.AsyncClient) -> None:
    """A rule that needs it is handed what was got, for the caller that asks."""
    answer = await visitor.post("/toy/prepared", json=1, headers={"X-Toy-Key": "ann"})
    assert answer.json()["reply"]["said"] == {"sent": 1, "got": ["ann", "default"]}
    nothing = await visitor.post("/toy/prepared", json=1, headers={"X-Toy-Key": "shy"})
    assert nothing.json()["reply"]["said"] == 1


async def test_nothing_is_got_for_who_may_not_call(visitor: httpx.AsyncClient) -> None:
    """Neither a stranger nor a broken body makes the emulator ask the network."""
    stranger = await visitor.post("/toy/prepared", json=1, headers={"X-Toy-Key": "nobody"})
    assert stranger.status_code == 401
    assert (await visitor.post("/toy/prepared", content=b"{")).status_code == 400


async def test_a_limit_lets_so_many_through(tmp_path: Path) -> None:
    """Of many calls at once exactly as many as the limit are let through, each key its own."""
    async with House(tmp_path, limited).client() as visitor:
        calls = [visitor.post("/toy/echo", headers={"X-Toy-Key": "ann"}) for _ in range(16)]
        answers = await asyncio.gather(*calls)
        assert sorted(answer.status_code for answer in answers) == [200, 200] + [429] * 14
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["x-emulator-hint"].startswith("2 calls in 60 s are allowed")
        for headers in ({"X-Toy-Key": "bob"}, {}, {}, {}):
            assert (await visitor.post("/toy/echo", headers=headers)).status_code == 200


async def test_a_fault_comes_before_the_limit(tmp_path: Path) -> None:
    """An injected error is not counted by the limiter."""
    house = House(tmp_path, limited)
    await arm(house, Then(error="internal"), When(times=3))
    async with house.client() as visitor:
        statuses = [
            (await visitor.post("/toy/pass", headers={"X-Toy-Key": "ann"})).status_code
            for _ in range(6)
        ]
    assert statuses == [500, 500, 500, 200, 200, 429]
