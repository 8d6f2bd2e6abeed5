"""Going back to the world a sandbox was born with."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.settings import Settings
from tests.control.answers import (
    DEFAULT,
    create,
    freeze,
    introspect,
    mint,
    read,
    read_problem,
    write,
)

pytestmark = pytest.mark.anyio

PERSON = {"platform": "acme", "email": "new@example.com"}
PEOPLE = "entities/zerohash/participants"
FAULT = {"operation": "zerohash.time", "then": {"delay": "1ms"}}


async def change_everything(control: httpx.AsyncClient, client: httpx.AsyncClient) -> str:
    """Move each part of `default` away from where it was born; the jti of a token."""
    await freeze(control, "2030-01-01T00:00:00Z")
    jti: str = (await mint(control))["jti"]
    read(await control.post(f"{DEFAULT}/{PEOPLE}", json=PERSON), 201)
    read(await control.post(f"{DEFAULT}/faults", json=FAULT), 201)
    read(await control.put(f"{DEFAULT}/lifetimes", json={"zerohash": 60}))
    read(await control.put(f"{DEFAULT}/settings", json={"zerohash": {"rsa_bits": 2048}}))
    await client.get("/zerohash/time")
    return jti


async def look(control: httpx.AsyncClient) -> dict[str, Any]:
    """Whether each part stands where it was born."""
    entities = read(await control.get(f"{DEFAULT}/entities/zerohash"))
    settings = read(await control.get(f"{DEFAULT}/settings"))
    return {
        "tokens": not read(await control.get(f"{DEFAULT}/tokens"))["items"],
        "faults": not read(await control.get(f"{DEFAULT}/faults"))["items"],
        "clock": read(await control.get(f"{DEFAULT}/clock"))["mode"] == "real",
        "calls": not read(await control.get(f"{DEFAULT}/calls"))["items"],
        "entities": entities["participants"] == 11,
        "settings": settings["zerohash"]["rsa_bits"] == 4096,
        "lifetimes": read(await control.get(f"{DEFAULT}/lifetimes"))["zerohash"] is None,
    }


async def test_everything(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Without `what`, everything but the identity goes back."""
    before = read(await control.get(f"{DEFAULT}/credentials"))
    await change_everything(control, client)
    assert not any((await look(control)).values())
    read(await control.post(f"{DEFAULT}/reset"))
    assert all((await look(control)).values())
    assert read(await control.get(f"{DEFAULT}/credentials")) == before


@pytest.mark.parametrize(
    "part", ["tokens", "faults", "clock", "calls", "entities", "settings", "lifetimes"]
)
async def test_a_part_alone(
    control: httpx.AsyncClient, client: httpx.AsyncClient, part: str
) -> None:
    """With `what`, that part goes back and no other."""
    await change_everything(control, client)
    read(await control.post(f"{DEFAULT}/reset", json={"what": [part]}))
    assert [name for name, is_back in (await look(control)).items() if is_back] == [part]


async def test_identity_stays(control: httpx.AsyncClient) -> None:
    """Id, seed, credentials and birth are what they were."""
    made = await create(control, id="a")
    credentials = made.pop("credentials")
    shown = read(await control.post("/sandboxes/a/reset"))
    for name in ("id", "seed", "created_at", "listed"):
        assert shown[name] == made[name]
    assert read(await control.get("/sandboxes/a/credentials")) == credentials


async def test_a_whole_reset_repeats_itself(control: httpx.AsyncClient) -> None:
    """After a reset the same steps draw the same ids."""
    await create(control, id="a", clock={"mode": "frozen", "at": "2030-01-01T00:00:00Z"})
    first = await mint(control, "a")
    read(await control.post("/sandboxes/a/reset"))
    assert await mint(control, "a") == first


