"""Ports: binding them, sharing them between workers, and saying why one can't be had."""

import errno
import socket
from typing import Literal

import msgspec

from emulator.settings import Settings

GRPC_PORT = 4601
TLS_PORT = 4643
GRPC_TLS_PORT = 4644
GRPC_EXAMPLE_PORT = 8080  # the published example's [doc]

Use = Literal["alone", "shared", "reserved"]


class StartError(Exception):
    """The server can't start; the text says what to change."""


class RpcPorts(msgspec.Struct, frozen=True):
    """Where gRPC is to listen. `example` None: not on the example's; `remarks`: what to tell.

    `secure`: over TLS; None: TLS is not spoken.
    """

    grpc: int
    example: int | None
    remarks: tuple[str, ...] = ()
    secure: int | None = None


def bind(
    host: str, port: int, variable: str = "EMULATOR_PORT", *, use: Use = "alone"
) -> list[socket.socket]:
    """Sockets that listen on every address of a host, all on one port.

    Listening begins here: a port that is bound but silent could still be lost to another. Only one
    that is `reserved` is silent, for others of this user to listen on as it is `shared`.

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
            listeners.append(_listen(*address, taken, use))
        except OSError as error:
            for listener in listeners:
                listener.close()
            raise StartError(_explain(error, host, taken, variable)) from None
    return listeners


def _listen(family: int, address: str | int, port: int, use: Use) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port left in TIME_WAIT by a run before is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if use != "alone":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((address, port))
        if use != "reserved":
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


def get_port(listeners: list[socket.socket]) -> int:
    """The one that they are all on."""
    port: int = listeners[0].getsockname()[1]
    return port


def check_free(host: str, port: int, variable: str) -> None:
    """See that nobody has a port, before it is bound as one that others may share.

    Raises:
        StartError: somebody has.
    """
    if port:
        for listener in bind(host, port, variable):
            listener.close()


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens there, and this process may."""
    try:
        check_free(host, port, "")
    except StartError:
        return False
    return True


def choose_rpc_ports(settings: Settings) -> RpcPorts:
    """The ports that were asked for, else the usual ones where they are free."""
    remarks: list[str] = []
    example = settings.grpc_example_port

    def choose(asked: int | None, usual: int, what: str) -> int:
        if asked is not None:
            return asked
        port = usual if settings.port and is_free(settings.host, usual) else 0
        if settings.port and not port:
            remarks.append(f"port {usual} is in use: {what} took any free one")
        return port

    port = choose(settings.grpc_port, GRPC_PORT, "gRPC")
    secure = None
    if settings.tls:
        secure = choose(settings.grpc_tls_port, GRPC_TLS_PORT, "gRPC over TLS")
    if example is None:
        example = GRPC_EXAMPLE_PORT if is_free(settings.host, GRPC_EXAMPLE_PORT) else -1
        if example < 0:
            remarks.append(f"port {GRPC_EXAMPLE_PORT} is in use: no gRPC on it")
    return RpcPorts(port, None if example < 0 else example, tuple(remarks), secure)


def choose_tls_port(settings: Settings) -> int:
    """The port that was asked for, else the usual one; any free one beside another such."""
    if settings.tls_port is not None:
        return settings.tls_port
    return TLS_PORT if settings.port else 0
