"""Faults of transport as clients see them at a real socket of the server as it is run."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.process.running import Running, start
from tests.signing import minting

TIME = "/zerohash/time"
CALLS = "/_emulator/sandboxes/default/calls"
HANGS = (
    "close_before_headers",
    "close_mid_body",
    "dribble",
    "empty",
    "garble",
    "reset",
    "truncate",
)

Fault = dict[str, str]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """One emulator for the tests of this module, which in the end has logged nothing."""
    with start() as made:
        yield made
        assert made.stop().err == ""


def asked(fault: str) -> Fault:
    """The header that asks for a fault."""
    return {"X-Emulator-Fault": fault}


def send_raw(running: Running, fault: str) -> bytes:
    """What comes back on a connection for one call with a fault, up to its end."""
    head = f"GET {TIME} HTTP/1.1\r\nHost: x\r\nX-Emulator-Fault: {fault}\r\n\r\n"
    return exchange(running, head.encode())


def exchange(running: Running, raw: bytes) -> bytes:
    """What comes back on a connection of its own, up to its end."""
    with running.connect() as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def last_call(running: Running) -> Any:  # noqa: ANN401 - JSON
    """The newest call in the journal."""
    return running.get(CALLS).json()["items"][0]


def usual(running: Running) -> bytes:
    """What the call answers without a fault, but for the time itself."""
    return running.get(TIME).content


def test_a_reset_is_an_rst(running: Running) -> None:
    """The client's socket says that its peer reset the connection; the call was not made."""
    with pytest.raises(ConnectionResetError):
        send_raw(running, "transport=reset")
    call = last_call(running)
    assert (call["status"], call["refusal"]) == (0, "unanswered")
    assert call["fault"] == "X-Emulator-Fault"


def test_a_close_is_in_order(running: Running) -> None:
    """The connection ends before a byte of an answer, without an RST."""
    assert send_raw(running, "transport=close_before_headers") == b""
    assert (last_call(running)["status"], last_call(running)["refusal"]) == (0, "unanswered")


@pytest.mark.parametrize("kind", ["reset", "close_before_headers"])
def test_an_answer_can_be_lost_after_the_mint(running: Running, kind: str) -> None:
    """With `effect=after` the token is made, and the client does not hear of it."""
    request = minting()
    request["headers"] |= asked(f"transport={kind}, effect=after")
    with httpx.Client(base_url=running.url) as client:
        before = client.get("/_emulator/sandboxes/default/tokens").json()["items"]
        with pytest.raises(httpx.TransportError):
            client.request(**request)
        after = client.get("/_emulator/sandboxes/default/tokens").json()["items"]
    assert len(after) == len(before) + 1
    call = last_call(running)
    assert (call["status"], call["refusal"], call["fault"]) == (201, None, "X-Emulator-Fault")


@pytest.mark.parametrize("kind", ["reset", "close_before_headers"])
def test_an_answer_can_be_lost_before_the_mint(running: Running, kind: str) -> None:
    """By default the operation does not run."""
    request = minting()
    request["headers"] |= asked(f"transport={kind}")
    with httpx.Client(base_url=running.url) as client:
        before = client.get("/_emulator/sandboxes/default/tokens").json()["items"]
        with pytest.raises(httpx.TransportError):
            client.request(**request)
        assert client.get("/_emulator/sandboxes/default/tokens").json()["items"] == before


def test_half_a_body_with_the_whole_length(running: Running) -> None:
    """`truncate`: the head promises what the connection's end takes away."""
    head, _, body = send_raw(running, "transport=truncate").partition(b"\r\n\r\n")
    told = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == told // 2
    with pytest.raises(httpx.RemoteProtocolError, match=r"received \d+ bytes, expected"):
        httpx.get(running.url + TIME, headers=asked("transport=truncate"))
    assert last_call(running)["status"] == 200


def test_half_a_body_of_unknown_length(running: Running) -> None:
    """`close_mid_body`: the body is chunked, and its last chunk does not come."""
    head, _, body = send_raw(running, "transport=close_mid_body").partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head
    assert b"content-length" not in head
    assert not body.endswith(b"0\r\n\r\n")
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        httpx.get(running.url + TIME, headers=asked("transport=close_mid_body"))


def test_a_body_that_dribbles(running: Running) -> None:
    """It comes in pieces with pauses between them, and whole in the end."""
    pieces, times = [], []
    with httpx.stream("GET", running.url + TIME, headers=asked("transport=dribble")) as answer:
        for piece in answer.iter_raw():
            pieces.append(piece)
            times.append(time.monotonic())
    assert len(pieces) > 3
    assert times[-1] - times[0] > 0.09 * (len(pieces) - 1)
    assert set(json.loads(b"".join(pieces))) == set(json.loads(usual(running)))


