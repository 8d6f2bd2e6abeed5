import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emulator.edge.body import Disconnected
from emulator.edge.delay import MAX_WAITING, Waiting

pytestmark = pytest.mark.anyio

LONG_S = 3600.0

Receive = Callable[[], Awaitable[Any]]


async def silent() -> Any:  # noqa: ANN401
    """A client that stays."""
    await asyncio.Event().wait()


async def gone() -> dict[str, str]:
    """A client that leaves at once."""
    return {"type": "http.disconnect"}


def hold(waiting: Waiting, receive: Receive = silent) -> asyncio.Task[bool]:
    """A call that is held up."""
    return asyncio.create_task(waiting.hold(LONG_S, receive))


async def test_a_delay_ends_by_itself() -> None:
    """When the time is up the call goes on."""
    await Waiting().hold(0.0, silent)


async def test_a_delay_ends_when_the_client_leaves() -> None:
    """Nobody waits for an answer any more."""
    with pytest.raises(Disconnected):
        await hold(Waiting(), gone)


async def test_all_delays_can_be_ended() -> None:
    """A process that stops lets its delayed calls answer at once."""
    waiting = Waiting()
    calls = [hold(waiting) for _ in range(3)]
    await asyncio.sleep(0)
    waiting.end()
    await asyncio.gather(*calls)


async def test_beyond_the_most_a_delay_is_left_out() -> None:
    """The next call beyond the limit does not wait, and one that ended makes room."""
    waiting = Waiting()
    calls = [hold(waiting) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    await waiting.hold(LONG_S, silent)
    waiting.end()
    await asyncio.gather(*calls)
    again = hold(waiting)
    await asyncio.sleep(0)
    assert not again.done()
    again.cancel()
