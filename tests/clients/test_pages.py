"""Pages of another origin in a real browser: what they may ask, with credentials, and may read."""

import re
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from emulator.edge.browsers import WARNING
from tests.process.running import Running, start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools"),
]

# What a page got: status, headers that it may read, body; or the error that it saw.
ASK = """async ([url, options]) => {
  try {
    const answer = await fetch(url, options);
    const headers = Object.fromEntries(answer.headers);
    return {status: answer.status, headers, body: await answer.text()};
  } catch (error) { return {error: String(error)}; }
}"""
KEY = {"Authorization": "Bearer fake-usegrant-key"}


class Shop(BaseHTTPRequestHandler):
    """A page."""

    def do_GET(self) -> None:
        """Whatever is asked for."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>shop</title>")

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The origin of a page that is not the emulator's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """An emulator that speaks TLS too."""
    with start("--tls") as made:
        yield made


@pytest.fixture(scope="module")
def browser(shop: str) -> Iterator[Browser]:
    """A browser that takes the shop for a page of the public internet."""
    place = shop.removeprefix("http://")
    flags = [
        "--no-sandbox",
        f"--ip-address-space-overrides={place}=public",
        f"--unsafely-treat-insecure-origin-as-secure={shop}",
    ]
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, shop: str) -> Iterator[Page]:
    """The shop's page, which its user let reach this machine, as browsers ask nowadays."""
    context = browser.new_context(ignore_https_errors=True)
    context.grant_permissions(["local-network-access"])
    opened = context.new_page()
    opened.goto(shop)
    yield opened
    context.close()


def ask(page: Page, url: str, **options: Any) -> Any:  # noqa: ANN401 - JSON
    """What the page gets for a fetch."""
    return page.evaluate(ASK, [url, options])


def origins(running: Running) -> list[str]:
    """Where it is, plain and over TLS."""
    return [running.url, *re.findall(r"https://[^\s\"/]+:\d+", running.banner)]


@pytest.mark.parametrize("credentials", ["include", "omit", "same-origin"])
def test_a_page_reads_what_it_asked(page: Page, running: Running, credentials: str) -> None:
    """In every mode, with headers that have to be asked for, plain and over TLS."""
    for origin in origins(running):
        got = ask(
            page,
            f"{origin}/highnote/graphql",
            method="POST",
            headers={"Content-Type": "application/json", "X-Emulator-Sandbox": "pages"},
            body='{"query": "{ ping }"}',
            credentials=credentials,
        )
        assert got["status"] == 401, got
        assert got["headers"]["x-emulator-sandbox"] == "pages; by=header"
        assert got["headers"]["x-emulator-call"].startswith("call_")
        assert got["headers"]["x-emulator-hint"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/zerohash/time", "GET"),
        ("/usegrant/providers/none", "DELETE"),
        ("/hyperswitch/payments/none", "PUT"),
        ("/nowhere", "PATCH"),
    ],
)
def test_every_surface_answers_pages(page: Page, running: Running, path: str, method: str) -> None:
    """Each provider's, and what is nobody's, errors too."""
    got = ask(page, running.url + path, method=method, credentials="include", headers={"X-A": "1"})
    assert "status" in got, got


def test_the_control_api_answers_no_page(page: Page, running: Running) -> None:
    """Not even that there is one can be read."""
    for path in ("/health", "/sandboxes", "/ca.pem"):
        got = ask(page, f"{running.url}/_emulator{path}")
        assert got == {"error": "TypeError: Failed to fetch"}


def test_a_secret_in_a_page_is_told(page: Page, running: Running) -> None:
    """The browser itself says where it comes from; the page can read the warning."""
    got = ask(page, f"{running.url}/usegrant/v1/providers", headers=KEY)
    assert got["headers"]["x-emulator-hint"].endswith(WARNING), got