def test_garbled_is_no_json(running: Running) -> None:
    """The length is right, and nothing that reads JSON reads it; the connection goes on."""
    with httpx.Client(base_url=running.url) as client:
        answer = client.get(TIME, headers=asked("transport=garble"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert int(answer.headers["content-length"]) == len(answer.content)
        with pytest.raises(json.JSONDecodeError):
            answer.json()
        assert client.get(TIME).json()


def test_an_empty_body(running: Running) -> None:
    """Status and headers are the answer's; it says that there is no body."""
    answer = httpx.get(running.url + TIME, headers=asked("transport=empty"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "0"


def test_a_wrong_content_type(running: Running) -> None:
    """The body is what it was; only its label is HTML's, of a page that may run nothing."""
    answer = httpx.get(running.url + TIME, headers=asked("transport=wrong_content_type"))
    assert answer.headers.get_list("content-type") == ["text/html; charset=utf-8"]
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert set(answer.json()) == set(json.loads(usual(running)))


def test_an_error_can_be_mangled_too(running: Running) -> None:
    """The provider's own refusal, with the status it has and a body that does not parse."""
    answer = httpx.get(running.url + TIME, headers=asked("error=unavailable, transport=garble"))
    assert answer.status_code == 503
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_delay_comes_before_a_reset(running: Running) -> None:
    """Both happen, in this order."""
    started = time.monotonic()
    with pytest.raises(ConnectionResetError):
        send_raw(running, 'transport=reset, delay="300ms"')
    assert time.monotonic() - started >= 0.3


def test_a_head_has_no_body_to_break(running: Running) -> None:
    """Nothing is sent that a client would take for the next answer."""
    for kind in ("truncate", "close_mid_body", "garble", "empty", "dribble"):
        head = f"HEAD {TIME} HTTP/1.1\r\nHost: x\r\nX-Emulator-Fault: transport={kind}\r\n"
        answer = exchange(running, f"{head}Connection: close\r\n\r\n".encode())
        assert answer.count(b"HTTP/1.1") == 1
        assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("kind", HANGS)
def test_a_kept_connection_is_not_confused(running: Running, kind: str) -> None:
    """A client that had a fault on its connection gets its next answer whole."""
    with httpx.Client(base_url=running.url) as client:
        for fault in (None, kind, None, kind, None):
            if fault is None:
                assert client.get(TIME).json()
                continue
            try:
                client.get(TIME, headers=asked(f"transport={fault}"))
            except httpx.TransportError:
                continue


@pytest.mark.slow
def test_64_clients_with_faults_harm_nobody(running: Running) -> None:
    """Among calls that break in every way, those without a fault are all answered."""

    async def call_all() -> Counter[str]:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        async with httpx.AsyncClient(base_url=running.url, limits=limits, timeout=30) as client:

            async def call(number: int) -> str:
                kind = HANGS[number // 2 % len(HANGS)] if number % 2 else None
                try:
                    answer = await client.get(
                        TIME, headers=asked(f"transport={kind}") if kind else {}
                    )
                except httpx.TransportError:
                    return "broken"
                return "whole" if kind is None and answer.json() else "mangled"

            return Counter(await asyncio.gather(*(call(number) for number in range(256))))

    counted = asyncio.run(call_all())
    assert counted["whole"] == 128
    assert counted["broken"] >= 64


@pytest.mark.parametrize("fault", ['delay="30s"', "transport=dribble"])
def test_a_client_that_leaves_ends_its_call(running: Running, fault: str) -> None:
    """Nobody waits, or dribbles on, for who is gone: the call ends in the journal, soon."""
    request = minting()
    lines = [f"{name}: {value}\r\n" for name, value in (request["headers"] | asked(fault)).items()]
    head = f"POST {request['url']} HTTP/1.1\r\nHost: x\r\n{''.join(lines)}"
    length = f"Content-Length: {len(request['content'])}\r\n\r\n"
    assert running.get(TIME).status_code == 200  # so that there is a last call
    before = last_call(running)["id"]
    with running.connect() as connection:
        connection.sendall((head + length).encode() + request["content"])
        if "dribble" in fault:
            assert connection.recv(16).startswith(b"HTTP/1.1 201")
        others = [running.get(TIME).status_code for _ in range(8)]
    assert others == [200] * 8
    ended = wait_for_mint(running, before)
    assert ended["status"] == 201
    assert ended["duration_ms"] < 5000


def wait_for_mint(running: Running, after: str) -> Any:  # noqa: ANN401 - JSON
    """The mint that ended after a call."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        query = f"operation=client_auth_token&since={after}"
        found = running.get(f"{CALLS}?{query}").json()["items"]
        if found:
            return found[0]
    raise AssertionError("the call goes on without its client")


def test_a_delayed_call_holds_up_no_other(running: Running) -> None:
    """On connections of their own others are answered while one waits, and it is in the end."""

    async def call_all() -> tuple[float, float]:
        async with httpx.AsyncClient(base_url=running.url, timeout=30) as client:
            slow = asyncio.create_task(client.get(TIME, headers=asked('delay="1500ms"')))
            started = time.monotonic()
            await asyncio.gather(*(client.get(TIME) for _ in range(64)))
            others = time.monotonic() - started
            assert not slow.done()
            assert (await slow).status_code == 200
            return others, time.monotonic() - started

    others, all_of_them = asyncio.run(call_all())
    assert others < 1.5 <= all_of_them
