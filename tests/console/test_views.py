"""Each view, and each thing that can be done in it, in a real browser."""

import json
import re
import shutil
import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.desk import ELSEWHERE, TOKEN, Desk, clipboard, read_claims, section
from tests.process.running import start
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


def test_a_link_with_the_token_opens_and_forgets_it(desk: Desk) -> None:
    """The fragment is traded and leaves the address."""
    page = desk.page(logged_in=False)
    page.goto(f"{desk.origin}/_emulator/#token={TOKEN}")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert TOKEN not in page.url
    page.reload()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


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


def test_without_a_clipboard_it_is_copied_by_hand(desk: Desk) -> None:
    """From another machine by plain HTTP the browser has no clipboard: it works all the same."""
    page = desk.page(logged_in=False)
    page.goto(f"http://{ELSEWHERE}:{desk.running.port}/_emulator/#token={TOKEN}")
    assert not page.evaluate("isSecureContext")
    page.get_by_role("button", name="Copy zerohash api_key").click()
    hear(page, "Copied.")
    there = desk.open("overview")
    assert clipboard(there) == desk.api("GET", "credentials")["zerohash"]["api_key"]


def test_a_token_s_life(desk: Desk) -> None:
    """Minted, decoded, judged with what it opens, copied, expired, revoked."""
    page = desk.open("tokens")
    page.get_by_role("button", name="Mint a token").click()
    page.get_by_label("Lifetime").fill("5m")
    page.get_by_role("button", name="Mint", exact=True).click()
    expect(page.get_by_text("Good: it is taken everywhere.")).to_be_visible()
    [token] = desk.api("GET", "tokens")["items"]
    article = section(page, f"Token {token['jti']}")
    expect(article.get_by_label("Claims")).to_contain_text('"participant_code": "CUST01"')
    expect(article.locator('[data-part="opens"]')).to_contain_text("crypto-buy")
    article.get_by_role("button", name="Copy token").click()
    hear(page, "Copied.")
    assert read_claims(clipboard(page)) == token["claims"]
    article.get_by_role("button", name="Expire").click()
    expect(article.get_by_text("Refused: expired.")).to_be_visible()
    expect(rows_of(page).get_by_text("expired")).to_be_visible()
    article.get_by_role("button", name="Revoke").click()
    expect(article.get_by_text("Refused: revoked.")).to_be_visible()


def test_any_token_is_judged(desk: Desk) -> None:
    """A text from elsewhere is decoded, and the reason why it is worth nothing is told."""
    text = desk.api("POST", "tokens", {"provider": "usegrant", "defect": "wrong_audience"})["token"]
    page = desk.open("tokens")
    for given, told in ((text, "Refused: foreign."), ("nonsense", "Refused: signature.")):
        page.get_by_label("A token's text").fill(given)
        page.get_by_role("button", name="Judge", exact=True).click()
        expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_text("An opaque token")).to_be_visible()


def test_a_refusal_is_explained_as_a_diff(desk: Desk) -> None:
    """What the client signed and what the server did, with request and response side by side."""
    page = desk.open("calls")
    assert call(desk, signing=b"{}").status_code == 403
    rows_of(page).first.click()
    part = section(page, "Explanation")
    expect(part.get_by_text("Signed {} for the body").first).to_be_visible()
    expect(part.locator("ins").last).to_contain_text('"permissions":["crypto-buy"]')
    expect(part.get_by_text("Digest received")).to_be_visible()
    expect(section(page, "Request body")).to_contain_text('"CUST01"')
    expect(section(page, "Response body")).to_contain_text("message")
    expect(page).to_have_url(re.compile("/calls/call_"))


@pytest.mark.slow
def test_a_call_copied_as_curl_works(desk: Desk) -> None:
    """A call of each provider that was granted is granted again, with fresh signatures."""
    page = desk.open("overview")
    for title in ("zerohash", "Highnote", "useGrant", "Hyperswitch"):
        section(page, title).get_by_role("button", name=f"Copy {title} request in curl").click()
        hear(page, "Copied.")
        run_shell(clipboard(page))
        [last] = desk.api("GET", "calls?limit=1")["items"]
        desk.go(page, "calls", last["id"])
        page.get_by_role("button", name="Copy as curl").click()
        hear(page, "Copied.")
        page.wait_for_function("navigator.clipboard.readText().then((t) => t.startsWith('curl'))")
        run_shell(clipboard(page))
        [again] = desk.api("GET", "calls?limit=1")["items"]
        assert again["id"] != last["id"]
        assert (again["operation"], again["refusal"]) == (last["operation"], None)
        desk.go(page, "overview")


