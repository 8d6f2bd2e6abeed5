"""A sandbox as one document: taken, put back, put elsewhere, and refused when it is not one."""

from pathlib import Path
from typing import Any

import httpx
import jsonschema
import msgspec
import pytest
from msgspec.structs import replace

from emulator import __version__
from emulator.app import Emulator, create_emulator
from emulator.setting_values import parse_ledger
from emulator.settings import Settings
from tests.conftest import BASE_URL, client_of
from tests.control.answers import create, introspect, message_at, mint, read, read_problem, write

pytestmark = pytest.mark.anyio

Json = Any
FAULT = {
    "operation": "zerohash.time",
    "match": {"header:x-test": "*"},
    "when": {"every": 2, "for": "PT1H"},
    "then": {"sequence": [{"error": "internal"}, "pass", {"delay": "1ms"}]},
}
PERSON = {"platform": "acme", "email": "new@example.com"}
BIRTH = {
    "seed": "s",
    "clock": {"mode": "frozen", "at": "2030-01-01T00:00:00Z"},
    "fixtures": {"zerohash": {"participants": []}},
    "credentials": {"zerohash": {"api_key": "FakeKeyGiven111111111"}},
}


async def fill(control: httpx.AsyncClient, name: str = "a") -> Json:
    """A sandbox with something in each part, and its document."""
    await create(control, id=name, **BIRTH)
    one = f"/sandboxes/{name}"
    jti = (await mint(control, name))["jti"]
    read(await control.post(f"{one}/tokens/{jti}/revoke"))
    await mint(control, name)
    read(await control.post(f"{one}/entities/zerohash/participants", json=PERSON), 201)
    assert (await control.delete(f"{one}/entities/zerohash/participants/CUST01")).status_code == 204
    read(await control.post(f"{one}/faults", json=FAULT), 201)
    read(await control.put(f"{one}/lifetimes", json={"zerohash": 60}))
    read(await control.put(f"{one}/settings", json={"zerohash": {"rsa_bits": 2048}}))
    read(await control.post(f"{one}/keys/zerohash/rotate"))
    read(await control.post(f"{one}/clock/advance", json={"by": "1m"}))
    return await take(control, name)


async def take(control: httpx.AsyncClient, name: str = "a") -> Json:
    """A sandbox's document."""
    return read(await control.get(f"/sandboxes/{name}/snapshot"))


async def put(control: httpx.AsyncClient, document: Json, name: str = "a") -> httpx.Response:
    """Put a document."""
    return await control.put(f"/sandboxes/{name}/snapshot", json=document)


async def test_a_document_says_what_it_is(control: httpx.AsyncClient) -> None:
    """It has its version, the release that wrote it and the sandbox that it is of."""
    document = await take(control, "default")
    assert document["version"] == 1
    assert document["sandbox"] == document["identity"] == "default"
    assert document["emulator"] == __version__


async def test_it_is_put_back(control: httpx.AsyncClient) -> None:
    """Whatever happened since is undone; its own names lead to it as before."""
    document = await fill(control)
    read(await control.post("/sandboxes/a/reset"))
    await mint(control, "a")
    shown = read(await put(control, document))
    assert shown["listed"]
    assert shown["clock"]["now"] == "2030-01-01T00:01:00Z"
    assert await take(control) == document


async def test_it_is_put_elsewhere(control: httpx.AsyncClient) -> None:
    """Another emulator of the same world makes the sandbox of it, names, tokens and all."""
    document = await fill(control)
    jti = document["tokens"][1][0]
    token = read(await control.get(f"/sandboxes/a/tokens/{jti}"))["token"]
    other = create_emulator(Settings(providers=("zerohash",)))
    async with client_of(other) as client:
        client.base_url = control.base_url
        made = read(await put(client, document), 201)
        assert made["listed"]
        assert made["credentials"]["zerohash"]["api_key"] == "FakeKeyGiven111111111"
        assert await take(client) == document
        assert (await introspect(client, token, "a"))["active"]
        read(await client.post("/sandboxes/a/reset"))
        assert read(await client.get("/sandboxes/a/clock"))["now"] == "2030-01-01T00:00:00Z"
    other.services.signer.close()


async def test_under_another_id_it_is_a_copy(control: httpx.AsyncClient) -> None:
    """It keeps the names that it has, and they lead where they led."""
    document = await fill(control)
    made = read(await put(control, document, "b"), 201)
    assert not made["listed"]
    assert await take(control, "b") == {**document, "sandbox": "b"}
    assert read(await control.get("/sandboxes/a"))["listed"]
    await put(control, document, "default")
    assert not read(await control.get("/sandboxes/default"))["listed"]


