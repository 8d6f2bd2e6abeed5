"""Making, listing, showing and dropping sandboxes."""

from pathlib import Path

import httpx
import pytest

from emulator.core.clock import parse_time
from emulator.settings import Settings
from tests.control.answers import (
    create,
    freeze,
    mint,
    read,
    read_problem,
    write,
)
from tests.signing import Key, signed

pytestmark = pytest.mark.anyio


async def test_default_is_there_from_the_start(control: httpx.AsyncClient) -> None:
    """The sandbox `default` is listed, never expires and has the fixtures' own names."""
    shown = read(await control.get("/sandboxes/default"))
    assert (shown["id"], shown["expires_at"], shown["listed"]) == ("default", None, True)
    assert shown["clock"]["mode"] == "real"
    assert read(await control.get("/sandboxes"))["items"][0]["id"] == "default"


async def test_a_created_sandbox_is_answered_whole(control: httpx.AsyncClient) -> None:
    """201 has the resource as it is shown later, and its credentials."""
    made = await create(control, id="a", seed="s", ttl="10m")
    shown = read(await control.get("/sandboxes/a"))
    assert set(made) == {*shown, "credentials"}
    assert (made["id"], made["seed"], made["listed"]) == ("a", "s", True)
    lives_s = parse_time(made["expires_at"]) - parse_time(made["created_at"])
    assert lives_s == pytest.approx(600, abs=2)
    assert made["credentials"] == read(await control.get("/sandboxes/a/credentials"))


async def test_nothing_need_be_said(control: httpx.AsyncClient) -> None:
    """An empty body makes a sandbox with an id, a seed and the usual time to live."""
    made = read(await control.post("/sandboxes"), 201)
    other = await create(control)
    assert made["id"] != other["id"]
    assert made["seed"] != other["seed"]
    assert made["expires_at"] is not None


async def test_null_ttl_keeps_for_good(control: httpx.AsyncClient) -> None:
    """`ttl: null` is not the same as no `ttl`."""
    assert (await create(control, ttl=None))["expires_at"] is None


async def test_equal_seeds_repeat_and_do_not_collide(control: httpx.AsyncClient) -> None:
    """The same seed mints the same jti; credentials still differ by sandbox id."""
    first = await create(control, id="one", seed="same")
    second = await create(control, id="two", seed="same")
    assert (await mint(control, "one"))["jti"] == (await mint(control, "two"))["jti"]
    keys = {made["credentials"]["zerohash"]["api_key"] for made in (first, second)}
    assert len(keys) == 2
    assert first["listed"]
    assert second["listed"]


