"""What the ledger in Redis keeps, and what it refuses to read."""

import pytest
from redis.asyncio import Redis

from emulator.core.facts import VERSION
from emulator.core.ledger import NOWHERE, Lease, Replaced, Unavailable, Unusable
from emulator.core.ledger.redis import PREFIX, RedisLedger
from emulator.core.ledger.redis_records import pack_head
from tests.core.redis.conftest import numbers
from tests.core.test_ledger import ANN, extend, fact, tail
from tests.redis_server import RedisServer
from tests.relay import Relay

pytestmark = pytest.mark.anyio


async def test_another_versions_data_are_refused(ledger: RedisLedger, redis: Redis) -> None:
    """Data of another version are not opened: the line names the release that wrote them."""
    await ledger.open()
    await redis.set(f"{PREFIX}version", f"{VERSION + 1} 9.9.9")
    with pytest.raises(Unusable, match=r"token-emulator 9\.9\.9"):
        await ledger.open()


async def test_another_programs_data_are_left_alone(ledger: RedisLedger, redis: Redis) -> None:
    """What is no version of ours stays what it is, and the line says how to keep apart."""
    for foreign in ("of something else", "", b"\xff"):
        await redis.set(f"{PREFIX}version", foreign)
        with pytest.raises(Unusable, match=r"\?prefix="):
            await ledger.open()


async def test_a_redis_that_lost_everything_is_signed_anew(
    ledger: RedisLedger, redis: Redis
) -> None:
    """A later release has to be told whose facts it finds, after a flush too."""
    await redis.flushall()
    await extend(ledger, NOWHERE, 1)
    assert await redis.get(f"{PREFIX}version") == f"{VERSION} 1.2.3".encode()


@pytest.mark.parametrize("head", [b"garbage", b"%d x y z", b"%d 5", b"%d", b"\xff\xfe"])
async def test_a_damaged_head_is_told(ledger: RedisLedger, redis: Redis, head: bytes) -> None:
    """What is no head is refused as damage, not as a defect."""
    known = await extend(ledger, NOWHERE, 1)
    await redis.hset(f"{PREFIX}heads", "s1", head.replace(b"%d", b"%d" % VERSION))
    for after in (NOWHERE, known):
        with pytest.raises(Unavailable, match="damaged"):
            await ledger.read("s1", after)


@pytest.mark.parametrize("lease", ["garbage", "[1]", b"\xff"])
async def test_a_damaged_lease_is_told(ledger: RedisLedger, redis: Redis, lease: str) -> None:
    """It is refused by the sandbox's name, which can be dropped then."""
    await extend(ledger, NOWHERE, 1)
    await redis.hset(f"{PREFIX}leases", "s1", lease)
    with pytest.raises(Unavailable, match="s1"):
        await ledger.lease("s1")
    with pytest.raises(Unavailable, match="s1"):
        await ledger.leases()
    assert await ledger.drop("s1")
    assert await ledger.leases() == []


async def test_a_foreign_entry_in_a_log_is_told(ledger: RedisLedger, redis: Redis) -> None:
    """What another program adds is not read as facts."""
    head = await extend(ledger, NOWHERE, 1)
    await redis.xadd(f"{PREFIX}log:s1", {"a": "b"})
    await redis.hset(f"{PREFIX}heads", "s1", pack_head(head._replace(position=2)))
    with pytest.raises(Unavailable, match="damaged"):
        await ledger.read("s1", head)


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
