"""Debian's Chromium, and a developer's page at an origin of its own that opens one of ours."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Frame, Page, Route, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
APP = "https://app.example"
# The page is answered by the test, so it counts as public; a developer's own is on localhost.
FLAGS = ("--no-sandbox", "--disable-features=LocalNetworkAccessChecks")

Message = dict[str, Any]
Told = Any  # what a page noted: JSON


@contextmanager
def browse() -> Iterator[Browser]:
    """A browser for as long as it is wanted."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


class Host:
    """A developer's page. `trouble`: what its console and its frame's complained of."""

    def __init__(self, page: Page, html: str) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("dialog", lambda dialog: self.trouble.append(dialog.message))

        def answer(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html")

        page.route(f"{APP}/**", answer)

    def _note(self, message: Any) -> None:  # noqa: ANN401 - Playwright's
        if message.type in {"error", "warning"}:
            self.trouble.append(message.text)

    def open(self, **given: str) -> None:
        """Open the page with these in its query."""
        self.page.goto(f"{APP}/?{urlencode(given)}")

    def wait_for(self, number: int) -> list[Told]:
        """The messages that the page heard, when there are so many."""
        self.page.wait_for_function("(n) => window.heard.length >= n", arg=number)
        heard: list[Told] = self.page.evaluate("window.heard")
        return heard

    @property
    def frame(self) -> Frame:
        """The frame that the page opened."""
        return self.page.frames[1]
