"""Looking at a provider's world and changing it."""

from typing import Any

import httpx
import pytest

from tests.control.answers import DEFAULT, create, message_at, read, read_problem
from tests.signing import PRIMARY, minting, signed

pytestmark = pytest.mark.anyio

WORLD = f"{DEFAULT}/entities/zerohash"
PEOPLE = f"{WORLD}/participants"
KEYS = f"{WORLD}/api_keys"
KEY = {"secret": "c2VjcmV0", "passphrase": "hush", "platform": "acme"}
PERSON = {"platform": "acme", "email": "new@example.com"}


async def get(control: httpx.AsyncClient, path: str) -> Any:  # noqa: ANN401 - JSON
    """What GET answers."""
    return read(await control.get(path))


async def test_counts(control: httpx.AsyncClient) -> None:
    """A provider's kinds, each with how many records it has."""
    before = await get(control, WORLD)
    kinds = {"platforms", "api_keys", "participants", "external_accounts", "payments"}
    assert set(before) == kinds
    read(await control.post(PEOPLE, json=PERSON), 201)
    assert await get(control, WORLD) == {**before, "participants": before["participants"] + 1}


async def test_lists_are_paged_newest_first(control: httpx.AsyncClient) -> None:
    """What was put last comes first, then the fixtures from their end."""
    read(await control.put(f"{PEOPLE}/AAAAAA", json=PERSON), 201)
    first = await get(control, f"{PEOPLE}?limit=2")
    assert [record["participant_code"] for record in first["items"]] == ["AAAAAA", "OTHR01"]
    rest = await get(control, f"{PEOPLE}?cursor={first['next']}")
    assert len(rest["items"]) == 10
    assert rest["items"][-1]["participant_code"] == "CUST01"
    assert rest["next"] is None


async def test_secrets_are_never_shown(control: httpx.AsyncClient) -> None:
    """Lists, single records and answers to changes mask them."""
    shown = await get(control, f"{KEYS}/{PRIMARY.api_key}")
    assert (shown["secret"], shown["passphrase"]) == ("***", "***")
    answers = [
        await control.get(KEYS),
        await control.put(f"{KEYS}/{PRIMARY.api_key}", json=shown),
        await control.put(
            f"{KEYS}/NewFakeKey",
            json={**shown, "api_key": "NewFakeKey", "secret": "c2VjcmV0", "passphrase": "hush"},
        ),
    ]
    for answer in answers:
        assert answer.is_success, answer.text
        for secret in (PRIMARY.secret, PRIMARY.passphrase, "c2VjcmV0", "hush"):
            assert secret not in answer.text


