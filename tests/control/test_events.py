"""The event stream: what is told, how it is resumed, and what it costs others."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.control.events import Rhythm, tell
from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.events import Listener
from emulator.core.facts import ClockSet
from emulator.core.ledger import Head, Ledger, Moved, Replaced, Tail, Unavailable
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.ledger.sqlite import SqliteLedger
from emulator.core.view import View
from emulator.settings import Settings
from tests.conftest import client_of
from tests.control.answers import DEFAULT, create, freeze, mint, read, read_problem
from tests.control.listening import Ear, Told, listening, read_event
from tests.ledgers import MovedOnce
from tests.signing import minting, signed

pytestmark = pytest.mark.anyio

TAIL = 40  # facts that the ledger keeps
LAST = Clock(mode="scaled", factor=2.0)
QUICK = Rhythm(heartbeat_s=0.0, poll_s=0.001, nap_s=0.001)


class Contended(MovedOnce):
    """A ledger to which others append."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.shared = True


@pytest.fixture(params=["alone", "contended", "file"])
async def emulator(
    anyio_backend: str, settings: Settings, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Emulator]:
    """On a ledger of its own, on one that others append to, and on a file."""
    assert anyio_backend == "asyncio"
    ledgers: dict[str, Ledger] = {
        "alone": MemoryLedger(TAIL),
        "contended": Contended(MemoryLedger(TAIL)),
        "file": SqliteLedger(tmp_path / "ledger", "0.0"),
    }
    ledger = ledgers[request.param]
    await ledger.open()
    made = create_emulator(settings, ledger)
    assert made.directory.is_shared == (request.param != "alone")
    await made.directory.open("default")
    yield made
    made.services.signer.close()
    await ledger.close()


def ledger_of(emulator: Emulator) -> Ledger:
    """Where an emulator keeps its logs."""
    return emulator.directory._ledger


def advance(view: View) -> Decision[None]:
    """A fact that concerns nobody."""
    return Decision(None, (ClockSet(view.now, Clock()),))


async def begin(ear: Ear, **expected: object) -> Told:
    """The first event: a start."""
    told = await ear.next()
    assert (told.name, told.data) == (
        "start",
        {"sandbox": "default", "resumed": False, **expected},
    )
    return told


