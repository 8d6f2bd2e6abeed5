"""An edge over toy providers, without a server."""

from collections.abc import Mapping
from pathlib import Path

import httpx
import yaml

from emulator.core.directory import Directory
from emulator.core.fixtures import Worlds
from emulator.core.ledger import Ledger
from emulator.edge.addressing import Addresses
from emulator.edge.discovery import Discovery
from emulator.edge.http import Edge, Rules
from emulator.edge.outgoing import Outgoing
from emulator.edge.provider import Provider, Services
from emulator.edge.signer import Signer
from emulator.edge.wire import Message, Receive, Scope, Send
from tests.core.toys import DOCUMENT, TOY, new_directory
from tests.edge.toys import KEYS, toy

BASE_URL = "http://localhost:4600"


async def control(_: Scope, __: Receive, send: Send) -> None:
    """A control API that says that it is one."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"control"})


class House:
    """An edge over toy providers, with all that a test looks at."""

    def __init__(
        self,
        folder: Path,
        *providers: Provider,
        ledger: Ledger | None = None,
        cap: int = 100,
        body_limit: int = 1 << 20,
        first_use: bool = True,
        log_calls: bool = False,
        public_url: str | None = None,
    ) -> None:
        file = folder / "toy.yaml"
        file.write_text(yaml.safe_dump(DOCUMENT))
        self.directory: Directory = new_directory(
            worlds=Worlds([TOY], [file]), ledger=ledger, cap=cap
        )
        self.services = Services(Signer(KEYS), KEYS, Discovery(Outgoing(frozenset())))
        self.edge = Edge(
            addresses=Addresses(providers or (toy,)),
            directory=self.directory,
            services=self.services,
            control=control,
            rules=Rules(body_limit, first_use, log_calls, public_url),
        )

    def client(self, base_url: str = BASE_URL) -> httpx.AsyncClient:
        """A client on it."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.edge), base_url=base_url)

    async def speak(self, scope: Scope, *messages: Message) -> list[Message]:
        """What the edge sends for a scope and what arrives; nothing for who left."""
        arriving = list(messages)
        sent: list[Message] = []

        async def receive() -> Message:
            return arriving.pop(0) if arriving else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.edge(scope, receive, send)
        return sent


def scope_of(method: str, path: str, headers: Mapping[str, str] | None = None) -> Scope:
    """A bare HTTP request."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in (headers or {}).items()],
    }
