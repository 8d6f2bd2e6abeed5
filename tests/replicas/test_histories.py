"""What clients of several replicas saw at once, also while Redis stalls, dies and comes back."""

import signal
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.clashes import SANDBOX, UNKNOWN, Clients
from tests.linearizability import LOST, is_linearizable, record, step_counted, step_token
from tests.process.running import start
from tests.redis_server import RedisServer
from tests.signing import MINT, signed

pytestmark = pytest.mark.slow

STALL_S = 0.3
PAUSE_S = 0.1
TIMES = 5


@pytest.fixture
def clients(server: RedisServer) -> Iterator[Clients]:
    """Clients of two processes on that Redis."""
    with ExitStack() as stack:
        ledger = {"EMULATOR_LEDGER": server.url}
        yield Clients([stack.enter_context(start(**ledger)).url for _ in range(2)])


def stall(server: RedisServer) -> None:
    """Let it stand still for a while."""
    server.signal(signal.SIGSTOP)
    threading.Event().wait(STALL_S)
    server.signal(signal.SIGCONT)


def crash(server: RedisServer) -> None:
    """Kill it, and start it on what it has on the disk."""
    server.kill()
    server.start()


@contextmanager
def hurting(server: RedisServer, how: Callable[[RedisServer], None]) -> Iterator[None]:
    """Hurt it again and again meanwhile; afterwards it is well."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(PAUSE_S):
            how(server)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_clashes_come_out_as_one_after_the_other(clients: Clients) -> None:
    """A revoked token, a single use, a counted fault: the replicas agree on one order."""
    for _ in range(3):
        clients.clash_over_a_token()
        clients.clash_over_a_single_use()
        clients.clash_over_a_fault()


@pytest.mark.parametrize("how", [stall, crash])
def test_a_revoked_token_stays_revoked(
    clients: Clients, server: RedisServer, how: Callable[[RedisServer], None]
) -> None:
    """However Redis fails: once a revocation was answered nobody uses the token."""
    token = clients.send(signed("POST", "/client_auth_token", MINT)).json()["message"]["token"]

    def use() -> Hashable:
        asked = {"method": "POST", "url": f"{SANDBOX}/introspect", "json": {"token": token}}
        answer = clients.send(asked)
        if answer.status_code == UNKNOWN:
            return LOST
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["active"])

    def revoke() -> Hashable:
        answer = clients.send(signed("POST", "/revoke_auth_token", {"token": token}))
        if answer.status_code == UNKNOWN:
            return LOST
        assert answer.status_code == 204, answer.text
        hint = answer.headers.get("x-emulator-hint", "")
        return "again" if "revoked before" in hint else "first"

    with hurting(server, how):
        users = [[("use", use)] * 8 for _ in range(3)]
        history = record([*users, [*[("use", use)] * 4, *[("revoke", revoke)] * 4]])
    assert is_linearizable(history, "active", step_token), history


@pytest.mark.parametrize("how", [stall, crash])
def test_a_counted_fault_fires_no_more_than_so_often(
    clients: Clients, server: RedisServer, how: Callable[[RedisServer], None]
) -> None:
    """However Redis fails: no hit is lost that was answered, and none is counted twice."""
    clients.post(
        "/faults",
        operation="zerohash.time",
        when={"times": TIMES},
        then={"error": "rate_limited"},
    )

    def call() -> Hashable:
        answer = clients.send({"method": "GET", "url": "/zerohash/time"})
        if answer.status_code == UNKNOWN:
            return LOST
        assert answer.status_code in {200, 429}, answer.text
        return answer.status_code == 429

    with hurting(server, how):
        history = record([[("call", call)] * 6 for _ in range(4)])
    assert is_linearizable(history, TIMES, step_counted), history
