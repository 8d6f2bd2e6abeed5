"""What the ledger in Redis has to hold besides, with a server that fails in every way."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from emulator.core.clock import monotonic
from emulator.core.facts import VERSION
from emulator.core.ledger import NOWHERE, Head, Lease, Moved, Replaced, Tail, Unavailable, Unusable
from emulator.core.ledger.redis import PREFIX, RedisLedger
from tests.core.test_ledger import ANN, extend, fact, tail
from tests.redis_server import RedisServer
from tests.relay import Relay, open_relay

pytestmark = pytest.mark.anyio

SOON_S = 2.0  # the promise is one second: a busy machine gets another
AT_ONCE_S = 0.2


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A server of the test's own that forgets nothing that it acknowledged."""
    made = RedisServer(appendonly="yes", appendfsync="always")
    made.start()
    yield made
    made.close()


@pytest.fixture
def heir() -> Iterator[RedisServer]:
    """Another server."""
    made = RedisServer()
    made.start()
    yield made
    made.close()


@pytest.fixture
async def ledger(anyio_backend: str, server: RedisServer) -> AsyncIterator[RedisLedger]:
    """An empty ledger on it."""
    assert anyio_backend
    opened = RedisLedger(server.url, writer="1.2.3")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def relay(anyio_backend: str, server: RedisServer) -> AsyncIterator[Relay]:
    """A door in front of the server."""
    assert anyio_backend
    async with open_relay(server.port) as opened:
        yield opened


@pytest.fixture
async def distant(relay: Relay) -> AsyncIterator[RedisLedger]:
    """A ledger behind that door."""
    opened = RedisLedger(f"redis://127.0.0.1:{relay.port}", writer="1.2.3")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def redis(anyio_backend: str, server: RedisServer) -> "AsyncIterator[Redis]":
    """The server without the ledger, to do what should not be done."""
    assert anyio_backend
    client = Redis(host="127.0.0.1", port=server.port)
    yield client
    await client.aclose()


async def recover(ledger: RedisLedger) -> None:
    """Wait until the ledger has noticed that Redis answers again."""
    knocking = ledger._link._knocking
    if knocking is not None:
        await knocking


def numbers(found: Tail) -> list[float]:
    """Which facts those are."""
    return [each.at for each in found.facts]


async def test_a_lost_answer_is_no_lost_append(distant: RedisLedger, relay: Relay) -> None:
    """Where the answer is lost the append has taken place, once, and is found to have."""
    head = await extend(distant, NOWHERE, 1)
    relay.losing = 1
    second = await extend(distant, head, 2, 3)
    assert relay.lost == 1
    assert numbers(await tail(distant, NOWHERE)) == [1, 2, 3]
    assert await distant.read("s1", second) == Tail((), second)


async def test_a_lost_append_is_found_beneath_others(
    distant: RedisLedger, relay: Relay, ledger: RedisLedger
) -> None:
    """Where others appended behind a lost answer it still is known that the append took place."""
    head = await extend(distant, NOWHERE, 1)
    relay.losing = 1
    lost = asyncio.create_task(distant.append("s1", head, [fact(2)]))
    while isinstance(found := await ledger.read("s1", head), Tail) and not found.facts:
        assert not lost.done()
    assert isinstance(found, Tail)
    behind = await ledger.append("s1", found.head, [fact(3)])
    second = await lost
    assert isinstance(second, Head)
    assert isinstance(behind, Head)
    assert await ledger.read("s1", second) == Tail((fact(3),), behind)


async def test_a_lost_refusal_stays_a_refusal(
    distant: RedisLedger, relay: Relay, ledger: RedisLedger
) -> None:
    """Where somebody was faster and that answer is lost, asking again says the same."""
    head = await extend(ledger, NOWHERE, 1)
    await extend(ledger, head, 2)
    await distant.read("s1", head)
    relay.losing = 1
    assert await distant.append("s1", head, [fact(9)]) == Moved()
    assert relay.lost == 1


async def test_a_stalled_redis_is_unavailable_soon(
    ledger: RedisLedger, server: RedisServer
) -> None:
    """Who asks a Redis that stalls learns it within a second, who asks next at once."""
    head = await extend(ledger, NOWHERE, 1)
    server.signal(signal.SIGSTOP)
    began = monotonic()
    asked = [ledger.read("s1", head), ledger.append("s1", head, [fact(2)]), ledger.locate(*ANN)]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in told] == [Unavailable] * 3
    assert monotonic() - began < SOON_S
    began = monotonic()
    with pytest.raises(Unavailable, match="does not answer"):
        await ledger.read("s1", head)
    assert monotonic() - began < AT_ONCE_S
    server.signal(signal.SIGCONT)
    await recover(ledger)
    found = await tail(ledger, NOWHERE)
    assert numbers(found) in ([1], [1, 2])
    await extend(ledger, found.head, 3)


