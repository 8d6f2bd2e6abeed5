import socket

from tests.cli.conftest import Cli
from tests.cli.stub import Stub


def test_ready_is_0(here: Cli, stub: Stub) -> None:
    """Nothing is said when all is well."""
    stub.on("GET", "/health", {})
    outcome = here("healthcheck")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_not_ready_is_1(here: Cli, stub: Stub) -> None:
    """An emulator whose surfaces do not all listen yet is not healthy."""
    stub.on("GET", "/health", {}, 503)
    outcome = here("healthcheck")
    assert outcome.code == 1
    assert outcome.err == f"{stub.url} is not ready: its health answers 503\n"


def test_nothing_there_is_1(cli: Cli) -> None:
    """No emulator is no error of the question."""
    outcome = cli("healthcheck", EMULATOR_PORT="1")
    assert outcome.code == 1
    assert outcome.err.startswith("no emulator answers at http://127.0.0.1:1")


def test_a_bind_to_all_interfaces_is_asked_on_loopback(cli: Cli, stub: Stub) -> None:
    """Inside the image the host is 0.0.0.0, which is no address to call."""
    stub.on("GET", "/health", {})
    environ = {"EMULATOR_HOST": "0.0.0.0", "EMULATOR_PORT": str(stub.port)}  # noqa: S104
    assert cli("healthcheck", **environ).code == 0


def test_a_silent_emulator_is_1(cli: Cli) -> None:
    """Whoever takes the connection and says nothing is not waited for."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert cli("healthcheck", "--timeout", "0.05", EMULATOR_PORT=str(port)).code == 1
