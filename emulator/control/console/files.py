"""What the console is made of, as files to a browser. None of it holds data: it is open to all."""

import hashlib
from functools import cache
from pathlib import Path

import msgspec
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from emulator.edge.doorstep import HOME
from emulator.edge.http import CONTROL

FOLDER = Path(__file__).parent / "static"
FILES = f"{CONTROL}/console/"
PAGE = "index.html"

# Nothing from elsewhere, nothing inline, no markup made of text, no frame around it.
_DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
POLICY = "; ".join(_DIRECTIVES)
_HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",  # asked for again each time, by its tag
}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class File(msgspec.Struct, frozen=True):
    """A file as it is sent. `tag`: follows from its bytes."""

    body: bytes
    media_type: str
    tag: str


def route_console() -> list[Route]:
    """The console's own paths."""
    return [
        Route(HOME, _Files()),
        Route(FILES + "{name:path}", _Files()),
    ]


@cache
def read_files() -> dict[str, File]:
    """Every file by its path below `static`."""
    return {
        path.relative_to(FOLDER).as_posix(): _read(path)
        for path in FOLDER.rglob("*")
        if path.suffix in _TYPES
    }


class _Files:
    """The ASGI application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"].get("name", PAGE)
        await _respond(scope, read_files().get(name))(scope, receive, send)


def _respond(scope: Scope, file: File | None) -> Response:
    if scope["method"] not in {"GET", "HEAD"}:
        return Response(status_code=405, headers={**_HEADERS, "allow": "GET, HEAD"})
    if file is None:
        return Response("No such file.\n", 404, _HEADERS, "text/plain")
    headers = {**_HEADERS, "etag": file.tag}
    if Headers(scope=scope).get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.body, 200, headers, file.media_type)


def _read(path: Path) -> File:
    body = path.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return File(body, _TYPES[path.suffix], tag)
