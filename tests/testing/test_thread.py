"""A server in a thread."""

import socket
import threading

import pytest

from emulator.settings import Settings
from emulator.sockets import StartError
from emulator.testing import ControlError, run_in_thread


def test_it_serves_until_it_is_left() -> None:
    """HTTP and gRPC listen while it is wanted; after, nothing does and no thread is left."""
    before = threading.enumerate()
    with run_in_thread() as emulator:
        ports = emulator.health().ports
        assert set(ports) == {"http", "grpc"}
        assert emulator.sandboxes.get().hyperswitch.grpc_target == f"127.0.0.1:{ports['grpc']}"
    for port in ports.values():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
    left = set(threading.enumerate()) - set(before)
    assert "token-emulator" not in {thread.name for thread in left}


def test_a_start_that_fails_is_told_where_it_was_asked_for() -> None:
    """A port in use is named in the caller's thread."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port}"), run_in_thread(port):
            pass


def test_it_takes_settings_and_a_control_token() -> None:
    """The token of the settings is the client's too."""
    settings = Settings(control_token="fake-control-token", providers=("usegrant",))
    with run_in_thread(settings=settings) as emulator:
        assert emulator.health().providers == ["usegrant"]
        assert emulator.sandboxes.list()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings hold, but for host and ports; a control token is asked for and sent."""
    monkeypatch.setenv("EMULATOR_PROVIDERS", "usegrant")
    monkeypatch.setenv("EMULATOR_PORT", "1")
    monkeypatch.setenv("EMULATOR_CONTROL_TOKEN", "fake-control-token")
    monkeypatch.setenv("EMULATOR_URL", "http://127.0.0.1:1")
    with run_in_thread() as emulator:
        assert emulator.health().providers == ["usegrant"]
        assert emulator.sandboxes.list()
        monkeypatch.delenv("EMULATOR_CONTROL_TOKEN")
        with pytest.raises(ControlError, match="Control token required"):
            run_without_token(emulator.url)


def run_without_token(url: str) -> None:
    """Ask as somebody who was not given the token."""
    from emulator.testing import connect  # noqa: PLC0415 - beside what uses it

    with connect(url) as emulator:
        emulator.sandboxes.list()
