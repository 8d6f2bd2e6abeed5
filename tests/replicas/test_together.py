"""Several replicas on one Redis act as one emulator."""

import asyncio
from collections import Counter

import httpx
import pytest
from redis.asyncio import Redis

from emulator.core.decisions import Decision
from emulator.core.facts import ControlGranted, IdsDrawn
from emulator.core.ledger import NOWHERE, Tail
from tests.control.answers import read, read_problem
from tests.graphql import call, posted
from tests.providers.highnote.test_single_use import ISSUE, issuing, single_use
from tests.redis_server import RedisServer
from tests.replicas.conftest import Replica, open_replica
from tests.signing import Key, minting, revoking, signed

pytestmark = pytest.mark.anyio

DEFAULT = "/_emulator/sandboxes/default"


async def mint(client: httpx.AsyncClient) -> str:
    """A client token of zerohash."""
    told = read(await client.request(**minting()), 201)
    return str(told["message"]["token"])


async def is_active(client: httpx.AsyncClient, token: str) -> bool:
    """Whether a token is good."""
    told = read(await client.post(f"{DEFAULT}/introspect", json={"token": token}))
    return bool(told["active"])


async def test_a_revoked_token_is_refused_everywhere_at_once(one: Replica, other: Replica) -> None:
    """What one replica revoked the other refuses in the next request, both ways."""
    for here, there in ((one, other), (other, one)) * 3:
        token = await mint(here.client)
        assert await is_active(there.client, token)
        assert (await there.client.request(**revoking(token))).is_success
        assert not await is_active(here.client, token)
        assert not await is_active(there.client, token)


async def test_a_counted_fault_fires_so_often_over_all(one: Replica, other: Replica) -> None:
    """`times: 2` is two, however many replicas are asked at once."""
    rule = {
        "operation": "zerohash.client_auth_token",
        "when": {"times": 2},
        "then": {"error": "unavailable"},
    }
    armed = read(await one.client.post(f"{DEFAULT}/faults", json=rule), 201)
    asked = [replica.client.request(**minting()) for replica in (one, other) * 10]
    answers = await asyncio.gather(*asked)
    assert Counter(answer.status_code for answer in answers) == {503: 2, 201: 18}
    ids = {answer.json()["message"]["token"] for answer in answers if answer.is_success}
    assert len(ids) == 18
    found = read(await other.client.get(f"{DEFAULT}/faults/{armed['id']}"))
    assert found["hits"]["fired"] == 2


async def test_a_single_use_token_is_used_once_over_all(one: Replica, other: Replica) -> None:
    """Asked for at once at all replicas, one use is granted."""
    token = await single_use(one.client)
    asked = [
        replica.client.request(**posted(ISSUE, issuing(), by=token)) for replica in (one, other) * 4
    ]
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*asked))
    assert statuses == {200: 1, 401: 7}


async def test_a_sandbox_lives_everywhere(one: Replica, other: Replica) -> None:
    """Made at one replica it is found at the other by its keys, its name and in the list."""
    made = read(await one.client.post("/_emulator/sandboxes", json={"id": "ann"}), 201)
    own = made["credentials"]["zerohash"]
    key = Key(own["api_key"], own["secret"], own["passphrase"])
    body = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
    request = signed("POST", "/client_auth_token", body, key=key)
    answer = await other.client.request(**request)
    assert answer.status_code == 201
    assert answer.headers["x-emulator-sandbox"] == "ann; by=credential"
    listed = read(await other.client.get("/_emulator/sandboxes"))["items"]
    assert {item["id"] for item in listed} == {"ann", "default"}
    read(
        await other.client.put(
            "/_emulator/sandboxes/ann/clock", json={"mode": "frozen", "at": "2030-01-01T00:00:00Z"}
        )
    )
    seen = read(await one.client.get("/_emulator/sandboxes/ann/clock"))
    assert seen["now"] == "2030-01-01T00:00:00Z"
    assert (await other.client.delete("/_emulator/sandboxes/ann")).status_code == 204
    assert (await one.client.get("/_emulator/sandboxes/ann")).status_code == 404
    assert (await one.client.request(**request)).headers["x-emulator-sandbox"].startswith("default")


