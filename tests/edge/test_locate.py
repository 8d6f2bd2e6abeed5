from pathlib import Path

import httpx
import pytest

from emulator.core.ledger import Head, Unavailable
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.state import Entry
from tests.edge.house import House

pytestmark = pytest.mark.anyio


async def found(visitor: httpx.AsyncClient, path: str = "/toy/echo", **headers: str) -> str:
    """What the answer says of where the call was at home."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await visitor.post(path, headers=names)
    assert answer.status_code == 200
    return answer.headers["x-emulator-sandbox"]


async def code_of(house: House, sandbox: str) -> str:
    """A credential that leads to a sandbox."""
    made = await house.directory.open(sandbox)
    return made.state.own_homes()[0][1]


async def test_a_header_names_the_sandbox(visitor: httpx.AsyncClient, house: House) -> None:
    """The header goes before everything else, and makes the sandbox on first use."""
    code = await code_of(house, "s2")
    assert await found(visitor, x_emulator_sandbox="s1", x_toy_key=code) == "s1; by=header"
    assert await found(visitor, "/_s/s3/toy/echo", x_emulator_sandbox=" s1 ") == "s1; by=header"
    assert house.directory.get("s1") is not None
    assert house.directory.get("s3") is None


async def test_a_path_names_the_sandbox(visitor: httpx.AsyncClient, house: House) -> None:
    """The path goes before credentials, and makes the sandbox on first use."""
    code = await code_of(house, "s2")
    assert await found(visitor, "/_s/s1/toy/echo", x_toy_key=code) == "s1; by=path"
    assert await found(visitor, "/_s/s1/echo") == "s1; by=path"


async def test_a_credential_leads_home(visitor: httpx.AsyncClient, house: House) -> None:
    """A credential leads to the sandbox that has it, before a token and the default."""
    one, other = await code_of(house, "s1"), await code_of(house, "s2")
    assert await found(visitor, x_toy_key=one, x_toy_pass=other) == "s1; by=credential"
    assert await found(visitor, x_toy_key="unknown", x_toy_pass=other) == "s2; by=token"


async def test_nothing_leads_to_the_default(visitor: httpx.AsyncClient, house: House) -> None:
    """A call that names nothing that is known is the default sandbox's."""
    assert await found(visitor) == "default; by=default"
    assert await found(visitor, x_toy_key="unknown") == "default; by=default"
    assert await found(visitor, x_toy_key="CORNER") == "default; by=credential"
    assert len(house.directory) == 1


async def test_credentials_of_dropped_sandboxes_lead_nowhere(
    visitor: httpx.AsyncClient, house: House
) -> None:
    """Nothing remembers a sandbox that is gone."""
    code = await code_of(house, "s1")
    await house.directory.drop("s1")
    assert await found(visitor, x_toy_key=code) == "default; by=default"


@pytest.mark.parametrize("name", ["", "S1", "-a", "a" * 64, "a.b", "a b", "\u00e9"])
async def test_a_bad_id_is_a_problem(visitor: httpx.AsyncClient, house: House, name: str) -> None:
    """What can't be an id is refused with the rule, by header and by path, and makes nothing."""
    answers = [
        await visitor.post("/toy/echo", headers={b"X-Emulator-Sandbox": name.encode("latin-1")}),
        await visitor.post(f"/_s/{name}/toy/echo"),
    ]
    for answer in answers:
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Bad sandbox id"
        assert "1 to 63" in answer.json()["detail"]
    assert len(house.directory) == 0


async def test_first_use_can_be_off(tmp_path: Path) -> None:
    """With first use off only known sandboxes and the default are there."""
    house = House(tmp_path, first_use=False)
    await house.directory.create("known")
    async with house.client() as visitor:
        assert await found(visitor, x_emulator_sandbox="known") == "known; by=header"
        assert await found(visitor) == "default; by=default"
        for answer in (
            await visitor.post("/toy/echo", headers={"X-Emulator-Sandbox": "new"}),
            await visitor.post("/_s/new/toy/echo"),
        ):
            assert (answer.status_code, answer.json()["title"]) == (404, "No such sandbox")
    assert house.directory.get("new") is None


async def test_a_full_house_is_a_503_problem(tmp_path: Path) -> None:
    """When there is no room for another sandbox the caller is told what to do, default or not."""
    house = House(tmp_path, cap=1)
    await house.directory.create("only")
    async with house.client() as visitor:
        for headers in ({"X-Emulator-Sandbox": "new"}, {}):
            answer = await visitor.post("/toy/echo", headers=headers)
            assert (answer.status_code, answer.json()["title"]) == (503, "Too many sandboxes")
            assert "EMULATOR_SANDBOX_CAP" in answer.json()["detail"]


class Silent(MemoryLedger):
    """A ledger that does not answer a search."""

    async def locate(self, kind: str, value: str) -> str | None:
        """No answer."""
        raise Unavailable(kind, value)


async def test_a_ledger_that_is_silent_is_the_providers_503(tmp_path: Path) -> None:
    """When it can't be said whose call it is, the provider's own 503 is the answer."""
    async with House(tmp_path, ledger=Silent()).client() as visitor:
        answer = await visitor.post("/toy/echo", headers={"X-Toy-Key": "x", "Origin": "http://a"})
    assert (answer.status_code, answer.json()) == (503, {"no": "down"})
    assert answer.headers["toy-retry"] == "true"
    assert answer.headers["access-control-allow-origin"] == "http://a"


async def test_only_the_callers_sandbox_changes(visitor: httpx.AsyncClient, house: House) -> None:
    """What one sandbox's call does is in no other's state, journal or directory."""
    others = [await house.directory.open(name) for name in ("default", "s2")]
    heads: list[Head] = [other._head for other in others]
    await visitor.post("/toy/pass", headers={"X-Emulator-Sandbox": "s1"})
    made = house.directory.get("s1")
    assert made is not None
    assert len(made.state.tokens) == 1
    assert [other._head for other in others] == heads
    assert [other.journal.count for other in others] == [0, 0]
    entries: list[Entry] = made.state.own_homes()
    assert all([await house.directory.locate(entry) is made for entry in entries])


async def test_broken_fixtures_are_a_503_problem(tmp_path: Path) -> None:
    """When a file was broken meanwhile, known sandboxes go on and a new one is a problem."""
    house = House(tmp_path)
    await house.directory.create("known")
    (tmp_path / "toy.yaml").write_text("toy: [")
    async with house.client() as visitor:
        assert await found(visitor, x_emulator_sandbox="known") == "known; by=header"
        answer = await visitor.post("/_s/new/toy/echo")
    assert (answer.status_code, answer.json()["title"]) == (503, "Unusable fixtures")
    assert "toy.yaml" in answer.json()["detail"]