async def test_what_a_stalled_redis_still_does_is_seen(
    ledger: RedisLedger, server: RedisServer
) -> None:
    """An append that nobody knew of is read when it shows, or is refused behind another."""
    head = await extend(ledger, NOWHERE, 1)
    server.signal(signal.SIGSTOP)
    with pytest.raises(Unavailable):
        await ledger.append("s1", head, [fact(2)])
    server.signal(signal.SIGCONT)
    await recover(ledger)
    mine = await ledger.append("s1", head, [fact(3)])
    found = numbers(await tail(ledger, NOWHERE))
    assert found == ([1, 2] if isinstance(mine, Moved) else [1, 3])


async def test_a_killed_redis_is_unavailable_and_keeps_what_it_said(
    ledger: RedisLedger, server: RedisServer
) -> None:
    """Killed it is unavailable within a second; started anew it has all that it acknowledged."""
    head = await extend(ledger, NOWHERE, 1, 2)
    head = await extend(ledger, head, 3)
    server.kill()
    began = monotonic()
    with pytest.raises(Unavailable):
        await ledger.append("s1", head, [fact(4)])
    assert monotonic() - began < SOON_S
    server.start()
    await recover(ledger)
    assert await ledger.read("s1", head) == Tail((), head)
    await extend(ledger, head, 5)
    assert numbers(await tail(ledger, NOWHERE)) == [1, 2, 3, 5]


async def test_a_redis_that_lost_everything_holds_another_log(
    ledger: RedisLedger, server: RedisServer
) -> None:
    """After a restart without data the old head reads Replaced, and can't be appended to."""
    head = await extend(ledger, NOWHERE, 1)
    server.kill()
    server.empty()
    server.start()
    assert await ledger.read("s1", head) == Replaced()
    assert await ledger.append("s1", head, [fact(2)]) == Moved()
    await extend(ledger, NOWHERE, 1)
    assert await ledger.read("s1", head) == Replaced()


async def test_a_failover_never_mixes_histories(
    distant: RedisLedger, relay: Relay, ledger: RedisLedger, heir: RedisServer
) -> None:
    """An heir that is behind, and went on in its own way as far, is not taken for the old log."""
    client = Redis(host="127.0.0.1", port=heir.port)
    first = await extend(distant, NOWHERE, 1)
    await client.replicaof("127.0.0.1", str(relay.target))
    while not await client.exists(f"{PREFIX}log:s1"):
        pass
    await client.replicaof("NO", "ONE")
    second = await extend(distant, first, 2)
    old = relay.target
    relay.target = heir.port
    relay.cut()
    assert await distant.read("s1", second) == Replaced()
    assert await distant.append("s1", second, [fact(3)]) == Moved()
    assert numbers(await tail(distant, NOWHERE)) == [1]
    other = await extend(distant, first, 7)
    assert other.position == second.position
    assert await distant.read("s1", second) == Replaced()
    assert await distant.append("s1", second, [fact(3)]) == Moved()
    relay.target = old
    relay.cut()
    assert await distant.read("s1", other) == Replaced()
    assert await ledger.read("s1", second) == Tail((), second)
    await client.aclose()


async def test_a_node_that_may_not_write_is_unavailable(ledger: RedisLedger, redis: Redis) -> None:
    """A node that became somebody's replica refuses appends: unavailable, and nothing changes."""
    head = await extend(ledger, NOWHERE, 1)
    await redis.replicaof("127.0.0.1", "1")
    began = monotonic()
    with pytest.raises(Unavailable):
        await ledger.append("s1", head, [fact(2)])
    assert monotonic() - began < SOON_S
    await redis.replicaof("NO", "ONE")
    await recover(ledger)
    await extend(ledger, head, 3)


async def test_another_versions_data_are_refused(ledger: RedisLedger, redis: Redis) -> None:
    """Data of another version are not opened: the line names the release that wrote them."""
    await ledger.open()
    await redis.set(f"{PREFIX}version", f"{VERSION + 1} 9.9.9")
    with pytest.raises(Unusable, match=r"token-emulator 9\.9\.9"):
        await ledger.open()


async def test_a_log_of_another_version_is_never_half_read(
    ledger: RedisLedger, redis: Redis
) -> None:
    """A log that a later release writes is refused as a whole."""
    head = await extend(ledger, NOWHERE, 1)
    packed = await redis.hget(f"{PREFIX}heads", "s1")
    assert isinstance(packed, bytes)
    await redis.hset(f"{PREFIX}heads", "s1", b"9" + packed)
    for after in (NOWHERE, head):
        with pytest.raises(Unavailable, match="version 9"):
            await ledger.read("s1", after)


async def test_a_redis_that_is_not_there_is_unusable() -> None:
    """Opening says where nothing answers, and what to change, without the password."""
    ledger = RedisLedger("redis://:fake-password@127.0.0.1:1/0", writer="1.2.3")
    with pytest.raises(Unusable, match=r"127\.0\.0\.1:1 can't be used.*EMULATOR_LEDGER") as told:
        await ledger.open()
    assert "fake-password" not in str(told.value)
    await ledger.close()