async def test_a_sandboxs_ttl_is_known_everywhere(one: Replica, other: Replica) -> None:
    """Made or forked with a TTL of its own, it has it at each replica."""
    path = "/_emulator/sandboxes"
    read(await one.client.post(path, json={"id": "ann", "ttl": "8h"}), 201)
    read(await one.client.post(f"{path}/ann/fork", json={"id": "bob", "ttl": "8h"}), 201)
    for name in ("ann", "bob"):
        lease = await other.emulator.ledger.lease(name)
        assert lease is not None
        assert lease.ttl_s == 8 * 3600


async def test_a_sandbox_is_shown_as_it_is_now(one: Replica, other: Replica) -> None:
    """Shown or listed at one replica it has the clock and the state that another gave it."""
    path = "/_emulator/sandboxes"
    read(await one.client.post(path, json={"id": "ann"}), 201)
    read(await one.client.post(path, json={"id": "bob", "seed": "of-bob"}), 201)
    read(await other.client.get(path))  # both live there now
    frozen = {"mode": "frozen", "at": "2030-01-01T00:00:00Z"}
    document = read(await one.client.get(f"{path}/bob/snapshot"))
    read(await one.client.put(f"{path}/ann/snapshot", json=document))
    read(await one.client.put(f"{path}/ann/clock", json=frozen))
    listed = read(await other.client.get(path))["items"]
    shown = read(await other.client.get(f"{path}/ann"))
    for item in (shown, *(item for item in listed if item["id"] == "ann")):
        assert (item["seed"], item["clock"]["now"]) == ("of-bob", frozen["at"])


async def test_a_name_is_taken_once(one: Replica, other: Replica) -> None:
    """Of all who make the same sandbox at once one does."""
    asked = [r.client.post("/_emulator/sandboxes", json={"id": "ann"}) for r in (one, other)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*asked))
    assert statuses == [201, 409]


async def test_all_go_on_when_redis_lost_everything(server: RedisServer) -> None:
    """After a flush both replicas begin anew, together: what was is unknown, nothing fails."""
    async with open_replica(server.url) as one, open_replica(server.url) as other:
        token = await mint(one.client)
        assert await is_active(other.client, token)
        client = Redis(host="127.0.0.1", port=server.port)
        await client.flushall()
        await client.aclose()
        fresh = await mint(one.client)
        assert await is_active(other.client, fresh)
        assert not await is_active(one.client, token)
        assert not await is_active(other.client, token)
        assert (await one.client.request(**revoking(fresh))).is_success
        assert not await is_active(other.client, fresh)
        world = one.emulator.directory.worlds.current().digest
        assert await one.emulator.ledger.world(world) is not None  # for newcomers


async def test_the_list_names_what_can_t_be_read(server: RedisServer) -> None:
    """Whoever may not read a sandbox can drop it, and has the list again."""
    path = "/_emulator/sandboxes"
    async with open_replica(server.url) as one, open_replica(server.url) as other:
        read(await one.client.post(path, json={"id": "ann"}), 201)
        client = Redis(host="127.0.0.1", port=server.port)
        await client.delete("token-emulator:log:ann")
        await client.aclose()
        assert "'ann'" in read_problem(await other.client.get(path), 503)["detail"]
        assert (await other.client.delete(f"{path}/ann")).status_code == 204
        listed = read(await other.client.get(path))["items"]
        assert [item["id"] for item in listed] == ["default"]


async def test_what_was_answered_outlives_redis_and_all_replicas(server: RedisServer) -> None:
    """Killed at once, all of them: what was answered is there when they come back."""
    async with open_replica(server.url) as one:
        kept, revoked = await mint(one.client), await mint(one.client)
        assert (await one.client.request(**revoking(revoked))).is_success
        server.kill()
    server.start()
    async with open_replica(server.url) as anew:
        assert await is_active(anew.client, kept)
        assert not await is_active(anew.client, revoked)
        assert (await call(anew.client, "{ ping }")) == {"ping": "pong"}


