"""Getting in, and the overview: what is copied there works."""

import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.console.acts import hear
from tests.console.desk import ELSEWHERE, TOKEN, Desk, clipboard, section
from tests.process.running import start


def test_a_person_logs_in_and_out(desk: Desk) -> None:
    """The root leads to the form; a wrong token is told so, the right one opens, and is gone."""
    page = desk.page(logged_in=False)
    page.goto(f"{desk.origin}/")
    expect(page).to_have_url(re.compile("/_emulator/$"))
    expect(page.get_by_label("Control token")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That is not the control token")
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Control token")).to_be_visible()


@pytest.mark.slow
def test_a_link_with_the_token_opens_and_forgets_it(desk: Desk) -> None:
    """The fragment is traded and leaves the address."""
    page = desk.page(logged_in=False)
    page.goto(f"{desk.origin}/_emulator/#token={TOKEN}")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert TOKEN not in page.url
    page.reload()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


@pytest.mark.slow
def test_on_loopback_without_a_token_nothing_is_asked(desk: Desk) -> None:
    """Where no control token is configured the console opens at once, and can change things."""
    with start("--grpc-port", "0", EMULATOR_GRPC_EXAMPLE_PORT="off") as running:
        page = desk.page(logged_in=False)
        page.goto(f"{running.url}/")
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        expect(page.get_by_role("button", name="Log out")).to_be_hidden()
        page.get_by_role("link", name="Clock", exact=True).click()
        page.get_by_role("button", name="Freeze now").click()
        expect(page.get_by_text("Mode frozen")).to_be_visible()
        page.close()


@pytest.mark.slow
def test_where_nobody_may_the_way_out_is_told(desk: Desk) -> None:
    """Beyond loopback without a token there is no form, but the variable's name."""
    options = {"EMULATOR_GRPC_EXAMPLE_PORT": "off"}
    with start("--host", "0.0.0.0", "--grpc-port", "0", **options) as running:  # noqa: S104
        page = desk.page(logged_in=False)
        page.goto(f"http://127.0.0.1:{running.port}/")
        expect(page.get_by_text("EMULATOR_CONTROL_TOKEN")).to_be_visible()
        assert page.locator("form").count() == 0
        page.close()


@pytest.mark.parametrize(
    "language",
    ["curl", *(pytest.param(name, marks=pytest.mark.slow) for name in ("Node", "Python"))],
)
@pytest.mark.slow
def test_the_overview_s_requests_work(desk: Desk, language: str) -> None:
    """What is copied is run as it is, and each provider grants it."""
    runner = {
        "curl": ["bash", "-c"],
        "Node": ["node", "--input-type=module", "-e"],
        "Python": [sys.executable, "-c"],
    }[language]
    if shutil.which(runner[0]) is None:
        pytest.skip(f"needs {runner[0]}")
    page = desk.open("overview")
    for title in ("zerohash", "Highnote", "useGrant", "Hyperswitch"):
        part = section(page, title)
        part.get_by_role("tab", name=language, exact=True).click()
        part.get_by_role("button", name=f"Copy {title} request in {language}").click()
        hear(page, "Copied.")
        done = subprocess.run(  # noqa: S603 - what the console says
            [*runner, clipboard(page)], capture_output=True, text=True, check=True, timeout=20
        )
        assert re.search(r"\b20[01]\b", done.stdout), done.stdout
        assert len(desk.api("GET", "tokens")["items"]) > 0
        desk.api("POST", "reset", {"what": ["tokens"]})
    assert all(one["status"] in {200, 201} for one in desk.api("GET", "calls")["items"])


@pytest.mark.slow
def test_the_overview_has_credentials_and_what_is_armed(desk: Desk) -> None:
    """Every credential is there to copy, and an armed fault shows at its provider."""
    rule = {"operation": "usegrant.createToken", "then": {"error": "rate_limited"}}
    page = desk.open("overview")
    for provider, values in desk.api("GET", "credentials").items():
        if provider in {"env", "export"}:
            continue
        part = page.locator(f'[data-provider="{provider}"]')
        for value in values.values():
            if isinstance(value, str):
                expect(part.get_by_text(value, exact=True).first).to_be_visible()
    made = desk.api("POST", "faults", rule)
    expect(section(page, "useGrant").get_by_role("link", name=made["id"])).to_be_visible()
    expect(section(page, "zerohash").get_by_text("Nothing is armed.")).to_be_visible()


@pytest.mark.slow
def test_without_a_clipboard_it_is_copied_by_hand(desk: Desk) -> None:
    """From another machine by plain HTTP the browser has no clipboard: it works all the same."""
    page = desk.page(logged_in=False)
    page.goto(f"http://{ELSEWHERE}:{desk.running.port}/_emulator/#token={TOKEN}")
    assert not page.evaluate("isSecureContext")
    page.get_by_role("button", name="Copy zerohash api_key").click()
    hear(page, "Copied.")
    there = desk.open("overview")
    assert clipboard(there) == desk.api("GET", "credentials")["zerohash"]["api_key"]


@pytest.mark.slow
def test_a_sandbox_that_is_not_there_is_told_and_made(desk: Desk) -> None:
    """An address of nobody says so, and offers to make it."""
    page = desk.open("tokens", sandbox="nobody")
    expect(page.get_by_role("heading", name="No sandbox nobody")).to_be_visible()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Tokens")).to_be_visible()
    desk.api("DELETE", "/sandboxes/nobody")
