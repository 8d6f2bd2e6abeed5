import httpx
import pytest

from tests.edge.house import House

pytestmark = pytest.mark.anyio

ASKING = {"Origin": "https://app.test", "Access-Control-Request-Method": "POST"}


@pytest.mark.parametrize("path", ["/toy/echo", "/echo", "/_s/s1/toy/echo", "/toy/nowhere", "/x"])
async def test_any_origin_may_ask(visitor: httpx.AsyncClient, house: House, path: str) -> None:
    """A preflight is granted for any origin, with the headers it names, and is no call."""
    headers = {**ASKING, "Access-Control-Request-Headers": "x-emulator-sandbox, x-anything"}
    answer = await visitor.options(path, headers=headers)
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["access-control-allow-origin"] == "https://app.test"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["access-control-allow-headers"] == "x-emulator-sandbox, x-anything"
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert len(house.directory) == 0


@pytest.mark.parametrize("asked", [None, "", "caf\u00e9", "a\x01b"])
async def test_odd_wishes_are_not_echoed(visitor: httpx.AsyncClient, asked: str | None) -> None:
    """What can't be a list of header names is answered with all of them."""
    headers = [(k.encode(), v.encode()) for k, v in ASKING.items()]
    if asked is not None:
        headers.append((b"Access-Control-Request-Headers", asked.encode("latin-1")))
    answer = await visitor.options("/toy/echo", headers=headers)
    assert answer.headers["access-control-allow-headers"] == "*"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/toy/echo", 200),
        ("POST", "/toy/nowhere", 404),
        ("DELETE", "/toy/echo", 405),
        ("GET", "/nowhere", 404),
        ("POST", "/_s/BAD/toy/echo", 400),
    ],
)
async def test_answers_show_what_a_page_may_read(
    visitor: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """Every answer to a page, errors too, may be read with the emulator's headers."""
    answer = await visitor.request(method, path, headers={"Origin": "https://app.test"})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "https://app.test"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["access-control-expose-headers"] == (
        "X-Emulator-Hint, X-Emulator-Call, X-Emulator-Sandbox, X-Request-Id, Retry-After"
    )


@pytest.mark.parametrize(("asked", "told"), [("true", "true"), ("false", None), (None, None)])
async def test_a_public_page_may_reach_this_machine(
    visitor: httpx.AsyncClient, asked: str | None, told: str | None
) -> None:
    """A browser that asks for a private network as well is told yes, and else nothing of it."""
    headers = {**ASKING, **({"Access-Control-Request-Private-Network": asked} if asked else {})}
    answer = await visitor.options("/toy/echo", headers=headers)
    assert answer.headers.get("access-control-allow-private-network") == told


@pytest.mark.parametrize("origin", ["null", "capacitor://localhost", "https://xn--bcher-kva.test"])
async def test_odd_origins_are_origins(visitor: httpx.AsyncClient, origin: str) -> None:
    """Sandboxed frames and apps have theirs, which is echoed as it is."""
    answer = await visitor.post("/toy/echo", headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin


async def test_what_is_no_origin_is_not_echoed(visitor: httpx.AsyncClient) -> None:
    """No browser sends such a thing."""
    answer = await visitor.post("/toy/echo", headers=[(b"Origin", b"caf\xe9")])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


async def test_without_an_origin_there_is_no_cors(visitor: httpx.AsyncClient) -> None:
    """Who is no page gets no such headers."""
    answer = await visitor.post("/toy/echo")
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_options_alone_is_no_preflight(visitor: httpx.AsyncClient) -> None:
    """OPTIONS that asks for nothing is a method like others."""
    answer = await visitor.options("/toy/echo", headers={"Origin": "https://app.test"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_control_is_never_preflighted_here(visitor: httpx.AsyncClient) -> None:
    """A preflight for the control API is the control API's to refuse."""
    answer = await visitor.options("/_emulator/sandboxes", headers=ASKING)
    assert answer.text == "control"
    assert "access-control-allow-origin" not in answer.headers
    hosted = {**ASKING, "Host": "api.toy.test"}
    answer = await visitor.options("/_emulator/sandboxes", headers=hosted)
    assert answer.status_code == 404