async def test_a_mask_sent_back_keeps_the_secret(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Reading, changing and writing a record leaves its secrets as they were."""
    path = f"{KEYS}/{PRIMARY.api_key}"
    shown = await get(control, path)
    changed = read(await control.put(path, json={**shown, "nickname": "changed"}))
    assert changed == {**shown, "nickname": "changed"}
    assert (await client.request(**minting())).status_code == 201


async def test_a_mask_is_no_secret_of_a_new_record(control: httpx.AsyncClient) -> None:
    """Where nothing stands, the mask stands for nothing."""
    shown = await get(control, f"{KEYS}/{PRIMARY.api_key}")
    response = await control.put(f"{KEYS}/NewFakeKey", json={**shown, "api_key": "NewFakeKey"})
    read_problem(response, 400, "/passphrase", "/secret")


async def test_put_creates_then_replaces(control: httpx.AsyncClient) -> None:
    """201 the first time, 200 after; a replacement has nothing of the record before."""
    first = read(await control.put(f"{PEOPLE}/AAAAAA", json={**PERSON, "last_name": "A"}), 201)
    assert (first["participant_code"], first["last_name"]) == ("AAAAAA", "A")
    second = read(await control.put(f"{PEOPLE}/AAAAAA", json=PERSON))
    assert second["last_name"] == ""
    assert await get(control, f"{PEOPLE}/AAAAAA") == second


async def test_post_draws_a_key(control: httpx.AsyncClient) -> None:
    """Each record gets a new key in its kind's own form."""
    codes = set()
    for number in range(3):
        person = {**PERSON, "email": f"{number}@example.com"}
        codes.add(read(await control.post(PEOPLE, json=person), 201)["participant_code"])
    assert len(codes) == 3
    assert all(len(code) == 6 for code in codes)
    account = {"participant_code": codes.pop()}
    made = read(await control.post(f"{WORLD}/external_accounts", json=account), 201)
    assert len(made["external_account_id"]) == 36


async def test_a_world_can_be_built(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A platform, key and participant made here can be used at once."""
    platform = {"platform_code": "MINE01", "name": "Mine"}
    read(await control.put(f"{WORLD}/platforms/mine", json=platform), 201)
    key = PRIMARY._replace(api_key="MyFakeKey")
    record = {"secret": key.secret, "passphrase": key.passphrase, "platform": "mine"}
    read(await control.put(f"{KEYS}/MyFakeKey", json=record), 201)
    person = {"platform": "mine", "email": "me@example.com"}
    code = read(await control.post(PEOPLE, json=person), 201)["participant_code"]
    body = {"participant_code": code, "permissions": ["crypto-buy"]}
    response = await client.request(**signed("POST", "/client_auth_token", body, key=key))
    assert read(response, 201)
    assert response.headers["x-emulator-sandbox"] == "default; by=credential"


async def test_deleting_takes_along_what_hangs_on_it(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """With a platform go its keys, its participants and their accounts; nobody else's."""
    assert (await control.delete(f"{WORLD}/platforms/acme")).status_code == 204
    left = await get(control, WORLD)
    assert left == {
        "platforms": 1,
        "api_keys": 1,
        "participants": 1,
        "external_accounts": 0,
        "payments": 0,
    }
    assert (await client.request(**minting())).status_code == 403
    read_problem(await control.get(f"{WORLD}/platforms/acme"), 404)
    read_problem(await control.delete(f"{WORLD}/platforms/acme"), 404)


async def test_deleting_stays_in_its_sandbox(control: httpx.AsyncClient) -> None:
    """The shared fixture world is not touched."""
    await create(control, id="a")
    before = await get(control, WORLD)
    assert (await control.delete("/sandboxes/a/entities/zerohash/platforms/acme")).is_success
    assert await get(control, WORLD) == before


@pytest.mark.parametrize(
    ("path", "body", "paths"),
    [
        (f"{PEOPLE}/AAAAAA", {}, ["/platform", "/email"]),
        (f"{PEOPLE}/AAAAAA", {**PERSON, "emial": "x"}, ["/emial"]),
        (f"{PEOPLE}/AAAAAA", {**PERSON, "email": 1}, ["/email"]),
        (f"{PEOPLE}/AAAAAA", {**PERSON, "status": "gone", "tier": 1}, ["/status", "/tier"]),
        (f"{PEOPLE}/AAAAAA", {**PERSON, "platform": "nobody"}, ["/platform"]),
        (f"{PEOPLE}/AAAAAA", {**PERSON, "participant_code": "BBBBBB"}, ["/participant_code"]),
        (f"{PEOPLE}/AAAAAA", {**PERSON, "last_name": "sk_live_x"}, ["/last_name"]),
        (f"{KEYS}/sk_live_x", KEY, ["/api_key"]),
        (
            f"{WORLD}/platforms/mine",
            {"platform_code": "FAKE01", "name": "Mine"},
            ["/platform_code"],
        ),
        (
            f"{KEYS}/k",
            {"platform": "acme", "secret": 1, "passphrase": None},
            ["/secret", "/passphrase"],
        ),
        (f"{KEYS}/k", {**KEY, "allowed_ips": ["nowhere"]}, [""]),
        (f"{WORLD}/platforms/%00", {"platform_code": "MINE01", "name": "x"}, ["/id"]),
        (f"{WORLD}/platforms/{'x' * 300}", {"platform_code": "MINE01", "name": "x"}, ["/id"]),
        (f"{WORLD}/platforms/", {"platform_code": "MINE01", "name": "x"}, ["/id"]),
    ],
)
async def test_what_is_no_record_is_refused(
    control: httpx.AsyncClient, path: str, body: dict[str, Any], paths: list[str]
) -> None:
    """Everything that is wrong is named, and the world stays as it is."""
    before = await get(control, WORLD)
    read_problem(await control.put(path, json=body), 400, *paths)
    assert await get(control, WORLD) == before


async def test_post_refuses_a_key(control: httpx.AsyncClient) -> None:
    """Whoever wants to choose the key is told to PUT."""
    response = await control.post(PEOPLE, json={**PERSON, "participant_code": "AAAAAA"})
    problem = read_problem(response, 400, "/participant_code")
    assert "PUT" in message_at(problem, "/participant_code")


async def test_keys_with_slashes(control: httpx.AsyncClient) -> None:
    """A key may hold whatever prints."""
    platform = {"platform_code": "MINE01", "name": "x"}
    read(await control.put(f"{WORLD}/platforms/a%2Fb%20c", json=platform), 201)
    assert (await get(control, f"{WORLD}/platforms/a%2Fb%20c"))["id"] == "a/b c"
    assert (await control.delete(f"{WORLD}/platforms/a/b c")).status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        f"{DEFAULT}/entities/zerohsh",
        f"{DEFAULT}/entities/zerohsh/participants",
        f"{WORLD}/participant",
        f"{WORLD}/participant/CUST01",
        f"{PEOPLE}/NOBODY",
    ],
)
async def test_unknown_places(control: httpx.AsyncClient, path: str) -> None:
    """A provider, kind or key that there isn't is 404 for every method."""
    methods = ["GET"] if path.endswith("zerohsh") else ["GET", "DELETE"]
    for method in methods:
        response = await control.request(method, path)
        assert response.status_code in {404, 405}
        if response.status_code == 404:
            read_problem(response, 404)
    read_problem(await control.get(path), 404)
