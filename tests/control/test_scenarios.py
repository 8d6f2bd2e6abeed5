from pathlib import Path
from typing import Any

import httpx
import jsonschema
import msgspec
import pytest

from emulator.app import PROVIDERS
from emulator.control.scenarios.files import Repertoire, describe_scenarios, read_scenario
from emulator.core.fixtures import FixtureError, read_yaml
from emulator.shipped import load_scenarios, shipped_fixtures
from tests import signing
from tests.control.answers import read, read_problem

pytestmark = pytest.mark.anyio

SANDBOX = "/sandboxes/default"
RUNS = f"{SANDBOX}/scenarios"
NAMED = {provider.name: provider for provider in PROVIDERS}
SHIPPED = sorted((shipped_fixtures() / "scenarios").glob("*.yaml"))


async def play(control: httpx.AsyncClient, *steps: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """A run of these steps."""
    scenario = {"title": "made by a test", "steps": steps}
    return read(await control.post(RUNS, json={"scenario": scenario}), 201)


async def advance(control: httpx.AsyncClient, by: str) -> list[str]:
    """How what fell due ended."""
    moved = read(await control.post(f"{SANDBOX}/clock/advance", json={"by": by}))
    return [done["outcome"] for done in moved["due"]]


async def mint(client: httpx.AsyncClient, at: float | None = None) -> httpx.Response:
    """A zerohash mint."""
    request = signing.signed("POST", "/client_auth_token", signing.MINT, timestamp=at)
    return await client.request(**request)


@pytest.fixture
async def frozen(control: httpx.AsyncClient) -> httpx.AsyncClient:
    """The control API of a sandbox whose clock stands still."""
    read(await control.put(f"{SANDBOX}/clock", json={"mode": "frozen"}))
    return control


def test_the_shipped_library_is_whole() -> None:
    """Every scenario that is promised ships, is valid by the published schema, and has its say."""
    scenarios = load_scenarios(PROVIDERS, ()).read()
    assert set(scenarios) == {
        "answer-lost-after-mint",
        "clock-skew",
        "connector-outage",
        "documented-rate-limits",
        "flaky-fifth",
        "keys-rotated-under-load",
        "rate-limit-burst",
        "revoked-while-in-use",
        "slow-first-byte",
        "token-expires-mid-checkout",
    }
    schema = msgspec.json.decode(msgspec.json.encode(describe_scenarios()))
    jsonschema.Draft202012Validator.check_schema(schema)
    for file in SHIPPED:
        jsonschema.validate(read_yaml(file), schema)
        assert scenarios[file.stem].about


@pytest.mark.parametrize("name", [file.stem for file in SHIPPED])
async def test_every_shipped_scenario_can_be_played(frozen: httpx.AsyncClient, name: str) -> None:
    """All its steps are done, those of the start at once and the others within their hours."""
    run = read(await frozen.post(RUNS, json={"name": name}), 201)
    ended = [done["outcome"] for done in run["done"]] + await advance(frozen, "2h")
    scenario = load_scenarios(PROVIDERS, ()).read()[name]
    assert ended == ["done"] * len(scenario.steps)
    assert read(await frozen.get(RUNS))["items"] == []


async def test_steps_happen_in_their_order_on_the_sandboxes_clock(
    frozen: httpx.AsyncClient,
) -> None:
    """What is at 0 is done when the answer comes; the rest when the clock gets there."""
    run = await play(
        frozen,
        {"at": "2m", "lifetimes": {"zerohash": 20}},
        {"lifetimes": {"zerohash": 10}},
        {"at": "1m", "fault": {"operation": "zerohash.time", "then": {"delay": "1s"}}},
    )
    assert [done["key"] for done in run["done"]] == ["scenario_1/2"]
    assert [step["key"] for step in run["waiting"]] == ["scenario_1/3", "scenario_1/1"]
    assert run["waiting"][1]["step"] == {"at": "PT120S", "lifetimes": {"zerohash": 20}}
    assert read(await frozen.get(f"{SANDBOX}/lifetimes"))["zerohash"] == 10
    assert await advance(frozen, "59s") == []
    assert read(await frozen.get(f"{SANDBOX}/faults"))["items"] == []
    assert await advance(frozen, "1s") == ["done"]
    (rule,) = read(await frozen.get(f"{SANDBOX}/faults"))["items"]
    assert rule["operation"] == "zerohash.time"
    assert await advance(frozen, "1h") == ["done"]
    assert read(await frozen.get(f"{SANDBOX}/lifetimes"))["zerohash"] == 20


async def test_a_fault_is_armed_at_its_own_time(frozen: httpx.AsyncClient) -> None:
    """When the clock leaps over a step, `for` counts from the step's time and not from the leap."""
    fault = {"operation": "zerohash.time", "when": {"for": "30s"}, "then": {"error": "internal"}}
    run = await play(frozen, {"at": "1m", "fault": fault})
    assert await advance(frozen, "80s") == ["done"]
    (rule,) = read(await frozen.get(f"{SANDBOX}/faults"))["items"]
    assert rule["armed_at"] == run["waiting"][0]["at"]


async def test_revoke_and_expire_end_active_tokens(
    frozen: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Of the provider, kind and subject that are named; what is minted later is good."""
    assert [(await mint(client)).status_code for _ in range(2)] == [201, 201]
    await play(
        frozen,
        {"expire": {"kind": "no such kind"}},
        {"expire": {"subject": "NOBODY"}},
        {"at": "1s", "revoke": {"provider": "zerohash", "subject": "CUST01"}},
    )

    async def statuses() -> list[str]:
        items = read(await frozen.get(f"{SANDBOX}/tokens"))["items"]
        return [token["status"] for token in items]

    assert await statuses() == ["active", "active"]
    await advance(frozen, "1s")
    assert await statuses() == ["revoked", "revoked"]
    assert (await mint(client)).status_code == 201
    assert await statuses() == ["active", "revoked", "revoked"]


async def test_the_clock_rotation_and_switches(frozen: httpx.AsyncClient) -> None:
    """Steps change what the control API's own requests change."""
    keys = f"{SANDBOX}/jwks/zerohash.json"
    before = read(await frozen.get(keys))
    await play(
        frozen,
        {"rotate": {"provider": "zerohash", "step": "abrupt"}},
        {"settings": {"zerohash": {"rsa_bits": 2048, "rate_limit": {"enabled": True}}}},
        {"clock": {"mode": "frozen", "at": "2030-01-01T00:00:00Z"}},
    )
    assert read(await frozen.get(keys)) != before
    settings = read(await frozen.get(f"{SANDBOX}/settings"))["zerohash"]
    assert (settings["rsa_bits"], settings["rate_limit"]["enabled"]) == (2048, True)
    assert read(await frozen.get(f"{SANDBOX}/clock"))["now"] == "2030-01-01T00:00:00Z"


async def test_a_step_that_can_not_be_done_says_so(frozen: httpx.AsyncClient) -> None:
    """The steps behind it are done all the same."""
    run = await play(
        frozen,
        {"rotate": {"provider": "zerohash", "step": "activate"}},
        {"lifetimes": {"zerohash": 9}},
    )
    first, second = (done["outcome"] for done in run["done"])
    assert first.startswith("not done: ")
    assert second == "done"


async def test_a_scenario_arms_no_more_than_may_be(frozen: httpx.AsyncClient) -> None:
    """The bound on armed faults holds for steps as well, and those over it say so."""
    fault = {"operation": "zerohash.time", "then": {"delay": "1ms"}}
    for _ in range(5):
        await play(frozen, *({"fault": fault},) * 200)
    (done,) = (await play(frozen, {"fault": fault}))["done"]
    assert done["outcome"].startswith("not done: 1000 faults are armed")
    assert len(read(await frozen.get(f"{SANDBOX}/faults?limit=1000"))["items"]) == 1000


async def test_steps_to_come_are_shown_as_written(frozen: httpx.AsyncClient) -> None:
    """Without what they leave unsaid; a null that says something stays."""
    steps: list[dict[str, Any]] = [
        {
            "at": "PT10S",
            "fault": {
                "operation": "zerohash.time",
                "when": {"times": 2, "for": "PT60S"},
                "then": {"error": "internal"},
            },
        },
        {"at": "PT20S", "clock": {"mode": "real"}},
        {"at": "PT20S", "settings": {"zerohash": {"rsa_bits": None}}},
        {"at": "PT30S", "revoke": {"provider": "zerohash"}},
    ]
    waiting = (await play(frozen, *steps))["waiting"]
    assert [one["step"] for one in waiting] == steps


async def test_what_is_to_come_can_be_let_go(frozen: httpx.AsyncClient) -> None:
    """Stopping forgets the steps of every run that are still to come, and nothing that was done."""
    await play(frozen, {"lifetimes": {"zerohash": 9}}, {"at": "1m", "revoke": {}})
    await play(frozen, {"at": "1m", "lifetimes": {"zerohash": 8}})
    assert len(read(await frozen.get(RUNS))["items"]) == 2
    assert (await frozen.delete(RUNS)).status_code == 204
    assert read(await frozen.get(RUNS))["items"] == []
    assert await advance(frozen, "1h") == []
    assert read(await frozen.get(f"{SANDBOX}/lifetimes"))["zerohash"] == 9


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, [""]),
        ({"name": "flaky-fifth", "scenario": {"title": "x", "steps": [{"revoke": {}}]}}, [""]),
        ({"name": "flaky-fith"}, ["/name"]),
        ({"scenario": {"title": "x", "steps": []}}, ["/scenario/steps"]),
        ({"scenario": {"steps": [{"revoke": {}}]}}, ["/scenario/title"]),
        ({"scenario": {"title": "x", "steps": [{}]}}, ["/scenario/steps/0"]),
        (
            {"scenario": {"title": "x", "steps": [{"at": 3, "revoke": {}}]}},
            ["/scenario/steps/0/at"],
        ),
        (
            {"scenario": {"title": "x", "steps": [{"revoke": {}, "expire": {}}]}},
            ["/scenario/steps/0/expire"],
        ),
        (
            {
                "scenario": {
                    "title": "x",
                    "steps": [
                        {"at": "-1s", "revoke": {"provider": "zerohsh"}},
                        {"clock": {"mode": "frozen", "by": "1s"}},
                        {"lifetimes": {"zero": 3}},
                        {"settings": {"zerohash": {"rsa_bits": 1}}},
                        {"rotate": {"provider": "x"}},
                        {"fault": {"operation": "zerohash.tim", "then": {"token": "x"}}},
                    ],
                }
            },
            [
                "/scenario/steps/0/at",
                "/scenario/steps/0/revoke/provider",
                "/scenario/steps/1/clock/by",
                "/scenario/steps/2/lifetimes/zero",
                "/scenario/steps/3/settings/zerohash/rsa_bits",
                "/scenario/steps/4/rotate/provider",
                "/scenario/steps/5/fault/operation",
                "/scenario/steps/5/fault/then/token",
            ],
        ),
    ],
)
async def test_what_could_never_happen_is_refused(
    frozen: httpx.AsyncClient, body: dict[str, Any], paths: list[str]
) -> None:
    """With everything that is wrong, and nothing of it is done."""
    read_problem(await frozen.post(RUNS, json=body), 400, *paths)
    assert read(await frozen.get(RUNS))["items"] == []


