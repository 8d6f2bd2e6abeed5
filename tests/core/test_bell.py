import asyncio

import pytest

from emulator.core.bell import Bell

pytestmark = pytest.mark.anyio

LONG_S = 60.0


async def test_a_ring_wakes_all_who_wait() -> None:
    """Each waits from its own look on; afterwards nobody is left."""
    bell = Bell()
    waiting = [asyncio.ensure_future(bell.wait(0, LONG_S)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.gather(*waiting)
    assert bell._waiting == []


async def test_a_ring_between_look_and_wait_is_not_missed() -> None:
    """Who has not seen it does not wait."""
    bell = Bell()
    rings = bell.rings
    bell.ring()
    await asyncio.wait_for(bell.wait(rings, LONG_S), 1)


async def test_the_time_may_be_up() -> None:
    """Nothing rang, and the wait is over."""
    bell = Bell()
    await bell.wait(0, 0.0)
    assert bell._waiting == []


async def test_who_gives_up_leaves_nothing() -> None:
    """A wait that is cancelled is forgotten, and a ring does not stumble over it."""
    bell = Bell()
    waiting = asyncio.ensure_future(bell.wait(0, LONG_S))
    await asyncio.sleep(0)
    waiting.cancel()
    bell.ring()
    await asyncio.wait({waiting})
    waiting = asyncio.ensure_future(bell.wait(1, LONG_S))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert bell._waiting == []