async def test_a_dropped_credential_leads_back(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Entries of the directory go and come back with the records behind them."""
    key = (await create(control, id="a"))["credentials"]["zerohash"]["api_key"]

    async def found_by() -> str:
        response = await client.get("/zerohash/time", headers={"x-scx-api-key": key})
        return response.headers["x-emulator-sandbox"]

    assert (await control.delete(f"/sandboxes/a/entities/zerohash/api_keys/{key}")).is_success
    assert await found_by() == "default; by=default"
    read(await control.post("/sandboxes/a/reset"))
    assert await found_by() == "a; by=credential"


async def test_tokens_are_unknown_afterwards(control: httpx.AsyncClient) -> None:
    """A token of before a reset is unknown, and the detail says why that may be."""
    token = (await mint(control))["token"]
    read(await control.post(f"{DEFAULT}/reset", json={"what": ["tokens"]}))
    found = await introspect(control, token)
    assert (found["active"], found["reason"]) == (False, "unknown")
    assert "reset" in found["detail"]


@pytest.mark.parametrize("what", [["token"], [], "tokens", ["tokens", 1], ["ids"]])
async def test_unknown_parts_are_refused(control: httpx.AsyncClient, what: object) -> None:
    """A part that is none resets nothing."""
    await mint(control)
    response = await control.post(f"{DEFAULT}/reset", json={"what": what})
    assert response.status_code == 400
    assert response.json()["errors"][0]["path"].startswith("/what")
    assert read(await control.get(f"{DEFAULT}/tokens"))["items"]


class TestFiles:
    """With a fixture file that changes."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """An own world of nobody."""
        file = tmp_path / "own.yaml"
        write(file, "zerohash: {participants: []}")
        return file

    @pytest.fixture
    def settings(self, file: Path) -> Settings:
        """With that file."""
        return Settings(providers=("zerohash",), fixtures=(file,))

    async def test_changed_files_are_reread(self, control: httpx.AsyncClient, file: Path) -> None:
        """What was added to a file is there after a reset."""
        path = f"{DEFAULT}/{PEOPLE}/OWN001"
        read_problem(await control.get(path), 404)
        person = "{participant_code: OWN001, platform: acme, email: own@example.com}"
        write(file, f"zerohash: {{participants: [{person}]}}")
        read(await control.post(f"{DEFAULT}/reset", json={"what": ["entities"]}))
        assert read(await control.get(path))["email"] == "own@example.com"

    async def test_a_broken_file_changes_nothing(
        self, control: httpx.AsyncClient, client: httpx.AsyncClient, file: Path
    ) -> None:
        """A file that does not hold a world is named, and the sandbox stays as it is."""
        await change_everything(control, client)
        write(file, "zerohash: {participants: 1}")
        problem = read_problem(await control.post(f"{DEFAULT}/reset"), 409)
        assert "own.yaml" in problem["detail"]
        assert not any((await look(control)).values())

    async def test_own_fixtures_that_do_not_fit_any_more(
        self, control: httpx.AsyncClient, file: Path
    ) -> None:
        """A sandbox whose inline fixtures hang on what a file no longer has keeps its world."""
        write(file, "zerohash: {platforms: [{id: own, platform_code: OWN001, name: Own}]}")
        person = {"participant_code": "MINE01", "platform": "own", "email": "a@example.com"}
        await create(control, id="a", fixtures={"zerohash": {"participants": [person]}})
        write(file, "zerohash: {}")
        problem = read_problem(await control.post("/sandboxes/a/reset"), 409)
        assert "MINE01" in problem["detail"]
        read(await control.get(f"/sandboxes/a/{PEOPLE}/MINE01"))


async def test_a_reset_sandbox_answers_as_a_new_one(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """The same calls get the same bytes again: clock, ids and the numbers of calls start anew."""
    born = {"id": "again", "seed": "42", "clock": {"mode": "frozen", "at": "2026-01-01T00:00:00Z"}}
    await create(control, **born)
    first = await client.get("/_s/again/zerohash/time")
    read(await control.post("/sandboxes/again/reset"))
    second = await client.get("/_s/again/zerohash/time")
    assert (second.content, second.headers) == (first.content, first.headers)
    assert first.headers["x-emulator-call"] == "call_1"


@pytest.mark.parametrize(
    ("what", "left"), [(["faults"], 0), (["entities"], 1), (["clock", "tokens"], 1), (None, 0)]
)
async def test_steps_of_scenarios_go_with_the_faults(
    control: httpx.AsyncClient, what: list[str] | None, left: int
) -> None:
    """Steps that are still to come would arm faults after all: they are let go with them."""
    scenario = {"title": "x", "steps": [{"at": "1h", "fault": FAULT}]}
    read(await control.post(f"{DEFAULT}/scenarios", json={"scenario": scenario}), 201)
    read(await control.post(f"{DEFAULT}/reset", json={"what": what} if what else {}))
    assert len(read(await control.get(f"{DEFAULT}/scenarios"))["items"]) == left
