"""A browser at the console of a running emulator, and what went wrong in its pages."""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from tests.process.running import ROOT, Running

TOKEN = "fake-control-token"
SHOTS = ROOT / "build" / "screenshots"
# A page that came by this name has no clipboard of its own: the browser trusts loopback only.
ELSEWHERE = "console.example"
FLAGS = ["--no-sandbox", f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
# A view is shown with all that it asked for; or in its place the word that there is none.
SHOWN = """(view) => {
  const place = document.querySelector("#view");
  if (!place) return false;
  const isShown = place.dataset.shown?.split("/")[2] === view;
  return isShown || place.innerText.startsWith("No sandbox");
}"""
WATCH = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""


@dataclass
class Desk:
    """`control`: the control API; `faults`: what pages complained of."""

    running: Running
    browser: Browser
    control: httpx.Client
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Where the browser finds the emulator."""
        return f"http://127.0.0.1:{self.running.port}"

    def page(self, *, logged_in: bool = True, **options: Any) -> Page:  # noqa: ANN401 - Playwright's
        """A page in a context of its own; every complaint of it is noted."""
        context = self.browser.new_context(**options)
        context.set_default_timeout(8000)
        self.contexts.append(context)
        if logged_in:
            self._bring_cookie(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.origin)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.faults.append(f"error {error}"))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog {dialog.message}"))
        return page

    def open(self, view: str, item: str = "", sandbox: str = "default", **options: Any) -> Page:  # noqa: ANN401
        """A page at a view, once it is shown."""
        page = self.page(**options)
        self.go(page, view, item, sandbox)
        return page

    def go(self, page: Page, view: str, item: str = "", sandbox: str = "default") -> None:
        """Go to a view, and see it shown."""
        page.goto(f"{self.origin}/_emulator/#/{sandbox}/{view}/{item}")
        page.wait_for_function(SHOWN, arg=view)

    def api(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """What the control API answers below the sandbox `default`, unless a path is whole."""
        path = path if path.startswith("/") else f"/sandboxes/default/{path}"
        answer = self.control.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def shoot(self, page: Page, name: str) -> Path:
        """Keep a picture, for people."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path)
        return path

    def close_pages(self) -> list[str]:
        """Close what a test opened; what its pages complained of."""
        for context in self.contexts:
            context.close()
        faults = list(self.faults)
        self.contexts.clear()
        self.faults.clear()
        return faults

    def _bring_cookie(self, context: BrowserContext) -> None:
        answer = httpx.post(f"{self.origin}/_emulator/session", json={"token": TOKEN})
        name, value = next(iter(answer.cookies.items()))
        context.add_cookies([{"name": name, "value": value, "url": f"{self.origin}/_emulator"}])

    def _note(self, message: ConsoleMessage) -> None:
        # A refusal that a test provokes is told by the browser too.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"{message.type} {message.text}")


def section(page: Page, name: str) -> Locator:
    """A part of a view by its name."""
    return page.get_by_label(name, exact=True)


def clipboard(page: Page) -> str:
    """What was copied."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def read_claims(token: str) -> Any:  # noqa: ANN401 - JSON
    """A token's claims, unverified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
