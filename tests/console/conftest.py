"""One emulator and one browser for each module; each test's pages must complain of nothing."""

import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.console.desk import FLAGS, TOKEN, Desk
from tests.process.running import start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOST = ("--host", "0.0.0.0", "--grpc-port", "0")  # noqa: S104 - as in a container


@pytest.fixture(scope="module")
def office() -> Iterator[Desk]:
    """The installed command, bound to all interfaces with a control token, and Chromium."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: make tools")
    options = {"EMULATOR_CONTROL_TOKEN": TOKEN, "EMULATOR_GRPC_EXAMPLE_PORT": "off"}
    with start(*HOST, **options) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with httpx.Client(
            base_url=f"http://127.0.0.1:{running.port}/_emulator",
            headers={"authorization": f"Bearer {TOKEN}"},
            timeout=20,
        ) as control:
            yield Desk(running, browser, control)
        browser.close()


@pytest.fixture
def desk(office: Desk) -> Iterator[Desk]:
    """The desk of a test, with the sandbox `default` as it was at first."""
    office.api("POST", "reset")
    yield office
    assert office.close_pages() == []
