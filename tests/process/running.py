"""The installed command as a subprocess: start it, read what it prints, talk to it, stop it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent
END_TIMEOUT_S = 20.0


def find_command() -> list[str]:
    """The installed command beside this interpreter, else the checkout's module."""
    script = Path(sys.executable).with_name("token-emulator")
    return [str(script)] if script.exists() else [sys.executable, "-m", "emulator"]


def environment(**variables: str) -> dict[str, str]:
    """Ours without settings of the emulator, with these laid over it."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("EMULATOR_")}
    return {**own, "PYTHONPATH": str(ROOT), **variables}


def run_command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(  # noqa: S603 - our own command
        [*find_command(), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(**variables),
        timeout=END_TIMEOUT_S,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended. `within_s`: seconds from the signal to the end."""

    code: int
    within_s: float
    err: str


@dataclass(frozen=True, slots=True)
class Running:
    """An emulator that listens. `banner`: what it printed."""

    process: subprocess.Popen[str]
    banner: str
    url: str

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def get(self, path: str) -> httpx.Response:
        """One request on a connection of its own."""
        return httpx.get(f"{self.url}{path}", timeout=END_TIMEOUT_S)

    def connect(self) -> socket.socket:
        """A connection without a client library."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=END_TIMEOUT_S)

    def stop(self, number: int = signal.SIGTERM) -> Ended:
        """Send a signal and see the process end."""
        sent_at = time.perf_counter()
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=END_TIMEOUT_S)
        return Ended(self.process.returncode, time.perf_counter() - sent_at, err)


@contextmanager
def start(
    *arguments: str, program: Sequence[str] | None = None, **variables: str
) -> Iterator[Running]:
    """An emulator on a port of its own; killed at the end, if it still runs.

    `program`: another command that prints what `serve` does.
    """
    command = program or [*find_command(), "serve", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**variables),
    )
    try:
        banner = read_banner(process)
        found = re.search(r"http://[^\s\"/]+:\d+", banner)
        assert found, f"no address in {banner!r}"
        yield Running(process, banner, found[0])
    finally:
        process.kill()
        process.communicate()


def read_banner(process: subprocess.Popen[str]) -> str:
    """What is printed up to the settings, which come last."""
    assert process.stdout is not None
    assert process.stderr is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "settings" in line:
            return "".join(lines)
    raise AssertionError(f"ended before it listened: {process.stderr.read()}")
