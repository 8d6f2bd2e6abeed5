import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from emulator.providers.hyperswitch.proto import legacy_pb2 as legacy
from tests.clashes import Clients
from tests.process.running import (
    END_TIMEOUT_S,
    Running,
    run_command,
    start,
)
from tests.providers.hyperswitch.calling import NAME, PAYPAL, config
from tests.signing import MINT, signed

pytestmark = pytest.mark.slow

TOKEN_CALL = f"/types.{NAME}/CreateAccessToken"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Three workers on one file."""
    path = tmp_path_factory.mktemp("workers") / "ledger.db"
    with start("--workers", "3", "--ledger", f"sqlite:{path}", "--grpc-port", "0") as made:
        yield made


def list_workers(running: Running) -> list[int]:
    """The processes that the first one started."""
    found = subprocess.run(  # noqa: S603 - procps
        ["/usr/bin/pgrep", "-P", str(running.process.pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


def wait_for_another(running: Running, known: list[int]) -> list[int]:
    """Poll until there is a worker that is none of those."""
    deadline = time.monotonic() + END_TIMEOUT_S
    while not (found := [pid for pid in list_workers(running) if pid not in known]):
        assert time.monotonic() < deadline, f"there are none but {known}"
    return found


def wait_until_ended(pids: list[int]) -> None:
    """Poll until none of them is there."""
    deadline = time.monotonic() + END_TIMEOUT_S
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, f"of {pids} some are still there"
        os.sched_yield()


def test_what_one_worker_does_all_know(running: Running) -> None:
    """On connection after connection, whichever worker answers, there is one emulator."""
    created = httpx.post(f"{running.url}/_emulator/sandboxes", json={"id": "shared"})
    assert created.status_code == 201
    seeds = {running.get("/_emulator/sandboxes/shared").json()["seed"] for _ in range(12)}
    assert seeds == {created.json()["seed"]}
    assert httpx.delete(f"{running.url}/_emulator/sandboxes/shared").status_code == 204
    assert {running.get("/_emulator/sandboxes/shared").status_code for _ in range(12)} == {404}


def test_calls_are_shown_wherever_they_were_served(running: Running) -> None:
    """A moment after they ended, every worker has the calls of all."""
    answers = [
        httpx.get(f"{running.url}/zerohash/time", headers={"X-Emulator-Sandbox": "watched"})
        for _ in range(12)
    ]
    ids = {answer.headers["x-emulator-call"] for answer in answers}
    assert len(ids) == 12
    deadline = time.monotonic() + END_TIMEOUT_S
    complete = 0
    while complete < 6:
        listed = running.get("/_emulator/sandboxes/watched/calls").json()["items"]
        complete = complete + 1 if {call["id"] for call in listed} == ids else 0
        assert time.monotonic() < deadline, listed


def test_the_first_process_is_light(running: Running) -> None:
    """It loads neither grpc nor uvloop nor a provider; the workers are its children."""
    assert len(list_workers(running)) == 3
    mapped = Path(f"/proc/{running.process.pid}/maps").read_text()
    assert not [name for name in ("grpc", "uvloop", "cryptography") if name in mapped]


def test_clashes_come_out_as_one_after_the_other(running: Running) -> None:
    """Revoked, spent and counted by several processes at once, as if by one."""
    clients = Clients([running.url])
    for _ in range(2):
        clients.clash_over_a_token()
        clients.clash_over_a_single_use()
        clients.clash_over_a_fault()


def test_every_worker_speaks_rpc(running: Running) -> None:
    """On one port: each new connection may come to another worker, and a token holds at all."""
    target = f"127.0.0.1:{running.get('/_emulator/health').json()['ports']['grpc']}"
    request = legacy.MerchantAuthenticationServiceCreateAccessTokenRequest().SerializeToString()
    for _ in range(8):
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(target, options=options) as channel:
            call: Any = channel.unary_unary(TOKEN_CALL)
            metadata = tuple(config(Paypal=PAYPAL).items())
            assert call(request, metadata=metadata, timeout=END_TIMEOUT_S)


def test_a_workers_place_is_taken(tmp_path: Path) -> None:
    """One that is killed is replaced; until then the others answer, and nothing is forgotten."""
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    with start("--workers", "2", "--ledger", ledger, "--providers", "zerohash") as running:
        minted = Clients([running.url]).send(signed("POST", "/client_auth_token", MINT))
        assert minted.status_code == 201
        before = list_workers(running)
        os.kill(before[0], signal.SIGKILL)
        wait_until_ended(before[:1])
        listed = [running.get("/_emulator/sandboxes/default/tokens").json() for _ in range(6)]
        assert all(tokens == listed[0] and len(tokens["items"]) == 1 for tokens in listed)
        after = list_workers(running)
        assert len(after) == 2
        assert before[0] not in after
        ended = running.stop()
        assert ended.code == 0
        assert "a worker ended: another takes its place" in ended.err
        wait_until_ended(after)


def test_a_place_is_taken_late_where_the_ledger_is_away(tmp_path: Path) -> None:
    """A worker that can't start ends by itself alone; connections wait until one can."""
    file = tmp_path / "ledger.db"
    with (
        start("--workers", "2", "--ledger", f"sqlite:{file}", "--providers", "zerohash") as running,
        closing(sqlite3.connect(file, isolation_level=None)) as other,
    ):
        before = list_workers(running)
        other.execute("BEGIN IMMEDIATE")
        os.kill(before[0], signal.SIGKILL)
        wait_until_ended(before[:1])
        wait_until_ended(wait_for_another(running, before))
        other.execute("ROLLBACK")
        wait_for_another(running, before)
        assert running.get("/_emulator/sandboxes/default/tokens").status_code == 200
        ended = running.stop()
    assert ended.code == 0
    assert "another tries:" in ended.err
    assert "is locked by another program" in ended.err


