"""When a call counts: sixty seconds, by one clock or the other."""

import httpx
import pytest

from emulator.core.clock import Clock
from emulator.core.sandbox import Sandbox
from tests.providers.zerohash.arrange import (
    hint_of,
    set_clock,
    switch,
)
from tests.providers.zerohash.attempts import NOW, TIMESTAMP, accept, refuse
from tests.signing import (
    MINT,
    minting,
    signed,
)

pytestmark = pytest.mark.anyio

# The clock setting, the stamp's distance to the wall clock and to the sandbox's, whether it holds.
WINDOW = [
    ("wall", 0, 10_000, True),
    ("wall", 60, 10_000, True),
    ("wall", -60, 10_000, True),
    ("wall", 61, 0, False),
    ("wall", -61, 0, False),
    ("sandbox", 10_000, 0, True),
    ("sandbox", 10_000, 60, True),
    ("sandbox", 10_000, -60, True),
    ("sandbox", 0, 61, False),
    ("sandbox", 0, -61, False),
    ("either", 60, 10_000, True),
    ("either", -60, -10_000, True),
    ("either", 10_000, 60, True),
    ("either", -10_000, -60, True),
    ("either", 61, -61, False),
    ("either", -61, 61, False),
]


@pytest.mark.parametrize(("setting", "off_wall", "off_sandbox", "holds"), WINDOW)
@pytest.mark.parametrize("frozen", [True, False])
async def test_a_timestamp_may_be_sixty_seconds_off_the_clock_that_counts(
    sandbox: Sandbox, setting: str, off_wall: int, off_sandbox: int, *, holds: bool, frozen: bool
) -> None:
    """Sixty seconds either way hold, sixty-one do not, by the clock or clocks of the setting."""
    wall, stamp = NOW, NOW + off_wall
    now = stamp - off_sandbox
    await switch(sandbox, timestamp_clock=setting)
    await set_clock(sandbox, Clock.frozen_at(now) if frozen else Clock.offset_by(now - wall))
    if holds:
        hint = accept(sandbox, wall, timestamp=stamp)
        if setting == "either":
            near, far = ("wall", "sandbox") if abs(off_wall) <= 60 else ("sandbox", "wall")
            assert f"holds by the {near} clock" in hint
            assert f"the {far} clock" in hint
            assert (" s off the " in hint) is (near == "wall")
        else:
            assert not hint
        return
    refusal = refuse(sandbox, wall, timestamp=stamp)
    assert refusal.row.name == "invalid_timestamp"
    for name, off in (("wall", off_wall), ("sandbox", off_sandbox)):
        assert (f"{off:+d} s off the {name} clock" in refusal.hint) is (setting in {name, "either"})


async def test_an_unmodified_signer_mints_at_any_time_of_the_sandbox(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Frozen in the past or ten minutes ahead: a client that signs with real time is let in."""
    for clock in (Clock.frozen_at(1_767_225_600.0), Clock.offset_by(600.0)):
        await set_clock(sandbox, clock)
        answer = await client.request(**minting())
        assert answer.status_code == 201
        assert "holds by the wall clock" in hint_of(answer)


@pytest.mark.parametrize("setting", ["either", "sandbox", "wall"])
async def test_a_stale_stamp_is_refused_under_every_clock(
    client: httpx.AsyncClient, sandbox: Sandbox, setting: str
) -> None:
    """A stamp that is far from both clocks never holds."""
    await switch(sandbox, timestamp_clock=setting)
    request = signed("POST", "/client_auth_token", MINT, timestamp=NOW - 10**6)
    answer = await client.request(**request)
    assert (answer.status_code, answer.json()["message"]) == (403, "Invalid timestamp")


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        ("1763018448123", "in milliseconds"),
        ("176301844812", "in milliseconds"),
        ("1763018448123456", "in milliseconds"),
        ("1763018448.5", "whole Unix seconds"),
        ("-1763018448", "whole Unix seconds"),
        ("0x69", "whole Unix seconds"),
        ("1763018448 ", "whole Unix seconds"),
        ("2025-11-13T07:20:48Z", "whole Unix seconds"),
        ("\u00b2\u00b3", "whole Unix seconds"),
        ("1" * 5000, "in milliseconds"),
        ("17630184480", "s off the"),
    ],
)
async def test_what_is_no_timestamp_in_seconds(sandbox: Sandbox, stamp: str, words: str) -> None:
    """Anything but whole seconds is refused, and milliseconds are called so."""
    refusal = refuse(sandbox, NOW, headers={TIMESTAMP: stamp})
    assert refusal.row.name == "invalid_timestamp"
    assert words in refusal.hint


@pytest.mark.parametrize(
    ("scenario", "off", "holds"),
    [
        ("clock-skew:3600", 0, False),
        ("clock-skew:3600", 3600, True),
        ("Clock-Skew: -30", 30, True),
        ("clock-skew:-30", 31, False),
        ("clock-skew:+60", 0, True),
        ("clock-skew:fast", 0, True),
        ("clock-skew:99999999999", 0, True),
    ],
)
async def test_a_skewed_server_clock(
    sandbox: Sandbox, scenario: str, off: int, *, holds: bool
) -> None:
    """The scenario moves the server's clock ahead; one that can't be read moves nothing."""
    sent = {"timestamp": NOW + off, "headers": {"X-Simulator-Scenario": scenario}}
    if holds:
        accept(sandbox, NOW, **sent)
    else:
        assert refuse(sandbox, NOW, **sent).row.name == "invalid_timestamp"
