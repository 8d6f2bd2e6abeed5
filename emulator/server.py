"""One process, one loop: binds the port, serves until it is told to stop, then leaves quickly."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from uvicorn import Config, Server

from emulator.app import Emulator, create_emulator
from emulator.connections import HttpConnection
from emulator.core.ledger import Unavailable, Unusable
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.edge.rpc import RpcEdge

try:
    import uvloop
except ImportError:  # PyPy, Windows
    _new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    _new_loop = uvloop.new_event_loop

# Test clients keep connections over pauses: a server that closes first makes their next call fail.
KEEP_ALIVE_S = 75
# How long calls that are under way may take when the process stops. Delays end at once.
STOP_S = 0.4


GRPC_PORT = 4601
GRPC_EXAMPLE_PORT = 8080  # the published example's [doc]


class StartError(Exception):
    """The server can't start; the text says what to change."""


def serve(settings: Settings, announce: Callable[[Emulator], None]) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is called when every surface listens.

    Raises:
        StartError: the port can't be had, or a fixture, key or provider can't be used.
    """

    def settle(emulator: Emulator) -> None:
        # What is loaded stays: the collector need not walk it again, nor now (15 ms of the start).
        gc.freeze()
        gc.enable()
        announce(emulator)

    run(settings, _obey_signals, settle)


def run(
    settings: Settings,
    begin: Callable[[Server], None],
    announce: Callable[[Emulator], None],
) -> None:
    """Serve until the server's `should_exit` is set.

    `begin` is called on the loop before anything listens, `announce` when every surface does.

    Raises:
        StartError: the port can't be had, or a fixture, key or provider can't be used.
    """
    with ExitStack() as stack:
        listeners = bind(settings.host, settings.port)
        for listener in listeners:
            stack.callback(listener.close)
        try:
            emulator = create_emulator(settings)
        except ValueError as error:
            raise StartError(str(error)) from None
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_run(emulator, settings, listeners, begin, announce))


def bind(host: str, port: int, variable: str = "EMULATOR_PORT") -> list[socket.socket]:
    """Sockets that listen on every address of a host, all on one port.

    Listening begins here: a port that is bound but silent could still be lost to another.

    Raises:
        StartError: they can't be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise StartError(f"{host!r} is no address: set EMULATOR_HOST to one") from None
    listeners: list[socket.socket] = []
    for address in dict.fromkeys((family, at[0]) for family, _, _, _, at in found):
        taken = port or (listeners[0].getsockname()[1] if listeners else 0)
        try:
            listeners.append(_listen(*address, taken))
        except OSError as error:
            for listener in listeners:
                listener.close()
            raise StartError(_explain(error, host, taken, variable)) from None
    return listeners


def _listen(family: int, address: str | int, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port left in TIME_WAIT by a run before is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _explain(error: OSError, host: str, port: int, variable: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use: stop what listens there, "
            f"or set {variable} (0 takes any free port)"
        )
    if error.errno == errno.EACCES:
        return f"port {port} may not be opened by this user: set {variable} to 1024 or more"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: set EMULATOR_HOST to one"
    return f"{host} port {port}: {error.strerror}: set EMULATOR_HOST or {variable}"


async def _run(
    emulator: Emulator,
    settings: Settings,
    listeners: list[socket.socket],
    begin: Callable[[Server], None],
    announce: Callable[[Emulator], None],
) -> None:
    try:
        await emulator.open()
    except (Unusable, Unavailable) as error:
        raise StartError(str(error)) from None
    rpc = await open_rpc(emulator, settings)
    server = Server(_configure(emulator))
    begin(server)
    # uvicorn's own `serve` would print its lines and end the process by the signal itself, not
    # with 0: its three stages are called one by one instead.
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=listeners)
    emulator.surfaces.open("http", listeners[0].getsockname()[1])
    announce(emulator)
    await server.main_loop()
    emulator.edge.end_delays()
    emulator.directory.here.stop()
    await asyncio.gather(server.shutdown(sockets=listeners), _stop_rpc(rpc))


async def open_rpc(emulator: Emulator, settings: Settings) -> "RpcEdge | None":
    """Serve gRPC, where a provider speaks it, on its port and on that of the published example.

    Raises:
        StartError: a port that was asked for can't be had.
    """
    if not emulator.speaks_rpc:
        return None
    rpc = emulator.open_rpc()
    port = settings.grpc_port
    if port is None:
        port = 0
        if settings.port and is_free(settings.host, GRPC_PORT):
            port = GRPC_PORT
        elif settings.port:
            emulator.remarks.append(f"port {GRPC_PORT} is in use: gRPC took any free one")
    ports = {"grpc": _listen_rpc(rpc, settings.host, port, "EMULATOR_GRPC_PORT")}
    wanted = settings.grpc_example_port
    if wanted is None:
        wanted = GRPC_EXAMPLE_PORT if is_free(settings.host, GRPC_EXAMPLE_PORT) else -1
        if wanted < 0:
            emulator.remarks.append(f"port {GRPC_EXAMPLE_PORT} is in use: no gRPC on it")
    if wanted >= 0:
        variable = "EMULATOR_GRPC_EXAMPLE_PORT"
        ports["grpc_example"] = _listen_rpc(rpc, settings.host, wanted, variable)
    await rpc.start()
    for name, number in ports.items():
        emulator.surfaces.open(name, number)
    return rpc


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens there, and this process may."""
    try:
        listeners = bind(host, port)
    except StartError:
        return False
    for listener in listeners:
        listener.close()
    return True


def _listen_rpc(rpc: "RpcEdge", host: str, port: int, variable: str) -> int:
    """Tried with a socket of our own first: gRPC itself writes to the log when a port is taken."""
    if port:
        for listener in bind(host, port, variable):
            listener.close()
    try:
        return rpc.listen(host, port)
    except OSError as error:
        raise StartError(f"gRPC on {host} port {port}: {error}: set {variable}") from None


async def _stop_rpc(rpc: "RpcEdge | None") -> None:
    if rpc is not None:
        rpc.end_delays()
        await rpc.stop(STOP_S)


def _configure(emulator: Emulator) -> Config:
    config = Config(
        emulator.gate(),
        loop="none",
        http=HttpConnection,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    config.timeout_graceful_shutdown = STOP_S  # type: ignore[assignment] # it only waits that long
    return config


def _obey_signals(server: Server) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, server)


def _stop(server: Server) -> None:
    server.should_exit = True
