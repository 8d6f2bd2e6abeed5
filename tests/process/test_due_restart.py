"""What is due outlives the process, where the log does."""

from pathlib import Path

import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.clock import Clock
from emulator.core.sandbox import Sandbox
from emulator.setting_values import parse_ledger
from emulator.settings import Settings
from tests.conftest import client_of
from tests.providers.zerohash.arrange import set_clock, switch
from tests.receiving import receiving
from tests.signing import minting

pytestmark = pytest.mark.anyio

NOW = 1_763_018_448.0
CLOCK = "/_emulator/sandboxes/default/clock"


async def start(file: Path) -> tuple[Emulator, Sandbox]:
    """An emulator on that file, and its sandbox `default`."""
    made = create_emulator(Settings(ledger=parse_ledger(f"sqlite:{file}")))
    await made.start()
    sandbox = made.directory.get("default")
    assert sandbox is not None
    return made, sandbox


async def test_a_restart_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    """The next attempt and the abandonment are made by the next process, under the same id."""
    file = tmp_path / "log.sqlite"
    async with receiving() as receiver:
        receiver.statuses = [500]
        first, sandbox = await start(file)
        await switch(sandbox, webhook_url=receiver.url)
        await set_clock(sandbox, Clock.frozen_at(NOW))
        async with client_of(first) as client:
            answer = await client.request(**minting(permissions=["crypto-withdrawals"]))
            assert answer.status_code == 201
        await first.worker.drain(sandbox, 5.0)
        await first.close()
        before = await receiver.next()
        second, _ = await start(file)
        async with client_of(second) as client:
            moved = (await client.post(f"{CLOCK}/advance", json={"by": "5m"})).json()
        await second.close()
        assert [(one["kind"], one["attempt"], one["outcome"]) for one in moved["due"]] == [
            ("webhook", 2, "delivered"),
            ("abandonment", 1, "abandoned"),
            ("webhook", 1, "delivered"),
        ]
        again = await receiver.next()
        assert again.body == before.body
        name = "x-zh-hook-notification-id"
        assert again.headers[name] == before.headers[name]


async def test_what_was_in_hand_is_taken_up_again(tmp_path: Path) -> None:
    """A stop in the middle of a delivery leaves it claimed, until the claim runs out."""
    file = tmp_path / "log.sqlite"
    async with receiving() as receiver:
        receiver.statuses = [None]
        first, sandbox = await start(file)
        await switch(sandbox, webhook_url=receiver.url)
        await set_clock(sandbox, Clock.frozen_at(NOW))
        async with client_of(first) as client:
            await client.request(**minting(permissions=["crypto-withdrawals"]))
        await receiver.next()
        await first.close()
        second, sandbox = await start(file)
        [delivery, _] = sandbox.state.due
        until = sandbox.state.due.claimed_until(delivery)
        assert until is not None
        view = sandbox.view()
        assert sandbox.state.due.first(view.now, view.wall) is None
        assert sandbox.state.due.first(view.now, until) == delivery
        await second.close()
