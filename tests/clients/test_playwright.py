"""Pages in a real browser: what they ask the providers' own hosts, a sandbox answers."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.async_api import async_playwright
from playwright.sync_api import Route, sync_playwright

from emulator.testing import Sandbox, run_in_thread

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools"),
]

SHOP = "https://shop.example/"
FLAGS = ["--no-sandbox"]
# Another origin with a header of its own: the browser asks beforehand whether it may.
ASK = """async ([url, headers]) => {
  const body = '{"query": "{ ping }"}';
  const answer = await fetch(url, {method: "POST", headers, body});
  return [answer.status, answer.headers.get("x-emulator-sandbox"), (await answer.json()).data.ping];
}"""
URL = "https://api.us.test.highnote.com/graphql"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of an emulator at a port."""
    with run_in_thread() as emulator:
        yield emulator.sandboxes.create()


def test_a_page_finds_the_sandbox(sandbox: Sandbox) -> None:
    """With the blocking API: the host is the provider's, the answer the sandbox's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        sandbox.route(page)
        page.route(SHOP, open_shop)
        page.goto(SHOP)
        got = page.evaluate(ASK, [URL, headers(sandbox)])
        browser.close()
    assert got == [200, f"{sandbox.id}; by=header", "pong"]


@pytest.mark.anyio
async def test_a_context_finds_it_too(sandbox: Sandbox) -> None:
    """With the awaited API, for every page of a context."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context()
        await sandbox.route(context)
        page = await context.new_page()
        await page.route(
            SHOP, lambda route: route.fulfill(body="<p>shop", content_type="text/html")
        )
        await page.goto(SHOP)
        got = await page.evaluate(ASK, [URL, headers(sandbox)])
        await browser.close()
    assert got == [200, f"{sandbox.id}; by=header", "pong"]


def open_shop(route: Route) -> None:
    """The shop's page."""
    route.fulfill(body="<p>shop", content_type="text/html")


def headers(sandbox: Sandbox) -> dict[str, str]:
    """What the page sends."""
    return {**sandbox.highnote.headers, "content-type": "application/json"}
