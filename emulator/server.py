"""One process, one loop: binds the port, serves until it is told to stop, then leaves quickly."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from ssl import SSLContext
from typing import TYPE_CHECKING

import msgspec
from uvicorn import Config, Server

from emulator.app import Emulator, create_emulator
from emulator.connections import HttpConnection
from emulator.core.ledger import Unavailable, Unusable
from emulator.settings import Settings
from emulator.sockets import (
    RpcPorts,
    StartError,
    bind,
    check_free,
    choose_rpc_ports,
    choose_tls_port,
    get_port,
)

if TYPE_CHECKING:
    from emulator.authority import Identity
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


class Shared(msgspec.Struct, frozen=True):
    """What a worker is given by its parent: its listening sockets, the ports of all for gRPC.

    `secure`: the sockets for TLS, none where it is not spoken.
    """

    listeners: list[socket.socket]
    secure: list[socket.socket]
    rpc: RpcPorts


def serve(settings: Settings, announce: Callable[[Emulator], None]) -> None:
    """Serve until SIGTERM or SIGINT. `announce` is called when every surface listens.

    Raises:
        StartError: the port can't be had, or a fixture, key, provider or ledger can't be used.
    """
    run(settings, obey_signals, lambda emulator: settle(emulator, announce))


def settle(emulator: Emulator, announce: Callable[[Emulator], None]) -> None:
    """What is loaded stays: the collector need not walk it again, nor now (15 ms of the start)."""
    gc.freeze()
    gc.enable()
    announce(emulator)


def run(
    settings: Settings,
    begin: Callable[[Server], None],
    announce: Callable[[Emulator], None],
    shared: Shared | None = None,
) -> None:
    """Serve until the server's `should_exit` is set.

    `begin` is called on the loop before anything listens, `announce` when every surface does.
    `shared` None: it has the ports for itself.

    Raises:
        StartError: the port can't be had, or a fixture, key, provider or ledger can't be used.
    """
    with ExitStack() as stack:
        listeners = shared.listeners if shared else bind(settings.host, settings.port)
        for listener in listeners:
            stack.callback(listener.close)
        secure = shared.secure if shared else _bind_secure(settings)
        for listener in secure:
            stack.callback(listener.close)
        try:
            emulator = create_emulator(settings)
        except ValueError as error:
            raise StartError(str(error)) from None
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            rpc = shared.rpc if shared else None
            runner.run(_run(emulator, settings, listeners, secure, rpc, begin, announce))


def _bind_secure(settings: Settings) -> list[socket.socket]:
    if settings.tls is None:
        return []
    return bind(settings.host, choose_tls_port(settings), "EMULATOR_TLS_PORT")


async def _run(
    emulator: Emulator,
    settings: Settings,
    listeners: list[socket.socket],
    secure: list[socket.socket],
    rpc_ports: RpcPorts | None,
    begin: Callable[[Server], None],
    announce: Callable[[Emulator], None],
) -> None:
    try:
        await emulator.open()
    except Unusable as error:
        raise StartError(str(error)) from None
    except Unavailable as error:
        told = str(error) or "It does not answer."
        place = f"the ledger {settings.ledger} can't give the sandbox `default`"
        raise StartError(f"{place}: {told} Put it right, or set EMULATOR_LEDGER") from None
    rpc = await open_rpc(emulator, settings, rpc_ports)
    server = Server(_configure(emulator))
    begin(server)
    # uvicorn's own `serve` would print its lines and end the process by the signal itself, not
    # with 0: its three stages are called one by one instead.
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=listeners)
    emulator.surfaces.open("http", get_port(listeners))
    if emulator.identity is not None:
        from emulator.tls import open_context  # noqa: PLC0415 - only where it is spoken

        await _listen_secure(server, secure, open_context(emulator.identity))
        emulator.surfaces.open("https", get_port(secure))
    announce(emulator)
    await server.main_loop()
    emulator.edge.end_delays()
    emulator.directory.here.stop()
    asyncio.get_running_loop().call_later(STOP_S - 0.1, _let_go, server)
    await asyncio.gather(server.shutdown(sockets=[*listeners, *secure]), _stop_rpc(rpc))


async def _listen_secure(
    server: Server, listeners: list[socket.socket], context: SSLContext
) -> None:
    """Serve the same application over TLS too: uvicorn itself has one context for all sockets."""
    config = server.config

    def connect() -> asyncio.Protocol:
        return HttpConnection(
            config=config, server_state=server.server_state, app_state=server.lifespan.state
        )

    loop = asyncio.get_running_loop()
    for listener in listeners:
        server.servers.append(
            await loop.create_server(
                connect,
                sock=listener,
                ssl=context,
                backlog=config.backlog,
            )
        )


async def open_rpc(
    emulator: Emulator, settings: Settings, ports: RpcPorts | None
) -> "RpcEdge | None":
    """Serve gRPC, where a provider speaks it, on its port and on that of the published example.

    `ports`: those that it shares with other workers.

    Raises:
        StartError: a port that was asked for can't be had.
    """
    if not emulator.speaks_rpc:
        return None
    rpc = emulator.open_rpc(shares_port=ports is not None)
    chosen = choose_rpc_ports(settings) if ports is None else ports
    emulator.remarks += chosen.remarks
    identity = emulator.identity
    listening = {"grpc": _listen_rpc(rpc, settings.host, chosen.grpc, "EMULATOR_GRPC_PORT")}
    if chosen.secure is not None:
        variable = "EMULATOR_GRPC_TLS_PORT"
        listening["grpc_tls"] = _listen_rpc(rpc, settings.host, chosen.secure, variable, identity)
    if chosen.example is not None:  # as published its caller speaks TLS: it does not say otherwise
        variable = "EMULATOR_GRPC_EXAMPLE_PORT"
        try:
            listening["grpc_example"] = _listen_rpc(
                rpc, settings.host, chosen.example, variable, identity
            )
        except StartError:
            if settings.grpc_example_port is not None:
                raise
            # It was free a moment ago, and nobody asked for it by hand.
            emulator.remarks.append(f"port {chosen.example} is in use: no gRPC on it")
    await rpc.start()
    for name, number in listening.items():
        emulator.surfaces.open(name, number)
    return rpc


def _listen_rpc(
    rpc: "RpcEdge", host: str, port: int, variable: str, identity: "Identity | None" = None
) -> int:
    """Tried with a socket of our own first: gRPC itself writes to the log when a port is taken."""
    if not rpc.shares_port:
        check_free(host, port, variable)
    try:
        return rpc.listen(host, port, identity)
    except OSError as error:
        raise StartError(f"gRPC on {host} port {port}: {error}: set {variable}") from None


async def _stop_rpc(rpc: "RpcEdge | None") -> None:
    if rpc is not None:
        rpc.end_delays()
        await rpc.stop(STOP_S)


def _let_go(server: Server) -> None:
    """Wait for no client that was told that its connection ends, or the stop would be a failure."""
    for connection in list(server.server_state.connections):
        if isinstance(connection, HttpConnection):
            connection.let_go()


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


def obey_signals(server: Server) -> None:
    """SIGTERM and SIGINT stop it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, server)


def stop(server: Server) -> None:
    """Have it leave its loop."""
    server.should_exit = True