async def test_calls_and_facts_are_told(
    emulator: Emulator, control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A mint is a fact with the token's names, and a call just as the journal gives it."""
    async with listening(emulator) as ear:
        assert (await begin(ear)).id
        assert ear.status == 200
        assert ear.headers["content-type"] == "text/event-stream"
        assert ear.headers["cache-control"] == "no-store"
        assert ear.headers["x-content-type-options"] == "nosniff"
        assert ear.headers["cross-origin-resource-policy"] == "same-origin"
        response = await client.request(**minting())
        fact, call = await ear.take(2)
    token = read(await control.get(f"{DEFAULT}/tokens"))["items"][0]
    assert fact.name == "fact"
    assert fact.data.pop("at").endswith("Z")
    assert fact.data == {
        "kind": "token_issued",
        "provider": "zerohash",
        "about": {"jti": token["jti"], "kind": token["kind"], "expires_at": token["expires_at"]},
    }
    record = read(await control.get(f"{DEFAULT}/calls/{response.headers['x-emulator-call']}"))
    assert (call.name, call.data) == ("call", record)


async def do_all_sorts(emulator: Emulator, control: httpx.AsyncClient) -> None:
    """Facts alone, calls alone, both together, and several facts in one append."""
    sandbox = await emulator.directory.open("default")
    async with client_of(emulator) as client:
        await client.request(**minting())
        await freeze(control, "2030-01-01T00:00:00Z")
        await client.request(**signed("GET", "/participants"))
        assert (
            await control.delete(f"{DEFAULT}/entities/zerohash/platforms/acme")
        ).status_code == 204
        await sandbox.transact(lambda view: Decision(None, (ClockSet(view.now, LAST),)))
        await client.request(**minting())


async def hear_to_the_end(ear: Ear, query: str) -> list[Told]:
    """What is told up to the last fact and the last call of `do_all_sorts`."""
    left = {"call_3", "scaled"}
    if "=" in query:
        left -= {"call_3"} if query == "kinds=facts" else {"scaled"}
    heard = []
    while left:
        heard.append(await ear.next())
        data = heard[-1].data
        left -= {data.get("id"), data.get("about", {}).get("mode")}
    return heard


def split(heard: list[Told]) -> tuple[list[Any], list[Any]]:
    """The facts and the calls: of both together no order is promised."""
    return (
        [told.data for told in heard if told.name == "fact"],
        [told.data for told in heard if told.name == "call"],
    )


@pytest.mark.parametrize("query", ["", "kinds=facts", "kinds=calls"])
async def test_resuming_misses_nothing_and_repeats_nothing(
    emulator: Emulator, control: httpx.AsyncClient, query: str
) -> None:
    """Wherever a client stopped, even between the facts of one append, it hears the rest."""
    async with listening(emulator, query) as ear:
        first = await begin(ear)
        await do_all_sorts(emulator, control)
        heard = await hear_to_the_end(ear, query)
    assert len({told.id for told in heard}) == len(heard) > 2
    for stopped, told in enumerate([first, *heard]):
        async with listening(emulator, query, after=told.id) as ear:
            await begin(ear, resumed=True)
            rest = await ear.take(len(heard) - stopped)
            assert split(rest) == split(heard[stopped:])
            assert ear.is_silent


async def test_a_client_that_comes_back_goes_on(
    emulator: Emulator, control: httpx.AsyncClient
) -> None:
    """What happened while nobody listened is told to who comes back, and then what happens."""
    async with listening(emulator) as ear:
        last = (await begin(ear)).id
    await do_all_sorts(emulator, control)
    async with listening(emulator, after=last) as ear:
        await begin(ear, resumed=True)
        facts, calls = split(await hear_to_the_end(ear, ""))
        assert len(calls) == 3
        assert [fact["kind"] for fact in facts][:2] == ["token_issued", "clock_set"]
        await freeze(control, "2031-01-01T00:00:00Z")
        assert (await ear.next()).data["about"] == {"mode": "frozen"}


@pytest.mark.parametrize(
    "last", ["", "x", "1", "call_3", "a.1.b.0.r.1", ".1..0.r.\u0661", "0" * 9999]
)
async def test_an_id_that_is_none_of_ours_is_a_gap(emulator: Emulator, last: str) -> None:
    """Whatever it is, the client is told that it may have missed something, and hears on."""
    async with listening(emulator, after=last) as ear:
        gap = await ear.next()
        assert gap.name == "gap"
        assert gap.data == {"reason": "unreadable", "facts": None, "calls": None}
        await (await emulator.directory.open("default")).transact(advance)
        assert (await ear.next()).data["kind"] == "clock_set"
    async with listening(emulator, after=gap.id) as ear:
        await begin(ear, resumed=True)
        assert (await ear.next()).data["kind"] == "clock_set"


async def test_an_id_of_another_run_is_a_gap(emulator: Emulator) -> None:
    """Another process's log and numbers say nothing about ours."""
    other = create_emulator(Settings(providers=("zerohash",)))
    await other.directory.open("default")
    async with listening(other) as ear:
        last = (await begin(ear)).id
    other.services.signer.close()
    async with listening(emulator, after=last) as ear:
        assert (await ear.next())[::2] == (
            "gap",
            {"reason": "other_run", "facts": None, "calls": None},
        )


async def test_a_log_outlives_a_run_and_the_journal_does_not(emulator: Emulator) -> None:
    """After a restart on the same log its facts are told from where one stopped; calls may lack."""
    sandbox = await emulator.directory.open("default")
    async with listening(emulator) as ear:
        last = (await begin(ear)).id
    run = last.split(".")[4]
    await sandbox.transact(advance)
    async with listening(emulator, "kinds=facts", after=last.replace(run, "before")) as ear:
        await begin(ear, resumed=True)
        assert (await ear.next()).data["kind"] == "clock_set"
    async with listening(emulator, after=last.replace(run, "before")) as ear:
        gap = await ear.next()
        assert gap.data == {"reason": "other_run", "facts": 0, "calls": None}
        assert (await ear.next()).data["kind"] == "clock_set"


async def test_trimmed_facts_are_a_gap(emulator: Emulator) -> None:
    """When the log has forgotten where one stopped, it says how many were missed, and goes on."""
    sandbox = await emulator.directory.open("default")
    async with listening(emulator) as ear:
        last = (await begin(ear)).id
    for _ in range(TAIL + 1):
        await sandbox.transact(advance)
    await ledger_of(emulator).trim("default", sandbox.head, ClockSet(1.0, LAST))
    async with listening(emulator, after=last) as ear:
        await begin(ear, resumed=True)
        gap = await ear.next()
        assert gap.name == "gap"
        assert gap.data == {"reason": "trimmed", "facts": TAIL + 1, "calls": 0}
        await sandbox.transact(advance)
        assert (await ear.next()).data["kind"] == "clock_set"


async def test_forgotten_calls_are_a_gap(emulator: Emulator, control: httpx.AsyncClient) -> None:
    """When the journal was cleared, what one has not heard of it is missed."""
    async with listening(emulator) as ear:
        last = (await begin(ear)).id
    async with client_of(emulator) as client:
        for _ in range(3):
            await client.request(**signed("GET", "/participants"))
        assert (await control.delete(f"{DEFAULT}/calls")).status_code == 204
        async with listening(emulator, after=last) as ear:
            await begin(ear, resumed=True)
            gap = await ear.next()
            assert gap.data == {"reason": "trimmed", "facts": 0, "calls": 3}
            await client.request(**signed("GET", "/participants"))
            assert (await ear.next()).data["id"] == "call_4"


async def test_a_reset_numbers_anew_and_is_heard(
    emulator: Emulator, control: httpx.AsyncClient
) -> None:
    """A reset sandbox counts its calls from 1, and who listens hears them all the same."""
    async with client_of(emulator) as client, listening(emulator) as ear:
        await begin(ear)
        for _ in range(2):
            await client.request(**signed("GET", "/participants"))
            assert (await ear.next()).data["id"] == "call_1"
            read(await control.post(f"{DEFAULT}/reset"))
            assert (await ear.next()).data["kind"] == "sandbox_reset"


async def test_a_slow_reader_holds_nobody_up_and_is_told_of_a_gap(emulator: Emulator) -> None:
    """While it does not read, nothing is kept for it; then it hears how much it missed."""
    if isinstance(ledger_of(emulator), SqliteLedger):
        pytest.skip("a file forgets later")
    sandbox = await emulator.directory.open("default")
    async with listening(emulator) as slow, listening(emulator) as quick:
        await begin(slow)
        await begin(quick)
        slow.stall()
        for _ in range(TAIL + 10):
            await sandbox.transact(advance)
            assert (await quick.next()).data["kind"] == "clock_set"
        slow.go_on()
        heard = [await slow.next()]
        while heard[-1].name != "gap":
            heard.append(await slow.next())
        assert len(heard) - 1 + heard[-1].data["facts"] == TAIL + 10
        await sandbox.transact(advance)
        assert (await slow.next()).data["kind"] == "clock_set"


@pytest.mark.parametrize("query", ["", "kinds=facts", "kinds=calls"])
async def test_a_dropped_sandbox_ends_its_streams(
    emulator: Emulator, control: httpx.AsyncClient, query: str
) -> None:
    """The last event says so, and another sandbox of that id is another one."""
    await create(control, id="a")
    async with listening(emulator, query, sandbox="a") as ear, listening(emulator) as other:
        last = (await ear.next()).id
        await begin(other)
        assert (await control.delete("/sandboxes/a")).status_code == 204
        end = await ear.next()
        assert (end.name, end.data) == ("end", {"sandbox": "a", "reason": "dropped"})
        await ear.end()
        assert other.is_silent
    await create(control, id="a")
    async with listening(emulator, sandbox="a", after=last) as ear:
        assert (await ear.next()).name == "gap"


async def test_a_sandbox_that_another_process_dropped_ends_too(emulator: Emulator) -> None:
    """The log is gone: there will be no more of it."""
    if not emulator.directory.is_shared:
        pytest.skip("nobody else could")
    async with listening(emulator) as ear:
        await begin(ear)
        await ledger_of(emulator).drop("default")
        assert (await ear.next()).data == {"sandbox": "default", "reason": "dropped"}


async def test_facts_of_other_processes_are_told(emulator: Emulator) -> None:
    """Nothing rings here when another process appends: an open stream looks by itself."""
    if not emulator.directory.is_shared:
        pytest.skip("there is no other process")
    sandbox = await emulator.directory.open("default")
    async with listening(emulator) as ear:
        await begin(ear)
        head: Head | Moved = Moved()
        while isinstance(head, Moved):
            head = await ledger_of(emulator).append("default", sandbox.head, [ClockSet(1.0, LAST)])
        fact = await ear.next()
        assert fact.data["about"] == {"mode": "scaled"}
        assert sandbox.state.clock == LAST


async def test_a_stopping_process_ends_all_streams(emulator: Emulator) -> None:
    """Nobody waits for what will not come."""
    async with listening(emulator) as ear:
        await begin(ear)
        emulator.directory.here.stop()
        assert (await ear.next()).data == {"sandbox": "default", "reason": "stopping"}
        await ear.end()


async def test_a_client_that_leaves_leaves_nothing(emulator: Emulator) -> None:
    """Idle or stalled in the middle of a sending: nobody listens, holds or runs any more."""
    sandbox = await emulator.directory.open("default")
    tenancy = emulator.directory.tenancy("default")
    assert tenancy is not None
    before = asyncio.all_tasks()
    async with listening(emulator) as idle, listening(emulator) as stalled:
        await begin(idle)
        await begin(stalled)
        stalled.stall()
        await sandbox.transact(advance)
        assert (await idle.next()).name == "fact"
        assert tenancy.holders == 2
    assert tenancy.holders == 0
    assert sandbox.journal.bell._waiting == []
    assert asyncio.all_tasks() == before


def pass_time(emulator: Emulator) -> None:
    """Let an hour go by, for idle times."""
    here = emulator.directory.here
    now = here.idle_clock() + 3600
    here.idle_clock = lambda: now


async def test_an_open_stream_keeps_its_sandbox(
    emulator: Emulator, control: httpx.AsyncClient
) -> None:
    """It does not idle out while somebody listens, and does so after the last one left."""
    await create(control, id="a", ttl="1s")
    tenancy = emulator.directory.tenancy("a")
    assert tenancy is not None
    async with listening(emulator, sandbox="a") as ear:
        await ear.next()
        pass_time(emulator)
        await emulator.directory.sweep()
        assert emulator.directory.tenancy("a") is tenancy
        assert emulator.directory.expires_in_s(tenancy) == 1
    await emulator.directory.sweep()
    assert emulator.directory.tenancy("a") is tenancy
    pass_time(emulator)
    await emulator.directory.sweep()
    assert emulator.directory.tenancy("a") is None


@pytest.fixture
def settings() -> Settings:
    """Two providers, to tell apart."""
    return Settings(providers=("zerohash", "usegrant"))


async def test_a_provider_is_heard_alone(emulator: Emulator, control: httpx.AsyncClient) -> None:
    """What belongs to another one is left out; what belongs to none is for all."""
    async with (
        client_of(emulator) as client,
        listening(emulator, "provider=usegrant") as ear,
    ):
        await begin(ear)
        jti = (await mint(control))["jti"]
        read(await control.post(f"{DEFAULT}/tokens/{jti}/revoke"))
        await client.request(**minting())
        await client.get("/usegrant/v1/providers")
        assert (await ear.next()).data["provider"] == "usegrant"
        await mint(control, provider="usegrant")
        assert (await ear.next()).data["kind"] == "token_issued"
        await freeze(control, "2030-01-01T00:00:00Z")
        assert (await ear.next()).data["kind"] == "clock_set"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("kinds=", "?kinds"),
        ("kinds=calls,facts,calls", "?kinds"),
        ("kinds=call", "?kinds"),
        ("provider=zerohahs", "?provider"),
        ("since=1", "?since"),
    ],
)
async def test_filters_that_could_match_nothing_are_refused(
    control: httpx.AsyncClient, query: str, path: str
) -> None:
    """As everywhere: 400, before any event."""
    read_problem(await control.get(f"{DEFAULT}/events?{query}"), 400, path)


