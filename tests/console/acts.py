"""What tests of the console do and look for."""

import re
import subprocess

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.console.desk import Desk
from tests.signing import signed

BODY = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}


def call(desk: Desk, signing: bytes | None = None) -> httpx.Response:
    """A mint at zerohash. `signing`: what is signed for the body, if not the body."""
    with httpx.Client(base_url=desk.origin) as client:
        return client.request(**signed("POST", "/client_auth_token", BODY, signing=signing))


def hear(page: Page, text: str | re.Pattern[str]) -> None:
    """What the page says in passing."""
    expect(page.locator(".toast", has_text=text).last).to_be_visible()


def rows_of(page: Page) -> Locator:
    """The rows of a view's list."""
    return page.get_by_role("listbox").get_by_role("option")


def run_shell(line: str) -> None:
    """Run a line of shell."""
    subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=20)  # noqa: S603, S607


def make(page: Page, word: str, name: str) -> None:
    """A sandbox made in a dialog."""
    page.get_by_role("button", name=word, exact=True).click()
    page.get_by_label("Id", exact=True).fill(name)
    page.get_by_role("button", name="Make it").click()
    hear(page, f"Sandbox {name} is made.")