def run_shell(line: str) -> None:
    """Run a line of shell."""
    subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=20)  # noqa: S603, S607


def test_calls_are_sifted_saved_and_forgotten(desk: Desk) -> None:
    """A filter shows what fits; the list can be saved, held still and emptied."""
    call(desk)
    call(desk, signing=b"{}")
    page = desk.open("calls")
    rows = rows_of(page)
    expect(rows).to_have_count(2)
    page.get_by_label("Filter the calls").fill("invalid_signature")
    expect(rows).to_have_count(1)
    page.get_by_label("Filter the calls").fill("")
    page.get_by_label("Which calls").select_option("refused")
    expect(rows).to_have_count(1)
    page.get_by_label("Which calls").select_option("")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert len(json.loads(download.value.path().read_text(encoding="utf-8"))) == 2
    page.get_by_label("Hold still").check()
    call(desk)
    page.get_by_label("Hold still").uncheck()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Forget all").click()
    page.get_by_role("button", name="Forget", exact=True).click()
    expect(page.get_by_text("No calls yet.")).to_be_visible()
    assert desk.api("GET", "calls")["items"] == []


def test_a_list_is_walked_with_the_keyboard(desk: Desk) -> None:
    """Arrow keys, Home and End choose; the list tells which is chosen."""
    for _ in range(3):
        call(desk)
    page = desk.open("calls")
    page.get_by_role("listbox").focus()
    for key, wanted in (("ArrowDown", 1), ("End", 3), ("ArrowUp", 2), ("Home", 1)):
        page.keyboard.press(key)
        chosen = page.locator('[role="option"][aria-selected="true"]')
        expect(chosen).to_have_attribute("aria-posinset", str(wanted))
        expect(page.get_by_role("listbox")).to_have_attribute(
            "aria-activedescendant", str(chosen.get_attribute("id"))
        )


def test_a_fault_is_armed_by_a_form_that_offers_what_fits(desk: Desk) -> None:
    """Fields follow the operation; a fault hits, its hits are told live, and it is disarmed."""
    page = desk.open("faults")
    operation = page.get_by_label("Operation", exact=True)
    offered = {
        "zerohash.time": (False, False, False),
        "zerohash.client_auth_token": (True, False, False),
        "highnote.generatePaymentCardClientToken": (True, False, True),
        "hyperswitch.create_access_token": (True, True, False),
    }
    for name, (mints, grpc, graphql) in offered.items():
        operation.select_option(name)
        for label, there in (
            ("Token defect", mints),
            ("Lifetime", mints),
            ("gRPC status", grpc),
            ("GraphQL error", graphql),
        ):
            assert page.get_by_label(label, exact=True).count() == int(there), (name, label)
    operation.select_option("zerohash.client_auth_token")
    page.get_by_label("Error", exact=True).select_option("rate_limited")
    page.get_by_label("Delay", exact=True).fill("soon")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.locator(".wrong")).to_be_visible()
    page.get_by_label("Delay", exact=True).fill("")
    page.get_by_label("Times").fill("1")
    page.get_by_role("button", name="Match a field").click()
    page.get_by_label("Path to match").fill("participant_code")
    page.get_by_label("Value to match").fill("CUST*")
    page.get_by_role("button", name="Arm", exact=True).click()
    armed = section(page, "Armed")
    expect(armed.get_by_text("0 fired")).to_be_visible()
    assert call(desk).status_code == 429
    assert call(desk).status_code == 201
    expect(armed.get_by_text("1 fired")).to_be_visible()
    expect(armed.get_by_text("2 matched")).to_be_visible()
    armed.get_by_role("button", name=re.compile("Disarm fault_")).click()
    expect(armed.get_by_text("Nothing is armed.")).to_be_visible()