def test_workers_don_t_outlive_the_first_process(tmp_path: Path) -> None:
    """Killed itself, it can tell nobody: its workers stop all the same."""
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    with start("--workers", "2", "--ledger", ledger, "--providers", "zerohash") as running:
        workers = list_workers(running)
        running.process.kill()
        wait_until_ended(workers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all(tmp_path: Path, number: int) -> None:
    """All leave, with 0, at once and without a word."""
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    with start("--workers", "2", "--ledger", ledger, "--providers", "zerohash") as running:
        workers = list_workers(running)
        ended = running.stop(number)
        wait_until_ended(workers)
    assert (ended.code, ended.err) == (0, "")


def refuse(*arguments: str) -> str:
    """What a start that must fail tells: one line, exit code 2, nothing printed."""
    outcome = run_command("serve", "--workers", "2", *arguments)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1, outcome.stderr
    return outcome.stderr


def test_memory_can_t_be_shared() -> None:
    """The line says what to set."""
    told = refuse("--port", "0")
    assert "2 workers can't share what is in memory: set EMULATOR_LEDGER to sqlite:<file>" in told


def test_what_a_worker_can_t_do_is_told(tmp_path: Path) -> None:
    """Its reason is the command's: a ledger, a fixture."""
    file = tmp_path / "notes"
    file.write_text("no database, but long enough to be looked at: " * 10)
    told = refuse("--port", "0", "--ledger", f"sqlite:{file}")
    assert f"{file} is no SQLite file" in told
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    assert "no such file" in refuse("--port", "0", "--ledger", ledger, "--fixtures", "/no/such")


def test_a_port_in_use_is_told(running: Running, tmp_path: Path) -> None:
    """A port that others share is not joined by accident."""
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    told = refuse("--port", str(running.port), "--ledger", ledger)
    assert f"port {running.port} on 127.0.0.1 is in use" in told
    grpc_port = str(running.get("/_emulator/health").json()["ports"]["grpc"])
    told = refuse("--port", "0", "--grpc-port", grpc_port, "--ledger", ledger)
    assert "EMULATOR_GRPC_PORT" in told
