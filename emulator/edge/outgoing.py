"""Requests that leave the process: only to allowed hosts, only small answers, never redirected.

No setting, entity or request widens the list. A host's addresses are resolved once, checked, and
connected to as checked: what a name means can't change in between. Link-local is always refused.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import msgspec

TIMEOUT_S = 2.0
MAX_BYTES = 256 << 10


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
        parts = _split(url)
        self._check_host(parts)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await _fetch(parts, await _resolve(parts))
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
    except OSError:
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


async def _fetch(parts: SplitResult, address: str) -> bytes:
    import httpx  # noqa: PLC0415 - 77 ms, for those who ask foreign issuers

    literal = f"[{address}]" if ":" in address else address
    url = parts._replace(netloc=f"{literal}:{_port(parts)}", fragment="").geturl()
    headers = {"Host": parts.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
    extensions = {"sni_hostname": parts.hostname}
    try:
        async with (
            httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_S) as client,
            client.stream("GET", url, headers=headers, extensions=extensions) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise Unreachable(f"It answered {response.status_code}, not 200.")
            return await _read(response.aiter_raw())
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unreachable("It could not be reached.") from None


async def _read(chunks: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise Unreachable(f"Its answer is over {MAX_BYTES} bytes.")
    return bytes(body)
