"""Tokens and calls: seen, judged, explained, copied, ended."""

import json
import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.console.acts import call, hear, rows_of, run_shell
from tests.console.desk import Desk, clipboard, read_claims, section
from tests.signing import minting

WALLET = "00000000-0000-4000-8000-0000000000a2"


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


def test_a_webhook_copied_as_curl_goes_where_it_went(desk: Desk) -> None:
    """Its whole URL is in the line, with the signature that it was sent with."""
    hook = f"{desk.origin}/zerohash/hook"
    desk.api("PUT", "settings", {"zerohash": {"webhook_url": hook}})
    details = {"quoted_asset": "USD", "withdrawal_request_amount": "200"}
    wanted = minting(
        permissions=["crypto-withdrawals"],
        withdrawal_details={**details, "external_account_id": WALLET},
    )
    with httpx.Client(base_url=desk.origin) as client:
        assert client.request(**wanted).status_code == 201
    desk.api("POST", "clock/advance", {"by": "1s"})
    [sent, *_] = desk.api("GET", "calls?direction=out")["items"]
    page = desk.open("calls", sent["id"])
    page.get_by_role("button", name="Copy as curl").click()
    hear(page, "Copied.")
    line = clipboard(page)
    assert f"-X POST '{hook}'" in line
    assert "x-zh-hook-signature" in line.lower()
    run_shell(line)


def run_shell(line: str) -> None:
    """Run a line of shell."""
    subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=20)


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
