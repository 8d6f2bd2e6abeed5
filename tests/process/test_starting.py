import os
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import httpx

from tests.process.running import environment, find_command, run_command, start


def refuse(*arguments: str, **variables: str) -> str:
    """What a start that must fail tells: one line, exit code 2, nothing printed."""
    outcome = run_command("serve", *arguments, **variables)
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1, outcome.stderr
    return outcome.stderr


def test_a_port_in_use_is_told() -> None:
    """The line names the port and the variable."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refuse("--port", str(port))
    assert f"port {port} on 127.0.0.1 is in use" in told
    assert "EMULATOR_PORT" in told


def test_a_bad_fixture_is_told(tmp_path: Path) -> None:
    """The line names the file and the place in it."""
    file = tmp_path / "own.yaml"
    file.write_text("zerohash:\n  platforms:\n    - {id: x}\n")
    told = refuse("--port", "0", EMULATOR_FIXTURES=str(file))
    assert f"{file}: zerohash.platforms[0]: " in told


def test_yaml_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    """A syntax error spans lines in YAML's words, and is one line in ours."""
    file = tmp_path / "own.yaml"
    file.write_text("zerohash: [\n")
    assert str(file) in refuse("--port", "0", "--fixtures", str(file))


def test_a_bad_key_is_told(tmp_path: Path) -> None:
    """The line names the file."""
    (tmp_path / "own.json").write_text("{}")
    assert str(tmp_path / "own.json") in refuse("--port", "0", "--keys", str(tmp_path))


def test_a_ledger_that_can_t_be_opened_is_told(tmp_path: Path) -> None:
    """The line names the file and the variable."""
    path = tmp_path / "no" / "ledger.db"
    told = refuse("--port", "0", "--ledger", f"sqlite:{path}")
    assert f"{path} can't be opened: is there its folder" in told
    assert "EMULATOR_LEDGER" in told


def test_a_damaged_default_is_told(tmp_path: Path) -> None:
    """What can't be read is not begun anew, nor served in part."""
    path = tmp_path / "ledger.db"
    place = ("--ledger", f"sqlite:{path}", "--providers", "zerohash")
    with start(*place) as running:
        running.stop()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE appends SET facts = substr(facts, 1, 40)")
    told = refuse("--port", "0", *place)
    assert f"the ledger sqlite:{path} can't give the sandbox `default`: " in told
    assert "damaged" in told


def test_an_unknown_variable_is_told() -> None:
    """The line names the nearest setting."""
    assert "did you mean EMULATOR_SEED?" in refuse("--port", "0", EMULATOR_SEDE="1")


def test_an_unknown_provider_is_told() -> None:
    """The line names those there are."""
    assert "may name zerohash" in refuse("--port", "0", "--providers", "zeroash")


def test_ready_is_what_it_says() -> None:
    """From the first connection that is taken health is 200 and providers answer."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [*find_command(), "serve", "--port", str(port), "--grpc-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:  # noqa: S603
        try:
            while True:
                try:
                    health = httpx.get(f"{url}/_emulator/health", timeout=30)
                    break
                except httpx.ConnectError:
                    assert process.poll() is None
            answer = httpx.get(f"{url}/zerohash/time")
        finally:
            process.kill()
    assert health.status_code == 200
    assert health.json()["ports"]["http"] == port
    assert answer.headers["x-emulator-sandbox"] == "default; by=default"


def test_a_crash_leaves_nothing_in_the_way() -> None:
    """Killed with connections open, it starts again at once on the same port."""
    with start() as first, first.connect() as connection:
        connection.sendall(b"GET /zerohash/time HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536)
        port = first.port
        assert first.stop(signal.SIGKILL).code == -signal.SIGKILL
        command = [*find_command(), "serve", "--port", str(port), "--grpc-port", "0"]
        with start(program=command) as second:
            assert second.port == port
            assert second.get("/zerohash/time").status_code == 200


def test_two_on_one_port_is_one_too_many() -> None:
    """The second is told, the first serves on."""
    with start() as first:
        assert "is in use" in refuse("--port", str(first.port))
        assert first.get("/zerohash/time").status_code == 200


def test_a_reader_that_leaves_is_no_defect() -> None:
    """`token-emulator fixtures export | true` ends without a trace."""
    reader, writer = os.pipe()
    os.close(reader)
    outcome = subprocess.run(  # noqa: S603 - our own command
        [*find_command(), "fixtures", "export"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env=environment(),
    )
    os.close(writer)
    assert (outcome.returncode, outcome.stderr) == (1, "")