def test_a_fault_is_written_as_json(desk: Desk) -> None:
    """A sequence, for which the form has no fields, is written; what is wrong is told."""
    page = desk.open("faults")
    page.get_by_label("Edit as JSON").check()
    text = page.get_by_label("The rule as JSON")
    text.fill("{")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.get_by_text("That is no JSON")).to_be_visible()
    steps = [{"error": "unavailable"}, "pass"]
    text.fill(json.dumps({"operation": "zerohash.*", "then": {"sequence": steps}}))
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(section(page, "Armed").get_by_text("zerohash.*")).to_be_visible()
    [rule] = desk.api("GET", "faults")["items"]
    assert rule["then"]["sequence"] == steps
    section(page, "Armed").get_by_role("button", name="Disarm all").click()
    expect(section(page, "Armed").get_by_text("Nothing is armed.")).to_be_visible()


def test_a_scenario_is_run_and_let_go(desk: Desk) -> None:
    """A story is chosen and played; what is to come is told, and let go."""
    page = desk.open("faults")
    part = section(page, "Scenarios")
    part.get_by_label("A story with its clock").select_option("token-expires-mid-checkout")
    part.get_by_role("button", name="Run", exact=True).click()
    hear(page, re.compile("runs: "))
    part.get_by_label("A story with its clock").select_option("clock-skew")
    part.get_by_role("button", name="Run", exact=True).click()
    expect(part.get_by_text("Still to come")).to_be_visible()
    part.get_by_role("button", name="Let go of them").click()
    expect(part.get_by_text("Still to come")).to_be_hidden()
    assert desk.api("GET", "scenarios")["items"] == []


def test_the_clock_is_moved(desk: Desk) -> None:
    """Freeze, advance, scale, offset and back; what fell due is told."""
    rule = {"title": "Later", "steps": [{"at": "30m", "settings": {"highnote": {"aoc": True}}}]}
    desk.api("POST", "scenarios", {"scenario": rule})
    page = desk.open("clock")
    page.get_by_label("Freeze at").fill("2030-01-01T00:00:00Z")
    page.get_by_role("button", name="Freeze", exact=True).click()
    expect(page.get_by_label("Now", exact=True)).to_have_text("2030-01-01 00:00:00")
    page.get_by_role("button", name="+1h").click()
    expect(page.get_by_label("Now", exact=True)).to_have_text("2030-01-01 01:00:00")
    page.get_by_label("Real seconds last").fill("60")
    page.get_by_role("button", name="Scale").click()
    expect(page.get_by_text("Mode scaled")).to_be_visible()
    page.get_by_role("button", name="Back to real time").click()
    expect(page.get_by_text("Mode real")).to_be_visible()
    page.get_by_role("button", name="Freeze now").click()
    desk.api("POST", "scenarios", {"scenario": rule})
    page.get_by_role("button", name="+1h").click()
    expect(section(page, "What fell due").get_by_role("row")).to_have_count(2)
    page.get_by_label("Offset from real time").fill("sideways")
    page.get_by_role("button", name="Offset").click()
    expect(page.locator(".toast.bad")).to_be_visible()


def test_records_are_edited_dropped_made_and_exported(desk: Desk) -> None:
    """A record as JSON, changed and kept; what can't be is told; the world is written as a file."""
    page = desk.open("entities", "zerohash/participants/CUST01")
    text = page.get_by_label("The record as JSON")
    record = json.loads(text.input_value())
    text.fill("{}")
    text.fill(json.dumps({**record, "surprise": 1}))
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("/surprise", exact=True)).to_be_visible()
    text.fill(json.dumps({**record, "email": "changed@example.com"}))
    page.get_by_role("button", name="Keep").click()
    hear(page, "CUST01 is kept.")
    kept = desk.api("GET", "entities/zerohash/participants/CUST01")
    assert kept["email"] == "changed@example.com"
    with page.expect_download() as download:
        page.get_by_role("button", name="Export this provider").click()
    assert "changed@example.com" in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Drop").click()
    page.get_by_role("dialog").get_by_role("button", name="Drop").click()
    hear(page, "CUST01 is dropped.")
    page.get_by_label("Kind", exact=True).select_option("platforms")
    expect(rows_of(page).get_by_text("acme", exact=True)).to_be_visible()
    page.get_by_label("Provider", exact=True).select_option("usegrant")
    page.get_by_label("Kind", exact=True).select_option("tenants")
    rows_of(page).first.click()
    tenant = json.loads(page.get_by_label("The record as JSON").input_value())
    page.get_by_role("button", name="New record").click()
    fresh = {name: value for name, value in tenant.items() if name != "id"}
    page.get_by_label("The record as JSON").fill(json.dumps(fresh))
    page.get_by_role("button", name="Keep").click()
    hear(page, re.compile("is kept."))
    assert len(desk.api("GET", "entities/usegrant/tenants")["items"]) == 2


