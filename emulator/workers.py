"""Several processes that serve one ledger: this one binds, starts them, and keeps them running.

It loads neither the providers nor a server. Each worker has listening sockets of its own on the
same port (SO_REUSEPORT), bound here once: the kernel spreads connections over them, and a worker
that takes another's place finds those that wait. gRPC binds by itself; its port is kept for it.
"""

import asyncio
import logging
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import msgspec

from emulator.core.clock import monotonic
from emulator.edge.surfaces import Started
from emulator.settings import Settings
from emulator.sockets import (
    RpcPorts,
    StartError,
    Use,
    bind,
    check_free,
    choose_rpc_ports,
    choose_tls_port,
    get_port,
)

log = logging.getLogger("emulator")

STOP_S = 5.0
# One that ends sooner than this after it was ready will not do better the next time.
STEADY_S = 1.0
TRIES = 3
RETRY_S = 1.0


class Orders(msgspec.Struct, frozen=True):
    """What a worker is told first. `listeners`, `secure`: its sockets, as file descriptors."""

    settings: Settings
    listeners: list[int]
    secure: list[int]
    rpc: RpcPorts


class Report(msgspec.Struct, frozen=True):
    """What a worker tells once: what it serves, or why it can't."""

    started: Started | None = None
    error: str = ""


def encode_orders(orders: Orders) -> bytes:
    """One line."""
    return msgspec.json.encode(orders, enc_hook=str) + b"\n"


def decode_orders(line: bytes) -> Orders:
    """The orders of `encode_orders`."""
    return msgspec.json.decode(line, type=Orders, dec_hook=_read)


def _read(kind: type, value: Any) -> Any:  # noqa: ANN401 - msgspec's signature
    return kind(value) if issubclass(kind, Path) else value


def serve_by_workers(settings: Settings, announce: Callable[[Started], None]) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is called when every worker is ready.

    Raises:
        StartError: the ledger is not one to share, nor the authority, a port can't be had, or a
            worker can't serve.
    """
    if settings.ledger.kind == "memory":
        raise StartError(
            f"{settings.workers} workers can't share what is in memory: set EMULATOR_LEDGER to "
            "sqlite:<file> or redis://<host>, or EMULATOR_WORKERS to 1"
        )
    if settings.tls is not None and settings.tls.folder is None:
        raise StartError(
            f"{settings.workers} workers need one authority: set EMULATOR_TLS to a folder that "
            "keeps it, or EMULATOR_WORKERS to 1"
        )
    with ExitStack() as stack:
        crew = _Crew(settings, announce, _bind_all(settings, stack))
        asyncio.run(crew.serve())


def _bind_all(settings: Settings, stack: ExitStack) -> list[Orders]:
    """Each worker's orders; the sockets are open for as long as the stack."""

    def hold(port: int, variable: str, use: Use = "shared") -> list[socket.socket]:
        held = bind(settings.host, port, variable, use=use)
        for listener in held:
            stack.callback(listener.close)
        return held

    def reserve(port: int, variable: str) -> int:
        check_free(settings.host, port, variable)
        return get_port(hold(port, variable, "reserved"))

    def hold_for_each(port: int, variable: str) -> list[list[int]]:
        check_free(settings.host, port, variable)
        sets = [hold(port, variable)]
        port = get_port(sets[0])
        sets += [hold(port, variable) for _ in range(1, settings.workers)]
        return [[listener.fileno() for listener in held] for held in sets]

    plain = hold_for_each(settings.port, "EMULATOR_PORT")
    secure: list[list[int]] = [[]] * settings.workers
    if settings.tls is not None:
        secure = hold_for_each(choose_tls_port(settings), "EMULATOR_TLS_PORT")
    chosen = choose_rpc_ports(settings)
    example = chosen.example
    if example is not None:
        example = reserve(example, "EMULATOR_GRPC_EXAMPLE_PORT")
    over_tls = chosen.secure
    if over_tls is not None:
        over_tls = reserve(over_tls, "EMULATOR_GRPC_TLS_PORT")
    rpc = RpcPorts(reserve(chosen.grpc, "EMULATOR_GRPC_PORT"), example, chosen.remarks, over_tls)
    return [Orders(settings, *sockets, rpc) for sockets in zip(plain, secure, strict=True)]


class _SilentError(StartError):
    """A worker ended before it could say why."""


class _Crew:
    """The workers of one emulator."""

    def __init__(
        self, settings: Settings, announce: Callable[[Started], None], orders: list[Orders]
    ) -> None:
        self._settings = settings
        self._announce = announce
        self._orders = orders
        self._processes: list[Process | None] = [None] * len(orders)
        self._stopping = asyncio.Event()

    async def serve(self) -> None:
        """Start them, keep them running, stop them when told to."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        keeping = asyncio.create_task(self._keep_all())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if keeping.done():
                keeping.result()
        finally:
            self._stopping.set()
            keeping.cancel()
            await asyncio.gather(*map(self._end, self._processes))

    async def _keep_all(self) -> None:
        started = await asyncio.gather(*map(self._start, range(len(self._orders))))
        self._announce(started[0])
        await asyncio.gather(*map(self._keep, range(len(self._orders))))

    async def _start(self, number: int) -> Started:
        """Start a worker and hear that it is ready.

        Raises:
            StartError: it is not.
        """
        orders = self._orders[number]
        process = self._processes[number] = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "emulator.worker",
            stdin=PIPE,
            stdout=PIPE,
            pass_fds=[*orders.listeners, *orders.secure],
        )
        assert process.stdin is not None  # noqa: S101 - they are pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(encode_orders(orders))
        line = await process.stdout.readline()
        if not line:
            code = await process.wait()
            raise _SilentError(f"a worker ended with {code} before it was ready: see the log")
        report = msgspec.json.decode(line, type=Report)
        if report.started is None:
            raise StartError(report.error)
        return report.started

    async def _keep(self, number: int) -> None:
        """Put another in a worker's place whenever it ends.

        Raises:
            StartError: one after the other ends right after its start.
        """
        short = 0
        while True:
            process, ready_at = self._processes[number], monotonic()
            assert process is not None  # noqa: S101 - it was started
            code = await process.wait()
            if self._stopping.is_set():
                return
            fields = {"worker": number + 1, "pid": process.pid, "code": code}
            log.warning("a worker ended: another takes its place", extra={"fields": fields})
            short = short + 1 if monotonic() - ready_at < STEADY_S else 0
            if short == TRIES:
                raise StartError(f"a worker ended with {code} right after its start, {TRIES} times")
            await self._replace(number)

    async def _replace(self, number: int) -> None:
        """Start another in a worker's place, however long the ledger is away.

        The others serve meanwhile; connections at its own socket wait.

        Raises:
            StartError: several end without a word.
        """
        silent = 0
        while True:
            try:
                await self._start(number)
            except StartError as error:
                silent += isinstance(error, _SilentError)
                if silent == TRIES:
                    raise
                log.warning("no worker could take its place, another tries: %s", error)
                await asyncio.sleep(RETRY_S)
            else:
                return

    async def _end(self, process: Process | None) -> None:
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()