async def test_the_default_goes_and_comes(control: httpx.AsyncClient, emulator: Emulator) -> None:
    """The sandbox `default` has the fixtures' own names again, and stays for good."""
    document = await take(control, "default")
    await create(control, id="a")
    read(await put(control, await take(control), "default"))
    entry = ("zerohash.api_keys", "FakeKeyAcmePrimary1111")
    assert await emulator.directory.locate(entry) is None
    shown = read(await put(control, document, "default"))
    assert shown["listed"]
    assert shown["expires_at"] is None
    assert await emulator.directory.locate(entry) is emulator.directory.get("default")


async def test_journals_stay_where_they_are(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Calls are not in a document, and those of a sandbox that it replaces are kept."""
    document = await take(control, "default")
    await client.get("/zerohash/time")
    read(await put(control, document, "default"))
    assert len(read(await control.get("/sandboxes/default/calls"))["items"]) == 1


async def test_it_is_bounded_by_itself(control: httpx.AsyncClient) -> None:
    """A book larger than any other body is taken; it has a limit all the same."""
    document = await take(control, "default")
    await mint(control)
    kind = (await take(control, "default"))["grants"]
    document["grants"] = kind
    document["tokens"] = [[f"jti-{n:036}", 1_900_000_000, 0, []] for n in range(50_000)]
    raw = msgspec.json.encode(document)
    assert len(raw) > 1 << 20
    read(await control.put("/sandboxes/default/snapshot", content=raw))
    assert await take(control, "default") == document
    headers = {"Content-Length": str(1 << 30)}
    answer = await control.put("/sandboxes/default/snapshot", content=b"{}", headers=headers)
    read_problem(answer, 413)


@pytest.mark.parametrize("version", [2, 0, "1", None, True, 1.5])
async def test_another_version_is_refused(control: httpx.AsyncClient, version: object) -> None:
    """It is told what can read it, and nothing of it is read."""
    document = {"version": version, "emulator": "9.1.0", "sandbox": "a", "news": {}}
    problem = read_problem(await put(control, document), 400, "/version")
    assert "the token-emulator 9.1.0 that wrote it" in problem["detail"]
    document["emulator"] = "<script>"
    problem = read_problem(await put(control, document), 400, "/version")
    assert "the release that wrote it" in problem["detail"]


async def test_another_world_is_refused(control: httpx.AsyncClient) -> None:
    """A document that lies over fixtures that are not here names them, and says what to do."""
    document = await take(control, "default")
    document["world"] = "0123456789abcdef" * 4
    problem = read_problem(await put(control, document, "b"), 400, "/world")
    message = message_at(problem, "/world")
    assert "0123456789ab" in message
    assert "EMULATOR_FIXTURES" in message
    read_problem(await control.get("/sandboxes/b"), 404)


LIMIT = {"provider": "z", "subject": "", "keep": 0, "times": []}
WORK = {"provider": "zerohash", "kind": "abandonment", "key": "k", "due_at": 1, "data": None}

# Where, what is put there, and where that is told.
WRONG: list[tuple[str, object, str]] = [
    ("identity", "No", "/identity"),
    ("sandbox", "No", "/sandbox"),
    ("news", 1, "/news"),
    ("born/seed", "", "/born/seed"),
    ("born/at", -1, "/born/at"),
    ("born/news", 1, "/born/news"),
    ("born/clock/factor", 2, "/born/clock/factor"),
    ("born/clock/news", 2, "/born/clock/news"),
    ("born/fixtures", [], "/born/fixtures"),
    ("born/fixtures", {"zerohash": {"planets": []}}, "/born/fixtures"),
    ("born/credentials", {"zerohash": 1}, "/born/credentials"),
    ("born/credentials", {"nobody": {}}, "/born/credentials/nobody"),
    ("born/credentials", {"zerohash": {"api_key": "é"}}, "/born/credentials/zerohash/api_key"),
    ("clock/mode", "slow", "/clock/mode"),
    ("clock/base_now", 1e300, "/clock"),
    ("clock/news", 1, "/clock/news"),
    ("counters", {"x": -1}, "/counters/x"),
    ("counters", {"x": "1"}, "/counters/x"),
    ("lifetimes", {"zerohash": 0}, "/lifetimes/zerohash"),
    ("lifetimes", {"nobody": 60}, "/lifetimes/nobody"),
    ("settings", {"nobody": {}}, "/settings/nobody"),
    ("settings", {"zerohash": 1}, "/settings/zerohash"),
    ("settings", {"zerohash": {"rsa_bits": 1}}, "/settings/zerohash/rsa_bits"),
    ("grants/0/provider", "nobody", "/grants/0/provider"),
    ("grants/0/key", "mine", "/grants/0/key"),
    ("grants/0/fills", ["iss"], "/grants/0/fills"),
    ("grants/0/claims", "[]", "/grants/0/claims"),
    ("grants/0/header", "{", "/grants/0/header"),
    ("grants/0/news", 1, "/grants/0/news"),
    ("grants/0/lifetime_s", 10**12, "/grants/0/lifetime_s"),
    ("tokens/1/0", "", "/tokens/1/0"),
    ("tokens/1/1", 10**15, "/tokens/1/1"),
    ("tokens/1/2", 7, "/tokens/1/2"),
    ("tokens/1/2", -1, "/tokens/1/2"),
    ("tokens/1/3", ["lost"], "/tokens/1/3/0"),
    ("tokens/1/3", ["spent", "spent"], "/tokens/1/3"),
    ("tokens/1", 5, "/tokens/1"),
    ("faults/0/0/operation", "zerohash.nothing", "/faults/0/0/operation"),
    ("faults/0/0/sequence/0/error", "no_such", "/faults/0/0/then/sequence/0/error"),
    ("faults/0/0/when/every", 0, "/faults/0/0/when/every"),
    ("faults/0/0/id", "", "/faults/0/0"),
    ("faults/0/0/news", 1, "/faults/0/0/news"),
    ("faults/0/1/matched", -1, "/faults/0/1"),
    ("faults/0/1", 1, "/faults/0/1"),
    ("limits", [{"provider": "z", "keep": 1, "times": []}], "/limits/0/subject"),
    (
        "limits",
        [LIMIT],
        "/limits/0/keep",
    ),
    ("limits", [{**LIMIT, "keep": 1, "times": [1, 2]}], "/limits/0/times"),
    ("limits", [{**LIMIT, "keep": 1}] * 2, "/limits/1/subject"),
    ("keyrings/0/bits", 1024, "/keyrings/0/bits"),
    ("keyrings/0/ring", {"active": "x", "published": ["x"]}, "/keyrings/0/ring/published"),
    ("keyrings/0/ring/active", "mine", "/keyrings/0/ring/active"),
    ("due", [{"work": {**WORK, "kind": "nothing"}}], "/due/0/work/kind"),
    ("due", [{"work": {**WORK, "key": ""}}], "/due/0/work/key"),
    ("due", [{"work": WORK}, {"work": WORK}], "/due/1/work/key"),
    ("due", [{"work": {**WORK, "due_at": -1}}], "/due/0/work/due_at"),
    ("due", [{"work": {**WORK, "attempt": 0}}], "/due/0/work/attempt"),
    ("due", [{"work": {**WORK, "news": 0}}], "/due/0/work/news"),
    ("due", [1], "/due/0"),
    ("entities", {"zerohash.planets": []}, "/entities/zerohash.planets"),
    ("entities/zerohash.participants/0", 1, "/entities/zerohash.participants/0"),
    ("entities/zerohash.participants/0/1", 1, "/entities/zerohash.participants/0/1"),
    (
        "entities/zerohash.participants/0/0",
        "X",
        "/entities/zerohash.participants/0/1/participant_code",
    ),
    ("entities/zerohash.participants/0/1/email", 1, "/entities/zerohash.participants/0/1/email"),
    ("entities/zerohash.participants/0/1/news", 1, "/entities/zerohash.participants/0/1/news"),
    (
        "entities/zerohash.participants/0/1/platform",
        "x",
        "/entities/zerohash.participants/0/1/platform",
    ),
]


@pytest.mark.parametrize(("where", "value", "path"), WRONG)
async def test_what_is_wrong_is_told(
    control: httpx.AsyncClient, where: str, value: object, path: str
) -> None:
    """Every part is checked like any other input: nothing is made of a document with a fault."""
    document = await fill(control)
    wrong = msgspec.json.decode(msgspec.json.encode(document))
    *steps, last = [int(step) if step.isdecimal() else step for step in where.split("/")]
    place = wrong
    for step in steps:
        place = place[step]
    place[last] = value
    for name in ("a", "b"):
        read_problem(await put(control, wrong, name), 400, path)
    read_problem(await control.get("/sandboxes/b"), 404)
    assert await take(control) == document


async def test_all_that_is_wrong_is_told_at_once(control: httpx.AsyncClient) -> None:
    """Each failure has its place, in whatever part it is."""
    document = await fill(control)
    document["clock"]["factor"] = 7
    document["counters"] = {"x": -1}
    document["tokens"] = [[jti, 0, 0, []] for jti in ("", "a", "a")]
    paths = ("/clock/factor", "/counters/x", "/tokens/0/0", "/tokens/2/0")
    read_problem(await put(control, document), 400, *paths)


async def test_nothing_is_left_without_its_parent(control: httpx.AsyncClient) -> None:
    """A record may not be dropped from under others, not even from under those of the fixtures."""
    document = await take(control, "default")
    document["entities"] = {"zerohash.participants": [["CUST01", None]]}
    problem = read(await put(control, document, "default"), 400)
    paths = {error["path"] for error in problem["errors"]}
    assert paths == {"/entities/zerohash.external_accounts"}


async def test_a_document_is_as_it_is_described(control: httpx.AsyncClient) -> None:
    """What is taken fits the schema of the OpenAPI document."""
    api = read(await control.get("/openapi.json"))
    schema = {"$ref": "#/components/schemas/Document", "components": api["components"]}
    jsonschema.validate(await fill(control), schema)


async def test_copies_are_there_after_a_restart(anyio_backend: str, tmp_path: Path) -> None:
    """A ledger that outlives the process has forks and what was put, over worlds of their own."""
    assert anyio_backend == "asyncio"
    settings = Settings(providers=("zerohash",), ledger=parse_ledger(f"sqlite:{tmp_path}/l.db"))
    own = tmp_path / "own.yaml"
    write(
        own, "zerohash: {participants: [{participant_code: OWN001, platform: acme, email: o@x.y}]}"
    )
    documents = []
    for number, fixtures in enumerate(((), (own,), ())):
        emulator = create_emulator(replace(settings, fixtures=fixtures))
        await emulator.start()
        async with client_of(emulator) as client:
            client.base_url = httpx.URL(f"{BASE_URL}/_emulator")
            if number == 1:
                document = await fill(client)
                read(await client.post("/sandboxes/a/fork", json={"id": "b"}), 201)
                read(await put(client, document, "c"), 201)
                read(await put(client, document, "default"))
            if number:
                documents.append([await take(client, name) for name in ("c", "b", "default", "a")])
                assert not read(await client.get("/sandboxes/b"))["listed"]
        await emulator.close()
    assert documents[0] == documents[1]


async def test_a_live_credential_is_stored_nowhere(control: httpx.AsyncClient) -> None:
    """What looks live is refused in a document too."""
    document = await take(control, "default")
    document["born"]["credentials"] = {"zerohash": {"api_key": "sk_live_1"}}
    path = "/born/credentials/zerohash/api_key"
    read_problem(await put(control, document, "default"), 400, path)


async def test_what_is_no_document_is_refused(control: httpx.AsyncClient) -> None:
    """No JSON, no object, nothing in it: each is a problem."""
    for body in (b"", b"{", b"nan"):
        read_problem(await control.put("/sandboxes/a/snapshot", content=body), 400)
    read_problem(await control.put("/sandboxes/a/snapshot", content=b"[]"), 400, "")
    empty = read(await control.put("/sandboxes/a/snapshot", json={}), 400)
    assert "/born" in [error["path"] for error in empty["errors"]]
    read_problem(await put(control, await take(control, "default"), "No%20Id"), 400)


async def test_defects_are_kept(control: httpx.AsyncClient) -> None:
    """A broken token stays as broken, and a revoked one revoked, wherever it is put."""
    for defect in ("revoked", "alg_none", "oversized"):
        await mint(control, defect=defect)
    kept = read(await control.get("/sandboxes/default/tokens"))["items"]
    document = await take(control, "default")
    read(await control.post("/sandboxes/default/reset"))
    read(await put(control, document, "default"))
    assert read(await control.get("/sandboxes/default/tokens"))["items"] == kept
    assert [item["status"] for item in kept] == ["active", "active", "revoked"]
    document["grants"][0]["defect"] = "expird"
    read_problem(await put(control, document, "default"), 400, "/grants/0/defect")
