"""What happens shows by itself, in the sandbox where it happens and in no other."""

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.desk import Desk, section
from tests.signing import signed

pytestmark = pytest.mark.slow

SHOP = "http://localhost:1/"
MANY = 10_000


def ping(desk: Desk, sandbox: str = "default", **headers: str) -> None:
    """A call in a sandbox."""
    with httpx.Client(base_url=desk.origin, headers=headers) as client:
        answer = client.request(**signed("GET", "/time", prefix=f"/_s/{sandbox}/zerohash"))
        assert answer.status_code == 200


def test_two_sandboxes_side_by_side(desk: Desk) -> None:
    """Calls and tokens of each show at once in its own page; the other's page stays as it is."""
    pages: dict[str, Page] = {}
    for name in ("left", "right"):
        desk.api("POST", "/sandboxes", {"id": name})
        pages[name] = desk.open("calls", sandbox=name)
    ping(desk, "left")
    ping(desk, "left")
    ping(desk, "right")
    expect(pages["left"].get_by_text("2 calls", exact=True)).to_be_visible()
    expect(pages["right"].get_by_text("1 call", exact=True)).to_be_visible()
    for name, page in pages.items():
        page.get_by_role("link", name="Tokens").click()
        expect(page.get_by_role("heading", name="Tokens")).to_be_visible()
        desk.api("POST", f"/sandboxes/{name}/tokens", {"provider": "zerohash"})
        rows = page.get_by_role("listbox").get_by_role("option")
        expect(rows).to_have_count(1)
    expect(pages["left"].get_by_role("listbox").get_by_role("option")).to_have_count(1)
    desk.api("DELETE", "/sandboxes/left")
    expect(pages["left"].get_by_text("Sandbox gone")).to_be_visible()
    expect(pages["right"].get_by_text("Live")).to_be_visible()
    desk.api("DELETE", "/sandboxes/right")


def test_what_others_do_shows(desk: Desk) -> None:
    """Tokens that end, a clock that moves, keys rotated elsewhere: no reload is needed."""
    page = desk.open("tokens")
    token = desk.api("POST", "tokens", {"provider": "highnote"})
    rows = page.get_by_role("listbox").get_by_role("option")
    expect(rows).to_have_count(1)
    rows.first.click()
    expect(page.get_by_text("Good: it is taken everywhere.")).to_be_visible()
    desk.api("POST", f"tokens/{token['jti']}/revoke")
    expect(page.get_by_text("Refused: revoked.")).to_be_visible()
    desk.api("PUT", "clock", {"mode": "frozen", "at": "2031-02-03T04:05:06Z"})
    expect(page.locator(".now")).to_have_text("Sandbox clock 2031-02-03 04:05:06 UTC · frozen")
    desk.go(page, "settings")
    desk.api("PUT", "settings", {"usegrant": {"issuer": "host"}})
    expect(section(page, "useGrant").get_by_label("issuer")).to_have_value("host")
    desk.go(page, "keys")
    desk.api("POST", "keys/highnote/rotate", {})
    expect(section(page, "Highnote").get_by_role("row")).to_have_count(3)
    desk.go(page, "entities", "usegrant/tenants")
    [tenant] = desk.api("GET", "entities/usegrant/tenants")["items"]
    expect(rows).to_have_count(1)
    desk.api("DELETE", f"entities/usegrant/tenants/{tenant['id']}")
    expect(page.get_by_text("No records of this kind.")).to_be_visible()


def test_a_mint_from_a_browser_is_warned_of_loudly(desk: Desk) -> None:
    """A page that mints with a secret key raises an alarm above every view, and a finding."""
    page = desk.open("overview")
    expect(page.locator(".alarm")).to_be_hidden()
    origin = {"origin": "http://shop.example", "sec-fetch-site": "cross-site"}
    body = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
    with httpx.Client(base_url=desk.origin, headers=origin) as client:
        assert client.request(**signed("POST", "/client_auth_token", body)).status_code == 201
    expect(page.locator(".alarm")).to_be_visible()
    page.locator(".alarm").get_by_role("link").click()
    finding = page.locator('[data-finding="mint_in_browser"]')
    expect(finding).to_be_visible()
    finding.get_by_role("link", name=re.compile("call_")).first.click()
    expect(page.get_by_role("heading", name="Calls")).to_be_visible()
    desk.api("POST", "reset")
    expect(page.locator(".alarm")).to_be_hidden()


def test_a_session_that_ends_asks_again(desk: Desk) -> None:
    """When the cookie is gone the next request leads to the form, and nothing of the data stays."""
    page = desk.open("clock")
    page.context.clear_cookies()
    page.get_by_role("button", name="Freeze now").click()
    expect(page.get_by_label("Control token")).to_be_visible()
    assert page.locator("#view").count() == 0


def test_ten_thousand_calls_stay_smooth(desk: Desk) -> None:
    """Few rows exist at any time, a jump to the end is quick, and new ones do not move the view."""
    ping(desk)
    [sample] = desk.api("GET", "calls")["items"]
    page = desk.page()

    def answer(route: Route) -> None:
        """A page of a long journal."""
        limit = int(re.findall(r"limit=(\d+)", route.request.url)[0])
        found = re.findall(r"cursor=call_(\d+)", route.request.url)
        first = int(found[0]) if found else MANY
        last = max(0, first - limit)
        items = [
            {**sample, "id": f"call_{n}", "operation": f"operation_{n}"}
            for n in range(first, last, -1)
        ]
        route.fulfill(json={"items": items, "next": f"call_{last}" if last else None})

    page.route(re.compile(r"/calls\?limit="), answer)
    desk.go(page, "calls")
    box = page.get_by_role("listbox")
    expect(box).to_be_visible()
    page.wait_for_function(LOAD_ALL, polling=50)
    expect(page.get_by_text(f"{MANY} calls", exact=True)).to_be_visible()
    assert page.locator("[role=option]").count() < 100
    median = page.evaluate(SCROLL)
    assert median < 100, f"a frame took {median:.0f} ms"
    before = page.evaluate(LOOK, 160_000)
    ping(desk)
    expect(page.locator("#said")).to_have_text("1 new call")
    assert before["text"]
    assert page.evaluate(LOOK, None) == before


# The row at the middle of the list, and where it is, once the page has been drawn.
LOOK = """(top) => new Promise((resolve) => {
  const box = document.querySelector(".scroll[role=listbox]");
  if (top !== null) box.scrollTop = top;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { left, y, height } = box.getBoundingClientRect();
    const row = document.elementFromPoint(left + 20, y + height / 2).closest(".row");
    resolve({ text: row.children[2].textContent, y: row.getBoundingClientRect().y });
  }));
})"""
LOAD_ALL = """() => {
  const box = document.querySelector(".scroll[role=listbox]");
  box.scrollTop = box.scrollHeight;
  return box.firstChild.clientHeight === 32 * 10000;
}"""
# What a frame takes, in ms, in a scroll through all of it: the median, as a machine may be busy.
SCROLL = """() => new Promise((resolve) => {
  const box = document.querySelector(".scroll[role=listbox]");
  let [n, took, last] = [0, [], performance.now()];
  const step = (now) => {
    took.push(now - last);
    last = now;
    box.scrollTop = n * 5333;
    if (n++ < 60) requestAnimationFrame(step);
    else resolve(took.sort((a, b) => a - b)[30]);
  };
  requestAnimationFrame(step);
})"""
