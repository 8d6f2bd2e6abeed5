"""Text is text: whatever a client or a record says, no field of the console takes it for markup."""

import json
import subprocess
from contextlib import suppress
from functools import partial
from typing import Any

import grpc
import httpx
from playwright.sync_api import expect

from tests.console.desk import Desk, clipboard
from tests.signing import signed

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
QUOTED = "\"'><svg onload=alert(3)>"
LABEL = "javascript:alert(4)//"
VIEWS = (
    ("overview", ""),
    ("tokens", ""),
    ("calls", ""),
    ("faults", ""),
    ("entities", "zerohash/participants"),
    ("entities", "highnote/account_holders"),
    ("entities", "usegrant/clients"),
    ("entities", "usegrant/tenants"),
    ("keys", ""),
    ("settings", ""),
    ("audit", ""),
    ("sandboxes", ""),
    ("tokens", EVIL),
    ("calls", EVIL),
    ("faults", EVIL),
    ("entities", f"zerohash/participants/{EVIL}"),
)


def test_no_field_takes_text_for_markup(desk: Desk) -> None:
    """Records, claims, requests, headers, faults and addresses that try: nothing runs or loads."""
    poison_records(desk)
    poison_calls(desk)
    poison_the_rest(desk)
    page = desk.open("overview")
    seen = ""
    for view, item in VIEWS:
        desk.go(page, view, item.replace("/", "%2F") if item == EVIL else item)
        for row in page.get_by_role("listbox").get_by_role("option").all()[:12]:
            row.click()
            seen += page.locator("#view").inner_text()
            seen += " ".join(area.input_value() for area in page.locator("#view textarea").all())
        seen += page.locator("#view").inner_text()
        assert page.locator("#app img[src=x], #app script, #app svg").count() == 0
        assert page.locator("a[href^=javascript]").count() == 0
    # It was shown, as it was written.
    assert EVIL in seen
    assert QUOTED in seen
    token = desk.api("POST", "tokens", {"provider": "usegrant", "claims": {"role": EVIL}})["token"]
    desk.go(page, "tokens")
    page.get_by_role("button", name="Judge any token").click()
    page.get_by_label("A token's text").fill(token)
    page.get_by_role("button", name="Judge", exact=True).click()
    expect(page.get_by_label("Claims").last).to_contain_text(EVIL)


def test_a_sandbox_s_name_in_the_address_is_text(desk: Desk) -> None:
    """An address that names what no sandbox could be called is told so, as text."""
    page = desk.open("calls", sandbox="%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(
        page.get_by_role("heading", name="No sandbox <img src=x onerror=alert(1)>")
    ).to_be_visible()
    page.goto(f"{desk.origin}/_emulator/#/%ff%/%")
    expect(page.get_by_role("heading", name="No sandbox %ff%")).to_be_visible()


def test_what_is_pasted_into_a_shell_runs_nothing_of_a_caller_s(desk: Desk) -> None:
    """A call over gRPC is copied as a line for grpcurl, which is given what the caller sent."""
    text = "'; echo $(echo ran) `echo ran` '"
    surface = "/types.MerchantAuthenticationService/CreateServerAuthenticationToken"
    port = httpx.get(f"{desk.origin}/_emulator/health").json()["ports"]["grpc"]
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, suppress(grpc.RpcError):
        plain = partial(bytes)
        ask = channel.unary_unary(surface, request_serializer=plain, response_deserializer=plain)
        ask(bytes([0x0A, len(text)]) + text.encode(), timeout=20)
    page = desk.open("calls")
    page.get_by_role("listbox").get_by_role("option").first.click()
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("status").filter(has_text="Copied.").first).to_be_visible()
    script = f"grpcurl() {{ printf '%s\\n' \"$@\"; }}\n{clipboard(page)}"
    shell = ["bash", "-c", script]
    done = subprocess.run(shell, capture_output=True, text=True, check=True, timeout=20)  # noqa: S603 - what the console says
    given = done.stdout.splitlines()
    assert done.stderr == ""
    assert given[-2:] == [f"127.0.0.1:{port}", surface[1:]]
    assert json.loads(given[given.index("-d") + 1]) == {"merchant_access_token_id": text}
    assert "x-emulator-sandbox: default" in given
    assert not [line for line in given if line.startswith(("content-type", "user-agent"))]


def poison_records(desk: Desk) -> None:
    """A first record of every kind with every text of it that may be anything."""
    for provider in desk.api("GET", "/operations")["items"]:
        for kind in provider["kinds"]:
            path = f"entities/{provider['provider']}/{kind['name']}"
            for record in desk.api("GET", path)["items"][:1]:
                for name, value in record.items():
                    if isinstance(value, str) and name != kind["key"] and value != "***":
                        key = record[kind["key"]]
                        answer = desk.control.put(
                            f"/sandboxes/default/{path}/{key}", json={**record, name: EVIL}
                        )
                        if answer.is_success:
                            record[name] = EVIL
    named: dict[str, Any] = {"name": QUOTED, "label": LABEL}
    for path in ("usegrant/clients", "usegrant/tenants"):
        [first, *_] = desk.api("GET", f"entities/{path}")["items"]
        fit = {name: value for name, value in named.items() if name in first}
        desk.control.put(f"/sandboxes/default/entities/{path}/{first['id']}", json={**first, **fit})


def poison_calls(desk: Desk) -> None:
    """Calls with markup in path, query, body, headers and what they are signed with."""
    body = {"participant_code": EVIL, "permissions": [QUOTED], "reference_id": EVIL}
    with httpx.Client(base_url=desk.origin) as client:
        client.request(**signed("POST", "/client_auth_token", body))
        client.request(**signed("POST", "/client_auth_token", body, signing=EVIL.encode()))
        client.request(**signed("GET", "/participants?page=%3Cimg%20src=x%20onerror=alert(1)%3E"))
        client.get("/zerohash/%3Cscript%3Ealert(1)%3C/script%3E", headers={"user-agent": EVIL})
        query = "{ ping }" + f" # {EVIL}"
        client.post("/highnote/graphql", json={"query": query}, headers={"origin": "http://x"})
        client.post("/usegrant/v1/providers", headers={"x-request-id": EVIL}, json={"name": EVIL})


def poison_the_rest(desk: Desk) -> None:
    """Tokens with claims, faults that match and say it, and a scenario's title."""
    for claims in ({"sub": EVIL}, {"note": QUOTED}):
        desk.control.post(
            "/sandboxes/default/tokens", json={"provider": "usegrant", "claims": claims}
        )
    rule = {
        "operation": "hyperswitch.create_access_token",
        "match": {EVIL: QUOTED},
        "then": {"grpc": {"code": "UNAVAILABLE", "message": EVIL}},
    }
    desk.api("POST", "faults", rule)
    steps = [{"at": "1h", "fault": {**rule, "match": {}}}]
    desk.api("POST", "scenarios", {"scenario": {"title": EVIL, "steps": steps}})
