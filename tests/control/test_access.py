"""Who may use the control API."""

import httpx
import pytest

from emulator.app import create_emulator
from emulator.control.access import is_loopback
from emulator.settings import Settings
from tests.control.answers import read_problem

pytestmark = pytest.mark.anyio

TOKEN = "fake-control-token"
WITH_TOKEN = Settings(control_token=TOKEN)
BEYOND = Settings(host="0.0.0.0")  # noqa: S104 - never bound here
ALLOWING = Settings(allowed_hosts=("emulator", "box:4600"))
PLAIN = Settings()


async def status_of(
    settings: Settings,
    path: str = "/_emulator/sandboxes",
    method: str = "GET",
    scheme: str = "http",
    **headers: str,
) -> httpx.Response:
    """The answer to a request with these headers, on an emulator with these settings."""
    emulator = create_emulator(settings)
    await emulator.directory.open("default")
    headers.setdefault("host", "localhost:4600")
    try:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(emulator.edge), base_url=f"{scheme}://localhost:4600"
        ) as client:
            return await client.request(method, path, headers=headers)
    finally:
        emulator.services.signer.close()


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        # No token configured, on loopback: this machine alone.
        (PLAIN, {}, 200),
        (PLAIN, {"host": "127.0.0.1:4600"}, 200),
        (PLAIN, {"host": "127.8.8.8"}, 200),
        (PLAIN, {"host": "[::1]:4600"}, 200),
        (PLAIN, {"host": "LocalHost:4600"}, 200),
        (PLAIN, {"host": "a.localhost:4600"}, 200),
        (PLAIN, {"host": "evil.example:4600"}, 403),
        (PLAIN, {"host": "localhost.evil.example"}, 403),
        (PLAIN, {"host": "10.0.0.1:4600"}, 403),
        (PLAIN, {"host": ""}, 403),
        (PLAIN, {"authorization": f"Bearer {TOKEN}", "host": "evil.example"}, 403),
        (PLAIN, {"origin": "http://localhost:4600"}, 200),
        (PLAIN, {"origin": "http://localhost:3000"}, 403),
        (PLAIN, {"origin": "http://127.0.0.1:4600"}, 403),
        (PLAIN, {"origin": "null"}, 403),
        (PLAIN, {"origin": "file://localhost:4600"}, 403),
        (PLAIN, {"origin": "http://[bad"}, 403),
        (ALLOWING, {"host": "emulator:4600"}, 200),
        (ALLOWING, {"host": "Emulator"}, 200),
        (ALLOWING, {"host": "box:4600"}, 200),
        (ALLOWING, {"host": "box:4601"}, 403),
        (ALLOWING, {"host": "emulator:4600", "origin": "http://emulator:4600"}, 200),
        (ALLOWING, {"host": "emulator:4600", "origin": "http://localhost:4600"}, 403),
        # A token configured: required, also here, and enough from anywhere.
        (WITH_TOKEN, {}, 401),
        (WITH_TOKEN, {"authorization": f"Bearer {TOKEN}"}, 200),
        (WITH_TOKEN, {"authorization": f"bearer  {TOKEN}"}, 200),
        (WITH_TOKEN, {"authorization": f"Bearer {TOKEN}x"}, 401),
        (WITH_TOKEN, {"authorization": f"Basic {TOKEN}"}, 401),
        (WITH_TOKEN, {"authorization": TOKEN}, 401),
        (WITH_TOKEN, {"authorization": f"Bearer {TOKEN}", "host": "evil.example"}, 200),
        (
            WITH_TOKEN,
            {"authorization": f"Bearer {TOKEN}", "origin": "http://evil.example"},
            200,
        ),
        # Bound beyond loopback without a token: nobody.
        (BEYOND, {}, 401),
        (BEYOND, {"authorization": f"Bearer {TOKEN}"}, 401),
        (BEYOND, {"host": "evil.example"}, 401),
    ],
)
async def test_who_is_let_through(settings: Settings, headers: dict[str, str], status: int) -> None:
    """Access follows from the token, the bind, the Host and the Origin."""
    response = await status_of(settings, **headers)
    assert response.status_code == status
    if status != 200:
        read_problem(response, status)


@pytest.mark.parametrize(
    ("scheme", "origin", "status"),
    [
        ("https", "https://localhost", 200),
        ("https", "http://localhost", 403),
        ("http", "http://localhost", 200),
        ("http", "https://localhost", 200),
        ("http", "ftp://localhost", 403),
    ],
)
async def test_a_plain_page_is_not_of_the_origin_of_tls(
    scheme: str, origin: str, status: int
) -> None:
    """Ports 80 and 443 are not in an authority, so the scheme tells them apart."""
    response = await status_of(PLAIN, scheme=scheme, host="localhost", origin=origin)
    assert response.status_code == status


@pytest.mark.parametrize("settings", [WITH_TOKEN, BEYOND])
async def test_401_names_the_variable_and_the_scheme(settings: Settings) -> None:
    """Whoever is sent away for want of a token is told which one."""
    response = await status_of(settings)
    assert "EMULATOR_CONTROL_TOKEN" in read_problem(response, 401)["detail"]
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_403_names_the_ways_out() -> None:
    """A host that is not allowed is told how to be."""
    problem = read_problem(await status_of(PLAIN, host="emulator:4600"), 403)
    assert "EMULATOR_ALLOWED_HOSTS" in problem["detail"]


@pytest.mark.parametrize("settings", [PLAIN, WITH_TOKEN, BEYOND])
@pytest.mark.parametrize(
    "path", ["/_emulator/health", "/_emulator/sandboxes/default/jwks/zerohash.json"]
)
async def test_health_and_keys_are_open(settings: Settings, path: str) -> None:
    """Nothing is asked of whoever wants the health or verification keys."""
    response = await status_of(settings, path, host="evil.example", origin="http://evil.example")
    assert response.status_code == (503 if path.endswith("health") else 200)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/_emulator/nowhere", "GET"),
        ("/_emulator/sandboxes", "PATCH"),
        ("/_emulator/health", "DELETE"),
        ("/_emulator/sandboxes/nobody/clock", "GET"),
        ("/_emulator/openapi.json", "GET"),
        ("/_emulator/metrics", "GET"),
        ("/_emulator", "GET"),
    ],
)
async def test_access_comes_before_everything_else(path: str, method: str) -> None:
    """What there is, and what there isn't, is told only to those who may know."""
    read_problem(await status_of(WITH_TOKEN, path, method), 401)


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_no_cors_headers(method: str) -> None:
    """No page of another origin can read an answer."""
    asked = {"access-control-request-method": "GET"} if method == "OPTIONS" else {}
    for origin in ("http://localhost:4600", "http://evil.example"):
        response = await status_of(PLAIN, method=method, origin=origin, **asked)
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"


async def test_provider_hosts_never_serve_it() -> None:
    """Under a provider's own name there is no control API."""
    response = await status_of(PLAIN, host="api.cert.zerohash.com")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/json"


def test_loopback_names() -> None:
    """Localhost by name or literal is loopback; what only looks like it is not."""
    for host in ("localhost", "x.localhost", "127.0.0.1", "127.1.2.3", "[::1]", "::1"):
        assert is_loopback(host)
    for host in ("", "localhost.", "notlocalhost", "0.0.0.0", "128.0.0.1", "[::2]", "local"):  # noqa: S104
        assert not is_loopback(host)
