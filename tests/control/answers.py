"""Reading the control API's answers."""

from pathlib import Path
from typing import Any

import httpx

DEFAULT = "/sandboxes/default"


def read(response: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401 - JSON
    """The JSON of an answer that has this status."""
    assert response.status_code == status, response.text
    return response.json()


def read_problem(response: httpx.Response, status: int, *paths: str) -> dict[str, Any]:
    """The problem that an answer is, with errors at exactly these paths."""
    body: dict[str, Any] = read(response, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"].endswith((".", "them"))
    assert [error["path"] for error in body.get("errors", [])] == list(paths)
    return body


def message_at(problem: dict[str, Any], path: str) -> str:
    """What a problem says is wrong at a path."""
    return next(str(e["message"]) for e in problem["errors"] if e["path"] == path)


async def mint(control: httpx.AsyncClient, sandbox: str = "default", **body: object) -> Any:  # noqa: ANN401
    """A token minted without ceremony."""
    asked = {"provider": "zerohash", **body}
    return read(await control.post(f"/sandboxes/{sandbox}/tokens", json=asked), 201)


async def introspect(
    control: httpx.AsyncClient, token: str, sandbox: str = "default", **body: object
) -> Any:  # noqa: ANN401
    """What introspection says of a token."""
    asked = {"token": token, **body}
    return read(await control.post(f"/sandboxes/{sandbox}/introspect", json=asked))


async def create(control: httpx.AsyncClient, **body: object) -> Any:  # noqa: ANN401
    """A sandbox that was just made."""
    return read(await control.post("/sandboxes", json=body), 201)


async def freeze(control: httpx.AsyncClient, at: str, sandbox: str = "default") -> None:
    """Let a sandbox's clock stand still."""
    body = {"mode": "frozen", "at": at}
    read(await control.put(f"/sandboxes/{sandbox}/clock", json=body))


def write(file: Path, text: str) -> None:
    """Write a fixture file."""
    file.write_text(text)
