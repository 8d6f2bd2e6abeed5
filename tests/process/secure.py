"""A running emulator as clients that trust its root meet it over TLS."""

import re
import socket
import ssl
from typing import Any

import httpx

from tests.process.running import Running


class Secure:
    """An emulator that speaks TLS. `url`: its HTTPS origin; `context`: trusts its root alone."""

    def __init__(self, running: Running) -> None:
        self.running = running
        found = re.search(r"https://[^\s\"/]+:\d+", running.banner)
        assert found, running.banner
        self.url = found[0]
        self.root = running.get("/_emulator/ca.pem").text
        self.context = ssl.create_default_context(cadata=self.root)
        self.ports: dict[str, int] = running.get("/_emulator/health").json()["ports"]

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """One request over TLS."""
        with httpx.Client(verify=self.context, timeout=20) as client:
            return client.get(f"{self.url}{path}", **more)

    def connect(self, name: str = "localhost") -> ssl.SSLSocket:
        """A connection without a client library, to a server that has to have that name."""
        plain = socket.create_connection(("127.0.0.1", self.ports["https"]), timeout=20)
        return self.context.wrap_socket(plain, server_hostname=name)

    def exchange(self, path: str, fault: str) -> bytes:
        """What comes back on a connection of its own for one call with a fault, up to its end."""
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Emulator-Fault: {fault}\r\n\r\n"
        with self.connect() as connection:
            connection.sendall(head.encode())
            return drain(connection)


def drain(connection: socket.socket) -> bytes:
    """What still comes, up to its end."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