async def test_a_redis_that_wants_a_password_says_so() -> None:
    """Where it refuses to be used the line says why."""
    server = RedisServer(requirepass="fake-password")
    server.start()
    without, given = (
        RedisLedger(url, writer="1.2.3")
        for url in (server.url, server.url.replace("//", "//:fake-password@"))
    )
    with pytest.raises(Unusable, match="uthentication"):
        await without.open()
    await given.open()
    assert await given.count() == 0
    await without.close()
    await given.close()
    server.close()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port", "redis://127.0.0.1/0?bogus=1"])
def test_what_is_no_url_is_unusable(url: str) -> None:
    """A URL that redis-py does not take is told by the setting's name."""
    with pytest.raises(Unusable, match="EMULATOR_LEDGER"):
        RedisLedger(url, writer="1.2.3")


async def test_a_log_with_a_gap_is_never_half_read(ledger: RedisLedger, redis: Redis) -> None:
    """Where an append is missing, from the middle or the end, nothing is read."""
    head = await extend(ledger, NOWHERE, 1)
    for number in (2, 3):
        head = await extend(ledger, head, number)
    for position in (2, 3):
        await redis.xdel(f"{PREFIX}log:s1", f"{position}-0")
        with pytest.raises(Unavailable, match="gap"):
            await ledger.read("s1", NOWHERE)


async def test_damaged_facts_are_not_read(ledger: RedisLedger, redis: Redis) -> None:
    """A byte that changed is noticed."""
    await extend(ledger, NOWHERE, 1)
    key = f"{PREFIX}log:s1"
    ((name, fields),) = await redis.execute_command("XRANGE", key, "-", "+")
    await redis.delete(key)
    damaged = fields[b"f"].replace(b"1", b"2")
    await redis.execute_command("XADD", key, name, "t", fields[b"t"], "f", damaged)
    with pytest.raises(Unavailable, match="damaged"):
        await ledger.read("s1", NOWHERE)


async def test_remains_of_a_log_are_not_taken_for_its_beginning(
    ledger: RedisLedger, redis: Redis
) -> None:
    """A log that is begun where Redis lost the old one's head has nothing of the old one."""
    await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN])
    await redis.hdel(f"{PREFIX}heads", "s1")
    await extend(ledger, NOWHERE, 2)
    assert numbers(await tail(ledger, NOWHERE)) == [2]
    assert await ledger.locate(*ANN) is None


async def test_who_is_a_little_behind_a_trim_reads_on(server: RedisServer) -> None:
    """The facts just before a trim stay; who is further behind reads Replaced."""
    ledger = RedisLedger(server.url, writer="1.2.3", kept_behind=2)
    heads = [await extend(ledger, NOWHERE, 1)]
    for number in (2, 3, 4, 5):
        heads.append(await extend(ledger, heads[-1], number))
    await ledger.trim("s1", heads[3], fact(100))
    assert await ledger.read("s1", heads[0]) == Replaced()
    assert numbers(await tail(ledger, heads[1])) == [3, 4, 5]
    assert numbers(await tail(ledger, NOWHERE)) == [100, 5]
    await ledger.trim("s1", heads[2], fact(99))
    assert numbers(await tail(ledger, NOWHERE)) == [100, 5]
    await ledger.close()


async def test_a_lost_drop_is_done_once(
    distant: RedisLedger, relay: Relay, ledger: RedisLedger, redis: Redis
) -> None:
    """A drop whose answer is lost has taken place; it leaves nothing behind."""
    await ledger.append("s1", NOWHERE, [fact(1)], claimed=[ANN])
    assert await distant.locate(*ANN) == "s1"
    relay.sparing, relay.losing = 1, 1  # it asks for the head first
    assert await distant.drop("s1")
    assert relay.lost == 1
    assert not await distant.drop("s1")
    assert set(await redis.keys()) == {f"{PREFIX}{name}".encode() for name in ("version", "lanes")}


async def test_leases_are_told_to_all(ledger: RedisLedger, distant: RedisLedger) -> None:
    """A lease begins with its log, a use is seen by others, an unused one alone is dropped."""
    lease = Lease("s1", 10.5, 10.5, 60.0, first_use=True)
    await ledger.append("s1", NOWHERE, [fact(1)], lease=lease)
    await distant.touch("s1", 20.25)
    await distant.touch("s1", 15.0)
    await distant.touch("gone", 15.0)
    assert await ledger.lease("s1") == lease._replace(used_at=20.25)
    assert await ledger.leases() == [lease._replace(used_at=20.25)]
    assert not await ledger.drop("s1", unused_since=20.0)
    assert await ledger.count() == 1
    assert await ledger.drop("s1", unused_since=20.25)
    assert (await ledger.count(), await ledger.leases()) == (0, [])


async def test_worlds_are_kept_for_all(ledger: RedisLedger, distant: RedisLedger) -> None:
    """A fixture world that one process knows another can ask for."""
    assert await distant.world("digest") is None
    await ledger.keep_world("digest", b"{}")
    await ledger.keep_world("digest", b"{}")
    assert await distant.world("digest") == b"{}"
