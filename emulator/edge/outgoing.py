"""Requests that leave the process: only to allowed hosts, only small answers, never redirected.

No setting, entity or request widens the list. A host's addresses are resolved once, checked, and
connected to as checked: what a name means can't change in between. Link-local is always refused.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import msgspec

from emulator.edge.exchange import Request, Response

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 2.0
MAX_BYTES = 256 << 10
LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


class Unreachable(Exception):  # noqa: N818 - what the other side is
    """Nothing was got; the text says why and what to do, without the URL."""


class Outgoing(msgspec.Struct, frozen=True):
    """The way out. `allowed`: hosts, or `host:port`; `timeout_s`: for one whole answer."""

    allowed: frozenset[str]
    timeout_s: float = TIMEOUT_S

    async def get(self, url: str) -> bytes:
        """The body of a 200.

        Raises:
            Unreachable: the host is not allowed, or there was no such answer in time.
        """
        response = await self.send(Request("GET", url, (("Accept", "application/json"),)))
        if response.status != HTTPStatus.OK:
            raise Unreachable(f"It answered {response.status}, not 200.")
        return response.body

    async def send(self, request: Request) -> Response:
        """What is answered to a request, whatever it says.

        Raises:
            Unreachable: the host is not allowed, or there was no answer in time.
        """
        parts = _split(request.url)
        self._check_host(parts)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await _exchange(request, parts, await _resolve(parts))
        except TimeoutError:
            raise Unreachable(f"It did not answer within {self.timeout_s:g} s.") from None

    def _check_host(self, parts: SplitResult) -> None:
        host = parts.hostname or ""
        if host not in self.allowed and f"{host}:{_port(parts)}" not in self.allowed:
            raise Unreachable("Its host is not in EMULATOR_OUTGOING, so nothing was asked.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreachable("Its URL is none.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or "@" in url:
        raise Unreachable("Its URL is not a plain http or https one.")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


async def _resolve(parts: SplitResult) -> str:
    """One address of the host, all of them checked."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("Its host name is not known.") from None
    addresses = [str(entry[4][0]) for entry in found]
    _check_addresses(addresses)
    return addresses[0]


def _check_addresses(addresses: Iterable[str]) -> None:
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or address
        if mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified:
            raise Unreachable("Its address is link-local, multicast or none: never asked.")


async def _exchange(request: Request, parts: SplitResult, address: str) -> Response:
    literal = f"[{address}]" if ":" in address else address
    url = parts._replace(netloc=f"{literal}:{_port(parts)}", fragment="").geturl()
    headers = [*request.headers, ("Host", parts.netloc), ("Accept-Encoding", "identity")]
    extensions = {"sni_hostname": parts.hostname}
    client = await _open_client(parts.scheme)
    exchange = client.stream(
        request.method, url, headers=headers, content=request.body, extensions=extensions
    )
    import httpx  # noqa: PLC0415 - loaded by `_open_client`, off the loop

    try:
        async with client, exchange as response:
            media_type = response.headers.get("content-type", "")
            return Response(response.status_code, await _read(response.aiter_raw()), media_type)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unreachable("It could not be reached.") from None


async def _open_client(scheme: str) -> "httpx.AsyncClient":
    """A client that knows no proxy.

    To load httpx takes 77 ms and the trusted certificates 20: a thread's, not the loop's.
    """
    await asyncio.to_thread(import_module, "httpx")
    import httpx  # noqa: PLC0415 - just loaded

    if scheme == "http":
        return httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_S, verify=False)  # noqa: S501
    trust = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False)
    return httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_S, verify=trust)


async def _read(chunks: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise Unreachable(f"Its answer is over {MAX_BYTES} bytes.")
    return bytes(body)
