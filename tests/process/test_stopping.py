import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.process.running import Ended, Running, start
from tests.signing import minting

DELAYED = [sys.executable, str(Path(__file__).with_name("delayed.py"))]
CALL = b"GET /zerohash/time HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def running() -> Iterator[Running]:
    """An emulator."""
    with start() as made:
        yield made


@pytest.fixture
def delayed() -> Iterator[Running]:
    """An emulator that delays one operation by an hour."""
    with start(program=DELAYED) as made:
        yield made


def check(ended: Ended) -> None:
    """It left as it should: at once, with 0, without a word."""
    assert (ended.code, ended.err) == (0, "")
    assert ended.within_s < 1.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(running: Running, number: int) -> None:
    """Docker's and the keyboard's alike."""
    running.get("/zerohash/time")
    check(running.stop(number))


def test_idle_connections_do_not_hold_it_up(running: Running) -> None:
    """Clients that keep their connections open are closed on."""
    with httpx.Client() as client:
        assert client.get(f"{running.url}/zerohash/time").status_code == 200
        with running.connect():
            check(running.stop())


def test_a_silent_receiver_does_not_hold_it_up(running: Running) -> None:
    """A webhook under way is given up: whoever goes on with the log sends it again."""
    control = f"{running.url}/_emulator/sandboxes/default"
    with socket.create_server(("127.0.0.1", 0)) as receiver:
        hook = f"http://127.0.0.1:{receiver.getsockname()[1]}/hooks"
        settings = {"zerohash": {"webhook_url": hook}}
        assert httpx.put(f"{control}/settings", json=settings).is_success
        with httpx.Client(base_url=running.url) as client:
            answer = client.request(**minting(permissions=["crypto-withdrawals"]))
        assert answer.status_code == 201
        connection, _ = receiver.accept()
        with connection:
            assert connection.recv(65536).startswith(b"POST /hooks ")
            check(running.stop())


def test_a_half_sent_request_does_not_hold_it_up(running: Running) -> None:
    """Who is in the middle of a body is told to come back."""
    head = b"POST /zerohash/client_auth_token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    with running.connect() as connection:
        connection.sendall(head + b'{"half":')
        running.get("/zerohash/time")
        ended = running.stop()
        assert connection.recv(65536).startswith(b"HTTP/1.1 503 ")
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    assert ended.within_s < 1.0


def test_delayed_calls_do_not_hold_it_up(delayed: Running) -> None:
    """They get their answer early: what they asked for was done."""
    with ExitStack() as stack:
        calls = [stack.enter_context(delayed.connect()) for _ in range(8)]
        for call in calls:
            call.sendall(CALL)
        delayed.get("/zerohash/participants")
        check(delayed.stop())
        assert {call.recv(65536)[:13] for call in calls} == {b"HTTP/1.1 200 "}


def test_a_client_that_leaves_during_a_delay_leaves_nothing(delayed: Running) -> None:
    """Its call ends with it, without a word in the log, and others are served."""
    for _ in range(8):
        with delayed.connect() as connection:
            connection.sendall(CALL)
    assert delayed.get("/zerohash/participants").status_code == 403
    check(delayed.stop())