async def test_plain_clients_reach_it_by_their_key(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A client with nothing but a created sandbox's credentials is served by that sandbox."""
    given = (await create(control, id="mine"))["credentials"]["zerohash"]
    key = Key(given["api_key"], given["secret"], given["passphrase"])
    body = {"participant_code": given["participant_code"], "permissions": ["crypto-buy"]}
    response = await client.request(**signed("POST", "/client_auth_token", body, key=key))
    assert response.status_code == 201
    assert response.headers["x-emulator-sandbox"] == "mine; by=credential"


async def test_a_clock_can_be_given(control: httpx.AsyncClient) -> None:
    """A sandbox can be born with any clock, and a reset goes back to it."""
    clock = {"mode": "frozen", "at": "2030-01-01T00:00:00Z"}
    made = await create(control, id="a", clock=clock)
    assert made["clock"] == {**clock, "now": clock["at"]}
    assert made["created_at"] == clock["at"]
    read(await control.put("/sandboxes/a/clock", json={"mode": "real"}))
    assert read(await control.post("/sandboxes/a/reset"))["clock"]["now"] == clock["at"]


async def test_own_credentials(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """Credentials can be chosen; those that are not are derived."""
    own = {"api_key": "my-own-key", "passphrase": "my own passphrase"}
    given = (await create(control, id="a", credentials={"zerohash": own}))["credentials"]
    assert own.items() <= given["zerohash"].items()
    assert given["zerohash"]["secret"]
    response = await client.get("/zerohash/time", headers={"x-scx-api-key": "my-own-key"})
    assert response.headers["x-emulator-sandbox"] == "a; by=credential"


async def test_a_credential_that_another_holds(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """The first holder keeps a credential; the second is not listed and gets URLs with a prefix."""
    own = {"zerohash": {"api_key": "shared"}}
    await create(control, id="first", credentials=own)
    second = await create(control, id="second", credentials=own)
    assert not second["listed"]
    base = second["credentials"]["zerohash"]["base_url"]
    assert base == "http://localhost:4600/_s/second/zerohash"
    response = await client.get(f"{base}/time", headers={"x-scx-api-key": "shared"})
    assert response.headers["x-emulator-sandbox"] == "second; by=path"
    assert read(await control.get("/sandboxes/first"))["listed"]


async def test_inline_fixtures(control: httpx.AsyncClient) -> None:
    """A document is laid over the fixture world, of this sandbox only, and survives a reset."""
    person = {"participant_code": "MINE01", "platform": "acme", "email": "mine@example.com"}
    await create(control, id="a", fixtures={"zerohash": {"participants": [person]}})
    path = "/entities/zerohash/participants/MINE01"
    assert read(await control.get(f"/sandboxes/a{path}"))["email"] == "mine@example.com"
    read_problem(await control.get(f"/sandboxes/default{path}"), 404)
    read(await control.post("/sandboxes/a/reset"))
    read(await control.get(f"/sandboxes/a{path}"))


async def test_a_taken_id_is_409(control: httpx.AsyncClient) -> None:
    """An id is taken once, `default` always."""
    await create(control, id="a")
    for name in ("a", "default"):
        read_problem(await control.post("/sandboxes", json={"id": name}), 409)


async def test_lists_are_paged_newest_first(control: httpx.AsyncClient) -> None:
    """Pages follow each other without gap or repetition while sandboxes come and go."""
    for number in range(5):
        await create(control, id=f"s{number}")
    first = read(await control.get("/sandboxes?limit=2"))
    assert [item["id"] for item in first["items"]] == ["s4", "s3"]
    await create(control, id="late")
    await control.delete("/sandboxes/s3")
    second = read(await control.get(f"/sandboxes?limit=2&cursor={first['next']}"))
    assert [item["id"] for item in second["items"]] == ["s2", "s1"]
    third = read(await control.get(f"/sandboxes?limit=2&cursor={second['next']}"))
    assert [item["id"] for item in third["items"]] == ["s0", "default"]
    assert third["next"] is None


async def test_dropping(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A dropped sandbox is gone with its credentials; a second time there is none to drop."""
    key = (await create(control, id="a"))["credentials"]["zerohash"]["api_key"]
    assert (await control.delete("/sandboxes/a")).status_code == 204
    read_problem(await control.get("/sandboxes/a"), 404)
    read_problem(await control.delete("/sandboxes/a"), 404)
    response = await client.get("/zerohash/time", headers={"x-scx-api-key": key})
    assert response.headers["x-emulator-sandbox"] == "default; by=default"


async def test_default_can_not_be_dropped(control: httpx.AsyncClient) -> None:
    """`default` stays, and whoever tries is told of reset."""
    assert "reset" in read_problem(await control.delete("/sandboxes/default"), 409)["detail"]


async def test_sandboxes_do_not_see_each_other(control: httpx.AsyncClient) -> None:
    """A change of clock, tokens or world in one is not seen in another."""
    await create(control, id="a")
    before = read(await control.get("/sandboxes/default/entities/zerohash"))
    await freeze(control, "2040-01-01T00:00:00Z", "a")
    token = await mint(control, "a")
    await control.delete("/sandboxes/a/entities/zerohash/platforms/acme")
    assert read(await control.get("/sandboxes/default"))["clock"]["mode"] == "real"
    read_problem(await control.get(f"/sandboxes/default/tokens/{token['jti']}"), 404)
    assert read(await control.get("/sandboxes/default/entities/zerohash")) == before


class TestCap:
    """With room for two."""

    @pytest.fixture
    def settings(self) -> Settings:
        """`default` and one more."""
        return Settings(providers=("zerohash",), sandbox_cap=2)

    async def test_a_full_house_is_503(self, control: httpx.AsyncClient) -> None:
        """Beyond the cap nothing is made, and the answer names the way out."""
        await create(control, id="a")
        problem = read_problem(await control.post("/sandboxes", json={"id": "b"}), 503)
        assert "EMULATOR_SANDBOX_CAP" in problem["detail"]


class TestBrokenFiles:
    """With a fixture file that can be broken."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """An own world, empty at first."""
        file = tmp_path / "own.yaml"
        write(file, "zerohash: {}")
        return file

    @pytest.fixture
    def settings(self, file: Path) -> Settings:
        """With that file."""
        return Settings(providers=("zerohash",), fixtures=(file,))

    async def test_no_sandbox_is_made_of_a_broken_file(
        self, control: httpx.AsyncClient, client: httpx.AsyncClient, file: Path
    ) -> None:
        """Creating and first use say what is wrong with the file, and work once it is right."""
        write(file, "zerohash: {participants: 1}")
        assert "own.yaml" in read_problem(await control.post("/sandboxes"), 409)["detail"]
        response = await client.get("/_s/new/zerohash/time")
        assert "own.yaml" in read_problem(response, 503)["detail"]
        write(file, "zerohash: { }")
        read(await control.post("/sandboxes"), 201)


async def test_use_puts_off_the_end(control: httpx.AsyncClient) -> None:
    """Each use of a sandbox gives it its whole time again; listing it is no use."""
    await create(control, id="a", ttl="10m")

    async def listed() -> float:
        items = read(await control.get("/sandboxes"))["items"]
        return parse_time(next(item["expires_at"] for item in items if item["id"] == "a"))

    first = await listed()
    assert await listed() == pytest.approx(first, abs=0.002)
    used = parse_time(read(await control.get("/sandboxes/a"))["expires_at"])
    assert used >= first
