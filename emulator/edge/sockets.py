"""The sockets of this process, found by who is at their other end.

gRPC's server keeps its connections to itself and can't reset one; what it closes is decided here,
at the socket that it uses.
"""

import ctypes
import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import unquote

_DESCRIPTORS = Path("/dev/fd")  # Linux, macOS

_NOBODY = bytes(16)  # a sockaddr of AF_UNSPEC

Peer = tuple[IPv4Address | IPv6Address, int]


def cut_peer(name: str, *, resets: bool) -> bool:
    """Let the connection to a peer end, and whether there was one. `name`: as gRPC has it.

    `resets`: by an RST, where the system can do that (Linux); else in order.
    """
    peer = read_peer(name)
    found = False
    for end in _find_connections() if peer is not None else ():
        with end, suppress(OSError):
            if _peer_of(end) == peer:
                found = True
                if not (resets and _disconnect(end)):
                    end.shutdown(socket.SHUT_RDWR)
    return found


def _disconnect(end: socket.socket) -> bool:
    """Break a connection off at once, and whether that could be done.

    SO_LINGER would not do: its owner shuts the socket down before it closes it.
    """
    if sys.platform != "linux":
        return False
    # To connect to nobody is Linux's way, for which Python's own `connect` has no address.
    return bool(ctypes.CDLL(None).connect(end.fileno(), _NOBODY, len(_NOBODY)) == 0)


def read_peer(name: str) -> Peer | None:
    """`ipv4:127.0.0.1:5000` or `ipv6:%5B::1%5D:5000`; None: a peer of another kind."""
    kind, _, rest = unquote(name).partition(":")
    host, _, port = rest.rpartition(":")
    if kind not in {"ipv4", "ipv6"}:
        return None
    return _plain(host.strip("[]")), int(port)


def _find_connections() -> Iterator[socket.socket]:
    """Each socket once more; to open and close another file again would lose its locks."""
    for descriptor in _list_descriptors():
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield socket.socket(fileno=os.dup(descriptor))


def _list_descriptors() -> list[int]:
    try:
        return [int(entry.name) for entry in _DESCRIPTORS.iterdir()]
    except OSError:
        return []


def _peer_of(end: socket.socket) -> Peer | None:
    if end.family not in {socket.AF_INET, socket.AF_INET6} or end.type != socket.SOCK_STREAM:
        return None
    host, port = end.getpeername()[:2]
    return _plain(host), port


def _plain(host: str) -> IPv4Address | IPv6Address:
    address = ip_address(host.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
