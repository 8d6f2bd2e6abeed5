"""What a person or a form asks beforehand: operations, signatures, schemas, the world as a file."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.settings import Settings
from tests.control.answers import read_problem

pytestmark = pytest.mark.anyio

DEFAULT = "/sandboxes/default"


@pytest.fixture
def settings() -> Settings:
    """All providers: what can be asked of each is what these tests are about."""
    return Settings()


async def list_providers(control: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    """The operations by provider."""
    answer = await control.get(f"/operations{query}")
    assert answer.status_code == 200
    return {one["provider"]: one for one in answer.json()["items"]}


@pytest.mark.slow
async def test_whatever_operations_offer_can_be_armed(control: httpx.AsyncClient) -> None:
    """Each error, alias, transport, defect and lifetime that is listed makes a rule."""
    told = (await control.get("/operations")).json()
    for provider in told["items"]:
        rows = provider["errors"]
        names = [row["name"] for row in rows] + [a for row in rows for a in row["aliases"]]
        thens: list[tuple[str, dict[str, Any]]] = [("*", {"error": name}) for name in names]
        for one in provider["operations"]:
            name = one["name"]
            thens += [(name, {"transport": kind}) for kind in one["transports"]]
            thens += [(name, {"token": defect}) for defect in one["defects"]]
            if one["lifetime"] is not None:
                thens.append((name, {"lifetime": one["lifetime"]}))
            if one["grpc"]:
                thens += [(name, {"grpc": {"code": code}}) for code in told["grpc_codes"]]
            if one["graphql"]:
                thens.append((name, {"graphql": {"data": None}}))
        for operation, then in thens:
            rule = {"operation": f"{provider['provider']}.{operation}", "then": then}
            answer = await control.post(f"{DEFAULT}/faults", json=rule)
            assert answer.status_code == 201, (rule, answer.text)
        await control.delete(f"{DEFAULT}/faults")
    for kind in told["unanswered"]:
        then = {"transport": kind, "effect": "after"}
        rule = {"operation": "zerohash.time", "then": then}
        assert (await control.post(f"{DEFAULT}/faults", json=rule)).status_code == 201


async def test_what_is_not_offered_can_not_be_armed(control: httpx.AsyncClient) -> None:
    """An operation that mints nothing has no defects, no lifetime; REST no gRPC, no GraphQL."""
    zerohash = (await list_providers(control))["zerohash"]
    times = next(one for one in zerohash["operations"] if one["name"] == "time")
    assert (times["lifetime"], times["defects"], times["grpc"]) == (None, [], False)
    assert "deadline" not in times["transports"]
    for then in (
        {"token": "expired"},
        {"lifetime": 5},
        {"grpc": {"code": "UNAVAILABLE"}},
        {"graphql": {"data": None}},
        {"transport": "deadline"},
    ):
        rule = {"operation": "zerohash.time", "then": then}
        path = "/then/" + next(iter(then))
        read_problem(await control.post(f"{DEFAULT}/faults", json=rule), 400, path)


async def test_defects_follow_the_settings_of_the_sandbox(control: httpx.AsyncClient) -> None:
    """What can be wrong with a token is told of the sandbox that is asked about."""
    await control.post("/sandboxes", json={"id": "jwts"})
    await control.put("/sandboxes/jwts/settings", json={"hyperswitch": {"tokens": "jwt"}})

    def defects(providers: dict[str, Any]) -> set[str]:
        return {d for one in providers["hyperswitch"]["operations"] for d in one["defects"]}

    assert "alg_none" not in defects(await list_providers(control))
    assert "alg_none" in defects(await list_providers(control, "?sandbox=jwts"))
    read_problem(await control.get("/operations?sandbox=nobody"), 404)


async def test_modules_and_kinds_are_those_that_can_be_asked_for(
    control: httpx.AsyncClient,
) -> None:
    """Introspection knows each module, and entities each kind, by the key that is told."""
    for name, provider in (await list_providers(control)).items():
        minted = await control.post(f"{DEFAULT}/tokens", json={"provider": name})
        for module in provider["modules"]:
            asked = {"token": minted.json()["token"], "module": module}
            assert (await control.post(f"{DEFAULT}/introspect", json=asked)).status_code == 200
        counts = (await control.get(f"{DEFAULT}/entities/{name}")).json()
        assert list(counts) == [kind["name"] for kind in provider["kinds"]]
        for kind in provider["kinds"]:
            path = f"{DEFAULT}/entities/{name}/{kind['name']}"
            assert all(one[kind["key"]] for one in (await control.get(path)).json()["items"])


@pytest.mark.parametrize("clock", ["sandbox", "wall"])
async def test_a_signed_request_is_taken(
    control: httpx.AsyncClient, client: httpx.AsyncClient, clock: str
) -> None:
    """The headers are those that the provider asks for, by the clock that was wanted."""
    await control.put(f"{DEFAULT}/clock", json={"mode": "offset", "by": "5h"})
    await control.put(f"{DEFAULT}/settings", json={"zerohash": {"timestamp_clock": clock}})
    body = '{"participant_code":"CUST01","permissions":["crypto-buy"]}'
    for method, route, sent in (
        ("POST", "/client_auth_token", body),
        ("GET", "/participants?page=1", ""),
    ):
        asked = {"method": method, "route": route, "body": sent, "clock": clock}
        headers = (await control.post(f"{DEFAULT}/sign/zerohash", json=asked)).json()["headers"]
        answer = await client.request(method, f"/zerohash{route}", content=sent, headers=headers)
        assert answer.status_code in {200, 201}
        other = {**asked, "clock": "wall" if clock == "sandbox" else "sandbox"}
        wrong = (await control.post(f"{DEFAULT}/sign/zerohash", json=other)).json()["headers"]
        refused = await client.request(method, f"/zerohash{route}", content=sent, headers=wrong)
        assert refused.status_code == 403


async def test_what_can_not_be_signed_is_refused(control: httpx.AsyncClient) -> None:
    """A provider without signatures, a route that is none, and a sandbox without its key."""
    good = {"method": "GET", "route": "/time"}
    read_problem(await control.post(f"{DEFAULT}/sign/usegrant", json=good), 409)
    read_problem(await control.post(f"{DEFAULT}/sign/nobody", json=good), 404)
    for wrong in ({"method": "get"}, {"route": "time"}, {"route": "/a b"}, {"method": ""}):
        answer = await control.post(f"{DEFAULT}/sign/zerohash", json={**good, **wrong})
        read_problem(answer, 400, "/" + next(iter(wrong)))
    for key in (await control.get(f"{DEFAULT}/entities/zerohash/api_keys")).json()["items"]:
        await control.delete(f"{DEFAULT}/entities/zerohash/api_keys/{key['api_key']}")
    read_problem(await control.post(f"{DEFAULT}/sign/zerohash", json=good), 409)


async def test_the_settings_schema_describes_every_switch(control: httpx.AsyncClient) -> None:
    """Each switch of each provider is there, with the default that holds."""
    answer = await control.get("/settings/schema.json")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    for provider, switches in (await control.get(f"{DEFAULT}/settings")).json().items():
        name = schema["properties"][provider]["$ref"].rpartition("/")[2]
        properties = schema["$defs"][name]["properties"]
        assert set(properties) == set(switches)
        for switch, value in switches.items():
            if switch != "rate_limit":
                assert properties[switch]["default"] == value


async def test_an_exported_world_is_that_world(
    control: httpx.AsyncClient, tmp_path: Path, emulator: Emulator
) -> None:
    """The file makes another emulator's records equal, changes and secrets included."""
    gone = await control.delete(f"{DEFAULT}/entities/zerohash/participants/CUST01")
    assert gone.status_code == 204
    answer = await control.get(f"{DEFAULT}/fixtures")
    assert answer.headers["content-type"] == "application/yaml"
    file = tmp_path / "world.yaml"
    file.write_bytes(answer.content)
    other = create_emulator(Settings(fixtures=(file,)))
    theirs = (await other.directory.open("default")).view()
    ours = (await emulator.directory.open("default")).view()
    for provider in other.providers:
        for kind in provider.blueprint.kinds:
            assert list(theirs.table(kind)) == list(ours.table(kind)), kind.id
    await other.close()


async def test_a_part_of_the_world_is_exported_to_lie_over_the_rest(
    control: httpx.AsyncClient,
) -> None:
    """One provider replaces; one kind of it does not."""
    whole = (await control.get(f"{DEFAULT}/fixtures?provider=usegrant")).text
    assert whole.startswith("usegrant:\n  replace: true\n")
    assert "zerohash" not in whole
    part = (await control.get(f"{DEFAULT}/fixtures?provider=usegrant&kind=clients")).text
    assert part.startswith("usegrant:\n  clients:\n")
    for query, path in (
        ("provider=nobody", "?provider"),
        ("kind=clients", "?kind"),
        ("provider=usegrant&kind=nothing", "?kind"),
    ):
        read_problem(await control.get(f"{DEFAULT}/fixtures?{query}"), 400, path)
