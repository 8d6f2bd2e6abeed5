"""The ledger in Redis with a server that fails in every way."""

import asyncio
import signal

import pytest
from redis.asyncio import Redis

from emulator.core.clock import monotonic
from emulator.core.ledger import NOWHERE, Head, Moved, Replaced, Tail, Unavailable
from emulator.core.ledger.redis import PREFIX, RedisLedger
from emulator.core.ledger.redis_records import pack_head
from emulator.core.ledger.redis_scripts import APPEND
from tests.core.redis.conftest import numbers, recover
from tests.core.test_ledger import ANN, extend, fact, tail
from tests.redis_server import RedisServer
from tests.relay import Relay

pytestmark = pytest.mark.anyio

SOON_S = 2.0  # the promise is one second: a busy machine gets another
AT_ONCE_S = 0.2


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


async def test_a_lost_append_beneath_a_trim_is_not_known(ledger: RedisLedger) -> None:
    """Where the log was cut beyond a lost answer neither yes nor no is said."""
    head = await extend(ledger, NOWHERE, 1)
    second = await extend(ledger, head, 2)
    third = await extend(ledger, second, 3)
    where = (pack_head(head), pack_head(second), second.position, second.tag)
    again = (*where, 1, b"", b"", "0.0", "")
    assert await ledger._run(APPEND, "s1", again) == b"done"
    ledger._kept_behind = 0
    await ledger.trim("s1", third, fact(9))
    assert await ledger._run(APPEND, "s1", again) == b"unknown"


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