def test_keys_are_rotated(desk: Desk) -> None:
    """A rotation with overlap publishes one key more; of useGrant an issuer is chosen."""
    page = desk.open("keys")
    rows = section(page, "Highnote").get_by_role("row")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Rotate Highnote's keys").click()
    expect(rows).to_have_count(3)
    part = section(page, "useGrant")
    part.get_by_label("Issuer").select_option(index=1)
    expect(part.get_by_role("row")).to_have_count(2)
    part.get_by_label("Step").select_option("publish")
    page.get_by_role("button", name="Rotate useGrant's keys").click()
    expect(part.get_by_role("row")).to_have_count(3)


def test_settings_and_lifetimes_are_changed(desk: Desk) -> None:
    """Switches offer what they take; a lifetime is set and restored; refusals put values back."""
    page = desk.open("settings")
    zerohash = section(page, "zerohash")
    zerohash.get_by_label("signature").select_option("raw")
    hear(page, "zerohash: signature is set.")
    section(page, "Highnote").get_by_label("rate_limit.enabled").check()
    hear(page, "Highnote: rate_limit.enabled is set.")
    limit = zerohash.get_by_label("rate_limit.limit")
    limit.fill("-5")
    limit.press("Enter")
    expect(page.locator(".toast.bad")).to_be_visible()
    expect(limit).to_have_value("2000")
    settings = desk.api("GET", "settings")
    assert settings["zerohash"]["signature"] == "raw"
    assert settings["highnote"]["rate_limit"]["enabled"] is True
    life = page.locator('[data-lifetime="zerohash.client_auth_token"]')
    life.fill("5m")
    life.press("Enter")
    expect(life).to_have_value("300")
    life.fill("")
    life.press("Enter")
    expect(life).to_have_value("")
    page.get_by_role("button", name="Restore defaults of zerohash").click()
    expect(zerohash.get_by_label("signature")).to_have_value("lenient")


def test_sandboxes_are_made_forked_switched_and_dropped(desk: Desk) -> None:
    """A new one with its own keys, a fork of it, a snapshot out and in, and the end of them."""
    page = desk.open("sandboxes")
    make(page, "New", "first")
    expect(page.get_by_label("Sandbox", exact=True)).to_have_value("first")
    desk.go(page, "sandboxes", sandbox="first")
    desk.control.post("/sandboxes/first/tokens", json={"provider": "zerohash"})
    make(page, "Fork", "second")
    desk.go(page, "sandboxes", sandbox="second")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_label("Everything but its identity").uncheck()
    page.get_by_role("dialog").get_by_label("tokens").check()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    hear(page, "second is reset.")
    assert desk.api("GET", "/sandboxes/second/tokens")["items"] == []
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import").click()
    chooser.value.set_files(download.value.path())
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    hear(page, "second is imported.")
    assert len(desk.api("GET", "/sandboxes/second/tokens")["items"]) == 1
    page.get_by_label("Sandbox", exact=True).select_option("first")
    expect(page.get_by_role("heading", name="first")).to_be_visible()
    for name in ("first", "second"):
        desk.go(page, "sandboxes", sandbox=name)
        page.get_by_role("button", name="Drop").click()
        page.get_by_role("dialog").get_by_role("button", name="Drop").click()
        hear(page, f"{name} is dropped.")
    expect(page.get_by_role("heading", name="default")).to_be_visible()


def make(page: Page, word: str, name: str) -> None:
    """A sandbox made in a dialog."""
    page.get_by_role("button", name=word, exact=True).click()
    page.get_by_label("Id", exact=True).fill(name)
    page.get_by_role("button", name="Make it").click()
    hear(page, f"Sandbox {name} is made.")


def test_a_sandbox_that_is_not_there_is_told_and_made(desk: Desk) -> None:
    """An address of nobody says so, and offers to make it."""
    page = desk.open("tokens", sandbox="nobody")
    expect(page.get_by_role("heading", name="No sandbox nobody")).to_be_visible()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Tokens")).to_be_visible()
    desk.api("DELETE", "/sandboxes/nobody")
