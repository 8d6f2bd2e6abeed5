import asyncio
import json
import re
import socket
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from tests.process.running import Running, start
from tests.signing import minting

MIB = 1 << 20


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """One emulator for the tests of this module, which logs its calls."""
    with start("--log-calls", "on") as made:
        yield made


def test_any_free_port_is_printed(running: Running) -> None:
    """With port 0 the printed address is the one that answers, with a command that finds it."""
    assert running.get("/zerohash/time").status_code == 200
    assert re.search(rf"\n  zerohash +{running.url}/zerohash ", running.banner)
    assert f" mint zerohash --url {running.url}\n" in running.banner
    assert re.search(r"\n  settings +EMULATOR_PORT=0 EMULATOR_LOG_CALLS=on\n$", running.banner)


def test_it_does_not_say_what_it_runs_on(running: Running) -> None:
    """A provider's client sees the provider's headers, not a server's name."""
    assert "server" not in running.get("/zerohash/time").headers


def test_64_clients_are_served_at_once(running: Running) -> None:
    """Each gets a token of its own, and none an error."""

    async def mint_all() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        async with httpx.AsyncClient(base_url=running.url, limits=limits, timeout=30) as client:
            return await asyncio.gather(*(client.request(**minting()) for _ in range(64)))

    answers = asyncio.run(mint_all())
    assert Counter(answer.status_code for answer in answers) == {201: 64}
    assert len({answer.json()["message"]["token"] for answer in answers}) == 64


def send_raw(running: Running, raw: bytes) -> bytes:
    """What comes back on a connection that then ends."""
    with running.connect() as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_client_that_leaves_in_mid_body_harms_nobody(running: Running) -> None:
    """The next call on another connection is served."""
    head = b"POST /zerohash/client_auth_token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    for _ in range(3):
        with running.connect() as connection:
            connection.sendall(head + b'{"half":')
    assert running.get("/zerohash/time").status_code == 200


@pytest.mark.parametrize("size", [MIB + 1, 16 * MIB])
def test_a_huge_body_is_refused(running: Running, size: int) -> None:
    """Over the limit it is 413, declared or not, and the connection goes on."""
    url = f"{running.url}/zerohash/client_auth_token"
    with httpx.Client(timeout=30) as client:
        declared = client.post(url, content=b"x" * size)
        chunked = client.post(url, content=iter([b"x" * 65536] * (size // 65536 + 1)))
        after = client.get(f"{running.url}/zerohash/time")
    assert [declared.status_code, chunked.status_code, after.status_code] == [413, 413, 200]
    assert declared.json() == chunked.json()


def test_a_declared_size_is_believed_before_the_body_comes(running: Running) -> None:
    """Nobody has to send gigabytes to learn that they are too many."""
    head = b"POST /zerohash/client_auth_token HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n"
    with running.connect() as connection:
        connection.sendall(head + b"\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("length", [b"Content-Length: 0\r\n", b""])
def test_an_empty_body_is_a_body(running: Running, length: bytes) -> None:
    """It reaches the provider, which misses the headers first."""
    head = b"POST /zerohash/client_auth_token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    answer = send_raw(running, head + length + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.endswith(b'{"error":true,"message":"Missing API key"}')


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS to a plain port
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /zerohash/time HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /zerohash/time HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n",
        b"\r\n\r\n",
    ],
)
def test_what_is_no_http_is_turned_away(running: Running, raw: bytes) -> None:
    """It gets 400 or nothing, and the next call is served."""
    assert send_raw(running, raw)[:13] in {b"", b"HTTP/1.1 400 "}
    assert running.get("/zerohash/time").status_code == 200


def test_a_websocket_is_refused(running: Running) -> None:
    """The handshake is answered as the plain GET that it also is."""
    raw = (
        b"GET /zerohash/time2 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    assert send_raw(running, raw).startswith(b"HTTP/1.1 404 ")


def test_every_call_is_logged_when_asked(running: Running) -> None:
    """One line a call, with names and numbers and no secret; nothing else, and no trace.

    The last test of the module: it stops the emulator to read what it wrote.
    """
    with httpx.Client(base_url=running.url) as client:
        client.request(**minting())
    err = running.stop().err
    assert "Traceback" not in err
    assert " emulator.calls: call " in err
    last = err.splitlines()[-1]
    assert " operation=zerohash.client_auth_token status=201 " in last
    assert "FakeKey" not in err
    assert "eyJ" not in err


def test_json_logs_are_json_from_the_first_line() -> None:
    """Banner and calls are one object a line, secrets masked."""
    with start("--log-format", "json", "--log-calls", "on", EMULATOR_CONTROL_TOKEN="fake") as made:
        made.get("/zerohash/time")
        banner = json.loads(made.banner)
        ended = made.stop()
    assert banner["message"] == "ready"
    assert banner["http"] == made.url
    assert banner["settings"]["EMULATOR_CONTROL_TOKEN"] == "****"
    assert [json.loads(line)["operation"] for line in ended.err.splitlines()] == ["zerohash.time"]


def test_calls_are_not_logged_unless_asked() -> None:
    """A quiet emulator writes nothing at all."""
    with start() as made:
        made.get("/zerohash/time")
        assert made.stop().err == ""


def test_beyond_loopback_without_a_token_is_told() -> None:
    """Who opens the port to others learns that the control API stays closed."""
    with start("--host", "0.0.0.0") as made:  # noqa: S104
        assert "EMULATOR_CONTROL_TOKEN" in made.banner
        assert made.get("/zerohash/time").status_code == 200