async def test_the_journal_shows_the_calls_of_all(one: Replica, other: Replica) -> None:
    """Calls are listed, shown and verified at every replica, in the order in which they ended."""
    ids = []
    for replica in (one, other, other, one):
        answer = await replica.client.request(**minting())
        ids.append(answer.headers["x-emulator-call"])
    assert len(set(ids)) == 4
    for replica in (one, other):
        listed = read(await replica.client.get(f"{DEFAULT}/calls"))["items"]
        assert [call["id"] for call in listed] == ids[::-1]
        since = read(await replica.client.get(f"{DEFAULT}/calls", params={"since": ids[1]}))
        assert [call["id"] for call in since["items"]] == [ids[3], ids[2]]
        shown = read(await replica.client.get(f"{DEFAULT}/calls/{ids[0]}"))
        assert shown["operation"] == "client_auth_token"
        asked = {"operation": "zerohash.client_auth_token", "count": {"exact": 4}}
        told = read(await replica.client.post(f"{DEFAULT}/calls/verify", json=asked))
        assert told["verified"] is True


async def test_verify_waits_for_a_call_that_another_serves(one: Replica, other: Replica) -> None:
    """A call that comes later, elsewhere, is waited for."""
    asked = {"operation": "zerohash.client_auth_token", "wait": "10s"}
    waiting = asyncio.create_task(one.client.post(f"{DEFAULT}/calls/verify", json=asked))
    await other.client.request(**minting())
    assert read(await waiting)["verified"] is True


async def test_forgetting_calls_forgets_them_everywhere(one: Replica, other: Replica) -> None:
    """What one replica clears no other shows any more; what comes after it all do."""
    for replica in (one, other):
        await replica.client.request(**minting())
    assert len(read(await one.client.get(f"{DEFAULT}/calls"))["items"]) == 2
    assert (await other.client.delete(f"{DEFAULT}/calls")).status_code == 204
    assert read(await one.client.get(f"{DEFAULT}/calls"))["items"] == []
    answer = await one.client.request(**minting())
    for replica in (one, other):
        (call,) = read(await replica.client.get(f"{DEFAULT}/calls"))["items"]
        assert call["id"] == answer.headers["x-emulator-call"]


async def test_what_fell_out_unheard_is_known_to_be_missing(one: Replica, other: Replica) -> None:
    """More calls than are kept for others: a count of them is unknown, not wrong."""
    for _ in range(7):
        asked = [one.client.get("/zerohash/time") for _ in range(100)]
        await asyncio.gather(*asked)
    read(await one.client.get(f"{DEFAULT}/calls"))  # all are told before it answers
    count = {"operation": "zerohash.time", "count": {"exact": 700}}
    told = read(await other.client.post(f"{DEFAULT}/calls/verify", json=count))
    assert told["verified"] in {"unknown", None}
    assert told["evicted"] is True


async def test_a_trimmed_log_tells_a_newcomer_everything(one: Replica, url: str) -> None:
    """After thousands of facts a replica that comes new is as far, and knows who controls."""
    read(await one.client.post("/_emulator/sandboxes", json={"id": "ann"}), 201)
    sandbox = await one.emulator.directory.find("ann")
    assert sandbox is not None
    granted = ControlGranted(0.0, "digest")
    await sandbox.transact(lambda _: Decision(None, (granted,)))
    for _ in range(25):
        await sandbox.transact(
            lambda view: Decision(None, tuple(IdsDrawn(view.now, {"n": 1}) for _ in range(100)))
        )
    found = await one.emulator.ledger.read("ann", NOWHERE)
    assert isinstance(found, Tail)
    assert len(found.facts) < 1000
    async with open_replica(url) as newcomer:
        joined = await newcomer.emulator.directory.find("ann")
        assert joined is not None
        assert joined.head == sandbox.head
        assert joined.state.counters["n"] == 2500
        assert joined.state.control == "digest"
        assert joined.state.snapshot() == sandbox.state.snapshot()
