"""A foreign issuer: a small HTTP server with a discovery document and a key set."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from emulator.core.keys import KeyPool
from emulator.shipped import shipped_fixtures

POOL = KeyPool(shipped_fixtures() / "keys")


@dataclass
class Issuer:
    """What it serves, by path: a body, or a status with a body; and how often it was asked."""

    url: str = ""
    answers: dict[str, bytes | tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=lambda: ["public-test-key-rsa2048-31"])
    hang: bool = False
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def publish(self) -> None:
        """Serve the document and the keys as they are now."""
        document = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        self.answers["/.well-known/openid-configuration"] = json.dumps(document).encode()
        keys = [POOL.public_jwk(name) for name in self.keys]
        self.answers["/keys"] = json.dumps({"keys": keys}).encode()

    def sign(self, claims: Mapping[str, Any], **headers: Any) -> str:  # noqa: ANN401 - JSON
        """A token of this issuer, signed with its first key."""
        return sign({"iss": self.url, **claims}, self.keys[0], **headers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and close."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            self.asked.append(path)
            if not self.hang:
                writer.write(self._answer(path))
            else:
                await reader.read()  # until the client leaves
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def _answer(self, path: str) -> bytes:
        answer = self.answers.get(path, (404, b""))
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nLocation: {self.url}\r\n\r\n"
        return head.encode() + body


def sign(claims: Mapping[str, Any], name: str, **headers: Any) -> str:  # noqa: ANN401 - JSON
    """A token signed with a key of the pool, whatever it says. A header None is left out."""
    key: RSAPrivateKey = POOL.private(name)
    said = {"kid": POOL.kid(name), **headers}
    kept = {header: value for header, value in said.items() if value is not None}
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, "RS256", headers=kept)


def name_of(kid: str) -> str:
    """The pool's name of a key."""
    name = POOL.find(kid)
    assert name is not None
    return name


@asynccontextmanager
async def issuing(host: str = "127.0.0.1") -> AsyncIterator[Issuer]:
    """An issuer on a free port of loopback."""
    issuer = Issuer()
    server = await asyncio.start_server(issuer.serve, host, 0)
    issuer.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    issuer.publish()
    try:
        yield issuer
    finally:
        server.close()
        await asyncio.gather(*issuer.tasks)
