"""The emulator on a Redis of the benchmark's own: what a call costs there, beside a round trip.

What a row is in time is the network's: on loopback the smallest that there is.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bounds import BoundResult
from load import drive
from process import ProcessError, Program, Server, find_free_port, start
from rounds import Plan
from subject import SubjectError, aim_mint

PINGS = 2_000
MINTS = 1_500
READY = b"Ready to accept connections"


@contextmanager
def _redis() -> Iterator[int]:
    """The port of a server that keeps nothing."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise SubjectError("there is no redis-server: `make tools` installs it where it may")
    port = find_free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        process = subprocess.Popen([*command, "--save", ""], stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            if not any(READY in line for line in process.stdout):
                raise ProcessError("redis-server did not come up")
            yield port
        finally:
            process.kill()
            process.communicate()


def _round_trip_s(port: int) -> float:
    """The median time of a PING on a plain socket."""
    times_s = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(PINGS):
            began = time.perf_counter()
            connection.sendall(b"PING\r\n")
            connection.recv(64)
            times_s.append(time.perf_counter() - began)
    return median(times_s)


def _mint(server: Server, connections: int) -> tuple[float, float]:
    """The median time and the CPU time of a mint with RSA-2048, in seconds."""
    shot = aim_mint(server.port, 2048)
    outcome = drive(
        server.port,
        shot,
        seconds=30.0,
        count=MINTS,
        connections=connections,
        meter=server.cpu_s,
    )
    return outcome.percentile(0.5), outcome.metered / outcome.count


def measure_redis(plan: Plan) -> list[BoundResult]:
    """A mint on Redis: alone on one connection, and its CPU time against memory."""
    with _redis() as redis:
        url = f"redis://127.0.0.1:{redis}"
        shared = Program(
            "emulator on Redis",
            lambda port: [*plan.emulator.command(port), "--ledger", url],
            plan.emulator.ready_path,
        )
        trip_s = _round_trip_s(redis)
        with start(shared) as there, start(plan.emulator) as here:
            pairs = [(_mint(there, 32), _mint(here, 32)) for _ in range(plan.rounds)]
            alone_s, _ = _mint(there, 1)
            memory_s, _ = _mint(here, 1)
    ratio = median(ours / theirs for (_, theirs), (_, ours) in pairs)
    cpu_us = median(theirs for (_, theirs), _ in pairs) * 1e6
    beside = f"round trip {trip_s * 1e3:.3f} ms; memory {memory_s * 1e3:.2f} ms"
    note = f"{beside}, so {(alone_s - memory_s) * 1e3:.2f} ms more"
    return [
        BoundResult("mint on Redis, time", alone_s * 1e3, "ms", None, note),
        BoundResult("mint on Redis, CPU", ratio, "", None, f"of memory; {cpu_us:.0f} us"),
    ]