async def test_head_answers_without_a_stream(emulator: Emulator) -> None:
    """Its headers are all that there is."""
    async with listening(emulator, method="HEAD") as ear:
        await ear.end()
        assert (ear.status, ear.is_silent) == (200, True)


async def test_signs_of_life(emulator: Emulator, control: httpx.AsyncClient) -> None:
    """In silence comes a comment; or the place, when all that happened was for others."""
    sandbox = await emulator.directory.open("default")
    listener = Listener(sandbox, "run", {"facts"})
    pieces = tell(emulator.directory, sandbox, listener, "usegrant", QUICK)
    assert await anext(pieces) == b": still here\n\n"
    await mint(control)
    heard = [read_event((await anext(pieces)).decode()) for _ in range(3)]
    assert [told.name for told in heard] == ["still", "", ""]
    assert heard[0].data == {}
    await pieces.aclose()


class Fainting(Contended):
    """A ledger that may be away for a while."""

    is_away = False

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """As the ledger behind, when it is there."""
        if self.is_away:
            raise Unavailable
        return await super().read(sandbox, after)


async def test_a_ledger_that_is_away_is_waited_for(settings: Settings) -> None:
    """The stream stays open, and goes on where it was when the ledger is back."""
    ledger = Fainting(MemoryLedger())
    made = create_emulator(settings, ledger)
    sandbox = await made.directory.open("default")
    pieces = tell(made.directory, sandbox, Listener(sandbox, "run", {"facts"}), None, QUICK)
    await sandbox.transact(advance)
    ledger.is_away = True
    assert await anext(pieces) == b": still here\n\n"
    ledger.is_away = False
    assert read_event((await anext(pieces)).decode()).data["kind"] == "clock_set"
    await pieces.aclose()
    made.services.signer.close()
