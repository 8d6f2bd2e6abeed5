"""The console's files and its session: who gets what, and what a cookie is good for."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.datastructures import Headers

from emulator.app import create_emulator
from emulator.control.console.cookie import LIFETIME_S, bake_cookie, holds_cookie, name_cookie
from emulator.control.console.files import read_files
from emulator.settings import Settings
from tests.control.answers import read_problem

pytestmark = pytest.mark.anyio

TOKEN = "fake-control-token"
HOST = "box.example:4600"
ORIGIN = f"http://{HOST}"
WITH_TOKEN = Settings(control_token=TOKEN, host="0.0.0.0")  # noqa: S104 - never bound here
PAGE = {"accept": "text/html,application/xhtml+xml"}
CLOCK = "/_emulator/sandboxes/default/clock"
FIRST_PAINT = 60_000  # bytes


@asynccontextmanager
async def browsing(settings: Settings, origin: str = ORIGIN) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies, on an emulator with these settings."""
    emulator = create_emulator(settings)
    await emulator.open()
    transport = httpx.ASGITransport(emulator.edge)
    async with httpx.AsyncClient(transport=transport, base_url=origin) as client:
        yield client
    await emulator.close()


async def log_in(client: httpx.AsyncClient, token: str = TOKEN) -> httpx.Response:
    """The token traded for a cookie."""
    return await client.post("/_emulator/session", json={"token": token})


@pytest.mark.parametrize("settings", [Settings(), WITH_TOKEN])
async def test_the_page_is_open_to_all_and_holds_nothing(settings: Settings) -> None:
    """Page and files come without a token, with a policy that lets nothing else in."""
    async with browsing(settings) as client:
        page = await client.get("/_emulator/")
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        for directive in (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ):
            assert directive in policy.split("; ")
        assert "unsafe" not in policy
        for name in read_files():
            answer = await client.get(f"/_emulator/console/{name}")
            assert answer.status_code == 200
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"] == policy
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "access-control-allow-origin" not in answer.headers


async def test_a_file_that_is_known_is_not_sent_again() -> None:
    """A browser asks by tag, and hears that nothing has changed."""
    async with browsing(WITH_TOKEN) as client:
        first = await client.get("/_emulator/console/main.js")
        again = await client.get(
            "/_emulator/console/main.js", headers={"if-none-match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.head("/_emulator/")).status_code == 200
        assert (await client.post("/_emulator/")).status_code == 405
        for path in ("nothing.js", "..%2fsession.py", "%2e%2e%2ffiles.py", ""):
            assert (await client.get(f"/_emulator/console/{path}")).status_code == 404


async def test_the_first_paint_is_small() -> None:
    """The page, and all that it names and loads before its first view, is under 60 KB."""
    files = {name: file.body.decode() for name, file in read_files().items()}
    page = files["index.html"]
    named = set(re.findall(r'(?:href|src)="console/([^"]+)"', page))
    loaded: set[str] = set()
    wanted = {*named, "index.html"}
    while wanted:
        name = wanted.pop()
        loaded.add(name)
        folder = name.rpartition("/")[0]
        for path in re.findall(r'^import .*?from "(\.[^"]+)";$', files[name], re.MULTILINE):
            found = httpx.URL(f"http://x/{folder}/" if folder else "http://x/").join(path).path[1:]
            wanted |= {found} - loaded
    assert "views/overview.js" in loaded
    assert "views/calls.js" not in loaded
    assert named >= loaded - {"index.html"}  # nothing is found out only when it is needed
    assert sum(len(files[name].encode()) for name in loaded) < FIRST_PAINT


async def test_no_file_is_long_or_makes_markup_of_text() -> None:
    """Each file is short; none has a way to make elements of a text, or runs one."""
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
        r"|javascript:|\bstyle=|<script>|https?://(?!www\.w3\.org)(?!x/)"
    )
    for name, file in read_files().items():
        text = file.body.decode()
        assert text.count("\n") < 300, name
        assert not unsafe.search(text), name


async def test_a_person_at_the_root_is_led_there_and_a_client_is_not() -> None:
    """Who asks for a page at `/` is sent to the console; everybody else reads the problem."""
    async with browsing(Settings()) as client:
        for path in ("/", "/_emulator"):
            led = await client.get(path, headers=PAGE)
            assert (led.status_code, led.headers["location"]) == (307, "/_emulator/")
            assert led.headers["vary"] == "Accept"
        for headers in ({}, {"accept": "*/*"}, {"accept": "application/json"}):
            read_problem(await client.get("/", headers=headers), 404)
        read_problem(await client.post("/", headers=PAGE), 404)
        read_problem(await client.get("/_s/sandbox/", headers=PAGE), 404)
        there = await client.get("/", headers={**PAGE, "host": "api.cert.zerohash.com"})
        assert there.status_code == 404


async def test_the_token_is_traded_for_a_cookie() -> None:
    """The cookie opens the control API, is kept from scripts, and ends with a log-out."""
    async with browsing(WITH_TOKEN) as client:
        read_problem(await client.get(CLOCK), 401)
        answer = await log_in(client)
        assert answer.status_code == 204
        cookie = answer.headers["set-cookie"]
        assert "; HttpOnly; SameSite=Strict" in cookie
        assert "Path=/_emulator;" in cookie
        assert "Secure" not in cookie
        assert TOKEN not in cookie
        assert (await client.get(CLOCK)).status_code == 200
        assert (await client.delete("/_emulator/session")).status_code == 204
        read_problem(await client.get(CLOCK), 401)


@pytest.mark.parametrize(
    ("settings", "required", "configured"),
    [
        (Settings(), False, False),
        (WITH_TOKEN, True, True),
        (Settings(control_token=TOKEN), True, True),
        (Settings(host="0.0.0.0"), True, False),  # noqa: S104 - never bound here
    ],
)
async def test_it_is_told_whether_a_token_is_needed(
    settings: Settings, *, required: bool, configured: bool
) -> None:
    """The page asks before it shows a form."""
    async with browsing(settings) as client:
        told = (await client.get("/_emulator/session")).json()
        assert told == {"required": required, "configured": configured}


async def test_over_tls_the_cookie_stays_there() -> None:
    """A cookie that came by TLS is never sent without, and stands in no plain one's way."""
    async with browsing(WITH_TOKEN, f"https://{HOST}") as client:
        secure = (await log_in(client)).headers["set-cookie"]
        assert "; Secure" in secure
        read_problem(await client.get(f"{ORIGIN}{CLOCK}"), 401)
        plain = (await client.post(f"{ORIGIN}/_emulator/session", json={"token": TOKEN})).headers
        assert plain["set-cookie"].partition("=")[0] != secure.partition("=")[0]
        assert (await client.get(f"{ORIGIN}{CLOCK}")).status_code == 200
        assert (await client.delete("/_emulator/session")).status_code == 204
        for origin in (ORIGIN, f"https://{HOST}"):
            read_problem(await client.get(f"{origin}{CLOCK}"), 401)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "\u00e9"])