async def test_the_library_is_listed(control: httpx.AsyncClient) -> None:
    """By name, with what it is about; the schema is there to be had."""
    items = read(await control.get("/scenarios"))["items"]
    assert items == sorted(items, key=lambda item: item["name"])
    assert {"name", "title", "about", "steps"} == set(items[0])
    answer = await control.get("/scenarios/schema.json")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json()["$schema"].endswith("2020-12/schema")


# Each line is ten of the one before.
BOMB = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: x\nsteps: [{at: 1s}]", "/steps/0 must do one thing"),
        ("title: x\nsteps: [{at: 1x, revoke: {}}]", "/steps"),
        ("title: x\ntitle: y\nsteps: []", "stands twice"),
        ("- 1", "must be"),
        ("title: [", "own.yaml"),
        (
            "title: x\nsteps: &a [{settings: {zerohash: *a}}]",
            "an alias stands within what it names",
        ),
        (f"a0: &a0 [1]\n{BOMB}", "its aliases make more than"),
    ],
)
def test_a_file_that_holds_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """The text names the file and all that is wrong."""
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(FixtureError) as refused:
        read_scenario(NAMED, file)
    assert "own.yaml" in str(refused.value)
    assert told in str(refused.value)


def test_own_scenarios_lie_beside_the_shipped(tmp_path: Path) -> None:
    """Of one name the own goes first; a file that was changed is read anew."""
    file = tmp_path / "flaky-fifth.yaml"
    file.write_text("title: mine\nsteps: [{revoke: {}}]")
    repertoire = Repertoire(NAMED, [shipped_fixtures() / "scenarios", tmp_path])
    assert repertoire.read()["flaky-fifth"].title == "mine"
    file.write_text("title: mine again\nsteps: [{revoke: {}}]")
    assert repertoire.read()["flaky-fifth"].title == "mine again"
