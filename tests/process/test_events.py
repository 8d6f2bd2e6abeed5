"""The event stream over a real socket, with HTTP's own flow control and the process's own end."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx
import pytest

from tests.process.running import END_TIMEOUT_S, Running, start
from tests.process.test_stopping import check

EVENTS = "/_emulator/sandboxes/default/events"


class Told(NamedTuple):
    """One event."""

    name: str
    id: str
    data: dict[str, object]


@pytest.fixture
def running() -> Iterator[Running]:
    """An emulator."""
    with start("--providers", "zerohash") as made:
        yield made


@contextmanager
def listen(running: Running, after: str | None = None) -> Iterator[Iterator[Told]]:
    """The events of the default sandbox."""
    headers = {} if after is None else {"Last-Event-ID": after}
    with httpx.stream(
        "GET", running.url + EVENTS, headers=headers, timeout=END_TIMEOUT_S
    ) as response:
        assert response.status_code == 200
        yield read_events(response.iter_lines())


def read_events(lines: Iterator[str]) -> Iterator[Told]:
    """The events that the lines make."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield Told(fields["event"], fields["id"], json.loads(fields["data"]))
            fields = {}


def call_ids(told: list[Told]) -> list[object]:
    """The calls among events."""
    return [event.data["id"] for event in told if event.name == "call"]


def test_calls_are_heard_and_resumed(running: Running) -> None:
    """What happened between two connections is told on the second, once."""
    with listen(running) as events:
        assert next(events).name == "start"
        running.get("/zerohash/time")
        first = next(events)
        assert (first.name, first.data["id"]) == ("call", "call_1")
    running.get("/zerohash/time")
    with listen(running, first.id) as events:
        assert next(events).data["resumed"] is True
        running.get("/zerohash/time")
        assert call_ids([next(events), next(events)]) == ["call_2", "call_3"]


def test_another_process_is_a_gap(running: Running) -> None:
    """Who comes back after a restart is told so before anything else."""
    with listen(running) as events:
        last = next(events).id
    running.stop()
    with start("--providers", "zerohash") as again, listen(again, last) as events:
        gap = next(events)
        assert (gap.name, gap.data["reason"]) == ("gap", "other_run")


def test_a_stopping_process_ends_its_streams_at_once(running: Running) -> None:
    """The last event says so; nobody is waited for, nothing is logged."""
    with listen(running) as events:
        assert next(events).name == "start"
        ended = running.stop()
        assert [event.data["reason"] for event in events] == ["stopping"]
    check(ended)
    assert ended.within_s < 0.4


def test_a_dropped_sandbox_ends_its_streams(running: Running) -> None:
    """The answer is complete: the connection can be used for the next request."""
    sandboxes = f"{running.url}/_emulator/sandboxes"
    with httpx.Client(timeout=END_TIMEOUT_S) as client:
        client.post(sandboxes, json={"id": "a"})
        with client.stream("GET", f"{sandboxes}/a/events") as response:
            events = read_events(response.iter_lines())
            assert next(events).name == "start"
            assert httpx.delete(f"{sandboxes}/a").status_code == 204
            assert [event.data["reason"] for event in events] == ["dropped"]
        assert client.get(f"{sandboxes}/a").status_code == 404


def ask(running: Running) -> socket.socket:
    """A client that asks for the events of calls and reads nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(END_TIMEOUT_S)
    connection.connect(("127.0.0.1", running.port))
    connection.sendall(f"GET {EVENTS}?kinds=calls HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return connection


def call_with_long_bodies(running: Running, times: int) -> None:
    """More than the sockets' buffers and the journal take in."""
    body = json.dumps({"padding": "x" * 100_000})
    with httpx.Client(timeout=END_TIMEOUT_S) as client:
        for _ in range(times):
            client.post(f"{running.url}/zerohash/client_auth_token", content=body)


def test_a_client_that_reads_nothing_holds_nobody_up(running: Running) -> None:
    """Calls go on as ever; when it reads again it is told of a gap, and what came behind it."""
    with ask(running) as connection:
        call_with_long_bodies(running, 120)
        with connection.makefile("r", newline="\n") as lines:
            heard: list[Told] = []
            events = read_events(line.rstrip("\r\n") for line in lines)
            while not heard or heard[-1].name != "gap":
                heard.append(next(events))
            call_with_long_bodies(running, 1)
            heard.append(next(events))
    missed = heard[-2].data["calls"]
    assert isinstance(missed, int)
    assert missed > 0
    assert heard[0].name == "start"
    assert call_ids(heard)[-1] == "call_121"


def test_a_client_that_reads_nothing_does_not_hold_up_the_end(running: Running) -> None:
    """The process leaves all the same, within its usual time."""
    with ask(running):
        call_with_long_bodies(running, 120)
        ended = running.stop()
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    assert ended.within_s < 1.0
