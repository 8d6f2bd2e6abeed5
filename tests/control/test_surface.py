"""What holds for every path: methods, bodies, queries, unknown sandboxes."""

from collections.abc import AsyncIterator

import httpx
import pytest

from emulator.app import Emulator
from emulator.control.table import ENDPOINTS
from emulator.settings import Settings
from tests.control.answers import DEFAULT, read, read_problem

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings() -> Settings:
    """A small limit, so that a body over it is cheap to send."""
    return Settings(providers=("zerohash",), body_limit=2000)


async def test_unknown_path_names_the_nearest(control: httpx.AsyncClient) -> None:
    """A typo in a path is answered with what was meant."""
    problem = read_problem(await control.get("/sandboxes/default/clok"), 404)
    assert problem["nearest"][0] == "/_emulator/sandboxes/{id}/clock"


@pytest.mark.parametrize("path", ["", "/sandboxes/", "//health", "/x" * 30_000, "/h\u00e9"])
async def test_odd_paths_are_not_found(emulator: Emulator, path: str) -> None:
    """Whatever is no path of the API is a 404 problem."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(emulator.edge)) as client:
        read_problem(await client.get(f"http://localhost/_emulator{path}"), 404)


async def test_wrong_method_names_the_right_ones(control: httpx.AsyncClient) -> None:
    """405 says in `Allow` and in words what the path answers."""
    response = await control.patch(f"{DEFAULT}/clock")
    assert response.headers["allow"] == "GET, HEAD, PUT"
    assert "GET, HEAD, PUT" in read_problem(response, 405)["detail"]


async def test_head_is_get_without_looking_further(control: httpx.AsyncClient) -> None:
    """HEAD answers wherever GET does, with the same headers."""
    head, get = await control.head("/specs"), await control.get("/specs")
    assert head.status_code == 200
    assert head.headers == get.headers


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"mode": "real", "mode": "real"}',
        b'{"mode": NaN}',
        b'{"factor": 1e999}',
        b'{"factor": 99999999999999999999}',
        b'"\xff"',
        b'{"at": "\\ud800"}',
        b"[" * 900,
        b"[" * 100 + b"]" * 100,
    ],
)
async def test_unreadable_json_is_refused(control: httpx.AsyncClient, body: bytes) -> None:
    """JSON that is none, or that two readers could read differently, changes nothing."""
    problem = read_problem(await control.put(f"{DEFAULT}/clock", content=body), 400)
    assert problem["title"] == "Unreadable body"
    assert read(await control.get(f"{DEFAULT}/clock"))["mode"] == "real"


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
async def test_a_body_is_an_object(control: httpx.AsyncClient, body: bytes) -> None:
    """JSON that is no object is refused as a whole."""
    for endpoint in ENDPOINTS:
        if endpoint.takes_body:
            path = endpoint.path.replace("{id}", "default").replace("{provider}", "zerohash")
            path = path.replace("{kind}", "platforms").replace("{key:path}", "acme")
            read_problem(await control.request(endpoint.method, path, content=body), 400, "")


async def test_a_put_needs_a_body(control: httpx.AsyncClient) -> None:
    """An empty body says nothing, so a PUT of nothing is refused."""
    read_problem(await control.put(f"{DEFAULT}/settings"), 400)


async def test_too_large_a_body_is_413(control: httpx.AsyncClient) -> None:
    """Over the limit nothing is read, whether the length was declared or not."""

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 1000

    for content in (b" " * 2001, stream()):
        problem = read_problem(await control.put(f"{DEFAULT}/clock", content=content), 413)
        assert "EMULATOR_BODY_LIMIT" in problem["detail"]


async def test_unknown_parameters_are_refused(control: httpx.AsyncClient) -> None:
    """A misspelt filter must not quietly match everything."""
    problem = read_problem(await control.get(f"{DEFAULT}/calls?statsu=403"), 400, "?statsu")
    assert "status" in problem["errors"][0]["message"]
    read_problem(await control.get(f"{DEFAULT}/clock?x=1"), 400, "?x")
    read_problem(await control.get(f"{DEFAULT}/calls?limit=1&limit=2"), 400, "?limit")


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "", "1e3", "\u0661", "9" * 30])
async def test_limits_have_bounds(control: httpx.AsyncClient, limit: str) -> None:
    """A page has 1 to 1,000 items."""
    for path in ("/sandboxes", f"{DEFAULT}/tokens", f"{DEFAULT}/calls", f"{DEFAULT}/faults"):
        read_problem(await control.get(path, params={"limit": limit}), 400, "?limit")


async def test_cursors_that_lead_nowhere_are_refused(control: httpx.AsyncClient) -> None:
    """A cursor of something that is gone does not pass for the end of a list."""
    for path in ("/sandboxes", f"{DEFAULT}/tokens", f"{DEFAULT}/calls", f"{DEFAULT}/faults"):
        read_problem(await control.get(f"{path}?cursor=gone"), 400, "?cursor")


@pytest.mark.parametrize(
    "endpoint",
    [e for e in ENDPOINTS if "{id}" in e.path and e.name != "snapshots_put"],
    ids=lambda e: e.name,
)
async def test_no_sandbox_is_made_by_asking_about_it(
    control: httpx.AsyncClient, emulator: Emulator, endpoint: object
) -> None:
    """Every path of an unknown sandbox is 404, but for the one that is there to make it."""
    path = endpoint.path.replace("{id}", "nobody").replace("{key:path}", "k")  # type: ignore[attr-defined]
    for name in ("provider", "kind", "jti", "fault", "call"):
        path = path.replace("{" + name + "}", "zerohash")
    body = {"token": "x", "mode": "real", "by": "1s", "provider": "zerohash"}
    bodies = {
        "introspect": ("token",),
        "clock": ("mode",),
        "advance": ("by",),
        "tokens": ("provider",),
    }
    wanted = bodies.get(path.rpartition("/")[2], ())
    sent = {name: body[name] for name in wanted}
    if "/sign/" in path:
        sent = {"method": "GET", "route": "/time"}
    if path.endswith("faults"):
        sent = {"operation": "zerohash.time", "then": {"delay": "1s"}}  # type: ignore[dict-item]
    method = endpoint.method  # type: ignore[attr-defined]
    content = None if method in {"GET", "DELETE"} else sent
    response = await control.request(method, path, json=content)
    problem = read_problem(response, 404)
    assert "POST /_emulator/sandboxes" in problem["detail"]
    assert emulator.directory.tenancy("nobody") is None


async def test_a_name_that_no_sandbox_can_have_is_400(control: httpx.AsyncClient) -> None:
    """A malformed id is told what an id looks like."""
    read_problem(await control.get("/sandboxes/Not-An-Id/clock"), 400)
    read_problem(await control.delete("/sandboxes/Not-An-Id"), 400)


async def test_a_client_that_leaves_is_not_answered(emulator: Emulator) -> None:
    """When the body never arrives, nothing is sent."""
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    path = "/_emulator/sandboxes"
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", b"localhost")],
    }
    await emulator.edge(scope, receive, send)
    assert sent == []