async def test_a_wrong_token_gives_no_cookie(token: str) -> None:
    """What is not the token is refused, with the variable's name."""
    async with browsing(WITH_TOKEN) as client:
        answer = await log_in(client, token)
        assert "EMULATOR_CONTROL_TOKEN" in read_problem(answer, 401)["detail"]
        assert "set-cookie" not in answer.headers


async def test_without_a_token_there_is_nothing_to_trade() -> None:
    """On loopback no session is needed; beyond it there is none to be had."""
    async with browsing(Settings(), "http://localhost:4600") as client:
        read_problem(await log_in(client), 409)
        assert (await client.delete("/_emulator/session")).status_code == 204
    async with browsing(Settings(host="0.0.0.0")) as client:  # noqa: S104 - never bound here
        assert "EMULATOR_CONTROL_TOKEN" in read_problem(await log_in(client), 401)["detail"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (ORIGIN, 200),
        (ORIGIN.upper().replace("HTTP:", "http:"), 200),
        (None, 403),
        ("null", 403),
        ("http://box.example:3000", 403),
        ("http://evil.example", 403),
        ("http://evil.example:4600", 403),
        ("file://box.example:4600", 403),
    ],
)
async def test_with_the_cookie_a_change_needs_our_origin(origin: str | None, status: int) -> None:
    """A page of another origin, even of this host, changes nothing with a browser's cookie."""
    async with browsing(WITH_TOKEN) as client:
        await log_in(client)
        headers = {"origin": origin} if origin else {}
        for method, path, body in (
            ("PUT", CLOCK, {"mode": "real"}),
            ("POST", "/_emulator/sandboxes/default/reset", {}),
        ):
            answer = await client.request(method, path, json=body, headers=headers)
            assert answer.status_code == status
        assert (await client.get(CLOCK, headers=headers)).status_code == 200
        bearer = {**headers, "authorization": f"Bearer {TOKEN}"}
        assert (await client.put(CLOCK, json={"mode": "real"}, headers=bearer)).status_code == 200


async def test_over_tls_a_change_needs_an_origin_of_tls() -> None:
    """On the default ports a plain page of this host has our authority, and is another's."""
    async with browsing(WITH_TOKEN, "https://box.example") as client:
        await log_in(client)
        for scheme, status in (("http", 403), ("https", 200)):
            headers = {"origin": f"{scheme}://box.example"}
            answer = await client.put(CLOCK, json={"mode": "real"}, headers=headers)
            assert answer.status_code == status


async def test_a_wrong_bearer_token_is_not_helped_by_a_cookie() -> None:
    """Who presents a token is judged by it."""
    async with browsing(WITH_TOKEN) as client:
        await log_in(client)
        read_problem(await client.get(CLOCK, headers={"authorization": "Bearer wrong"}), 401)


def test_a_cookie_is_good_for_its_time_and_token_alone() -> None:
    """It ends after its lifetime; altered, of another token or of nobody it was never good."""
    cookie = bake_cookie(TOKEN, 1000.0, is_secure=False).partition(";")[0]
    name, _, value = cookie.partition("=")
    end, _, proof = value.partition(".")

    def holds(text: str, now: float = 1000.0, token: str = TOKEN) -> bool:
        return holds_cookie(token, Headers({"cookie": text}), now)

    assert holds(cookie)
    assert holds(f"other=1; {cookie}", 1000.0 + LIFETIME_S - 1)
    assert not holds(cookie, 1000.0 + LIFETIME_S)
    assert not holds(f"{name}={int(end) + 1}.{proof}")
    assert not holds(f"{name}={end}.{proof[:-1]}")
    for odd in ("", ".", f"{end}", f"{end}.", "\u00e9.x", "9" * 99 + ".x", f"-1.{proof}"):
        assert not holds(f"{name}={odd}")
    other = name_cookie("other", is_secure=False)
    assert not holds(cookie.replace(name, other), token="other")
