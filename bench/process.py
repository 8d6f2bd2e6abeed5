"""A server as a subprocess: start it, wait until it answers, read its CPU time and memory, stop it.

Reads Linux's /proc. It knows nothing of what the server serves.
"""

import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

READY_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.001

_CLOCK_SCHEDULER = 2  # Linux: clockid of another process's CPU time is (~pid << 3) | 2
_NOT_INHERITED = ("PYTHONDONTWRITEBYTECODE", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE")


class ProcessError(Exception):
    """A server did not come up or went away."""


@dataclass(frozen=True, slots=True)
class Program:
    """A server that can be started: how it is called, its command for a port, its ready path."""

    name: str
    command: Callable[[int], list[str]]
    ready_path: str


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs and has answered 200; `ready_s` is the time from spawn to that answer."""

    name: str
    port: int
    pid: int
    ready_s: float

    def cpu_s(self) -> float:
        """User and system time so far, all threads, in seconds; that of its workers too."""
        task = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return sum(map(self._cpu_of, [self.pid, *map(int, task.read_text().split())]))

    def _cpu_of(self, pid: int) -> float:
        """A process's CPU clock counts nanoseconds; ticks of 10 ms where it can't be read."""
        try:
            return time.clock_gettime((~pid << 3) | _CLOCK_SCHEDULER)
        except OSError:
            return self.cpu_ticks_s(pid)

    def cpu_ticks_s(self, pid: int | None = None) -> float:
        """The same from /proc/<pid>/stat: utime and stime, in seconds."""
        stat = Path(f"/proc/{pid or self.pid}/stat").read_text()
        utime, stime = stat.rpartition(")")[2].split()[11:13]
        return (int(utime) + int(stime)) / os.sysconf("SC_CLK_TCK")

    def rss_kb(self) -> int:
        """Resident memory, in KiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise ProcessError(f"{self.name} has no resident memory: has it ended?")


def find_free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _environment() -> dict[str, str]:
    """Ours without what would change the emulator's settings or forbid it to write bytecode."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("EMULATOR_") and name not in _NOT_INHERITED
    }


def _is_ready(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _wait_ready(process: subprocess.Popen[bytes], port: int, program: Program) -> None:
    deadline = time.perf_counter() + READY_TIMEOUT_S
    while not _is_ready(port, program.ready_path):
        if process.poll() is not None:
            raise ProcessError(
                f"{program.name} ended with {process.returncode} before it was ready"
            )
        if time.perf_counter() > deadline:
            raise ProcessError(f"{program.name} was not ready within {READY_TIMEOUT_S:.0f} s")
        time.sleep(POLL_S)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_output(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read()[-2000:].decode(errors="replace").strip()


@contextmanager
def start(program: Program) -> Iterator[Server]:
    """The program as a running, ready server; stopped at the end, whatever happens.

    Raises:
        ProcessError: with the program's last output, if it does not come up.
    """
    port = find_free_port()
    with tempfile.TemporaryFile() as log:
        spawned_at = time.perf_counter()
        try:
            process = subprocess.Popen(
                program.command(port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                cwd=Path(__file__).parent.parent,
            )
        except OSError as error:
            raise ProcessError(f"{program.name} can't be started: {error}") from error
        try:
            _wait_ready(process, port, program)
            yield Server(program.name, port, process.pid, time.perf_counter() - spawned_at)
        except ProcessError as error:
            _stop(process)
            raise ProcessError(f"{error}\n{_last_output(log)}") from error
        finally:
            _stop(process)
