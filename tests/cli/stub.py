"""A stand-in for a running emulator's control API: answers what a test says, keeps what came."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
import uvicorn

from emulator.edge.wire import Receive, Scope, Send

CONTROL = "/_emulator"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    token: str | None
    body: object


@dataclass(slots=True)
class Stub:
    """`answers`: status and JSON by method and path under the control prefix."""

    url: str = ""
    port: int = 0
    answers: dict[tuple[str, str], tuple[int, object]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def on(self, method: str, path: str, body: object, status: int = 200) -> None:
        """Answer a request so from now on."""
        self.answers[method, path] = (status, body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        raw = (await receive())["body"]
        token = dict(scope["headers"]).get(b"authorization")
        path = scope["path"].removeprefix(CONTROL)
        body = msgspec.json.decode(raw) if raw else None
        self.asked.append(
            Asked(scope["method"], path, token.decode() if token is not None else None, body)
        )
        status, answer = self.answers.get(
            (scope["method"], path), (404, {"title": "Not found", "detail": f"no {path} here"})
        )
        content = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})


@contextmanager
def serve_stub() -> Iterator[Stub]:
    """A stub on a port of its own."""
    stub = Stub()
    config = uvicorn.Config(stub, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stub.port = listener.getsockname()[1]
        stub.url = f"http://127.0.0.1:{stub.port}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield stub
        server.should_exit = True
        thread.join()
