"""What is changed from the console: faults, clock, records, keys, settings, sandboxes."""

import json
import re

from playwright.sync_api import expect

from tests.console.acts import call, hear, make, rows_of
from tests.console.desk import Desk, section


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
