"""A redis-server of the tests' own: on a free port of loopback, in a folder that goes with it."""

import atexit
import shutil
import signal
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

_LEAST = {"save": "", "appendonly": "no", "repl-diskless-sync-delay": "0"}
READY = "Ready to accept connections"


class RedisServer:
    """A server. `options`: its configuration, by name; nothing is kept unless they say so."""

    def __init__(self, **options: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.port = free_port()
        self._options = {**_LEAST, **options}
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it listens."""
        given = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self.folder)}
        flags = [
            word
            for name, value in {**given, **self._options}.items()
            for word in (f"--{name}", value)
        ]
        self._process = subprocess.Popen(  # noqa: S603 - a server found on the path
            [_program(), *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if READY in line:
                return
        pytest.fail(f"redis-server ended: {''.join(said[-5:])}")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def empty(self) -> None:
        """Lose what it kept on disk; while it is down."""
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def close(self) -> None:
        """End it and forget its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def shared_server() -> RedisServer:
    """One for all tests of this process that only need some Redis: each takes its own prefix."""
    server = RedisServer()
    server.start()
    atexit.register(server.close)
    return server


def _program() -> str:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        pytest.skip("there is no redis-server: `make tools` installs it where it may")
    return found


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
