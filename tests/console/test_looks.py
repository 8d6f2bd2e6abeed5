"""Every view wide and narrow, light and dark: accessible by axe, and kept as a picture."""

from typing import Any

import httpx
import pytest

from tests.clients.node import find_packages
from tests.console.desk import Desk
from tests.signing import signed

pytestmark = pytest.mark.slow

LOOKS: dict[str, dict[str, Any]] = {
    "wide-light": {"viewport": {"width": 1360, "height": 860}, "color_scheme": "light"},
    "narrow-dark": {"viewport": {"width": 400, "height": 800}, "color_scheme": "dark"},
    "wide-dark": {"viewport": {"width": 1360, "height": 860}, "color_scheme": "dark"},
    "narrow-light": {"viewport": {"width": 400, "height": 800}, "color_scheme": "light"},
}
PARTS = {"calls": '[data-part="explanation"]', "tokens": '[data-part="opens"] .mark'}
AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.filter((v) => ["serious", "critical"].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html).join(" | ")}`);
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The program that looks for what keeps people out."""
    folder = find_packages("axe-core")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def furnish(desk: Desk) -> dict[str, str]:
    """Something to see in every view: its items by view."""
    body = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
    rule = {
        "operation": "zerohash.client_auth_token",
        "when": {"times": 1},
        "then": {"error": "rate_limited", "retry_after": 3},
    }
    desk.api("POST", "faults", rule)
    with httpx.Client(base_url=desk.origin, headers={"origin": "http://shop.example"}) as client:
        for signing in (None, None, b"{}"):
            client.request(**signed("POST", "/client_auth_token", body, signing=signing))
    [token] = desk.api("GET", "tokens")["items"]
    [last, *_] = desk.api("GET", "calls")["items"]
    for provider in ("highnote", "usegrant", "hyperswitch"):
        desk.api("POST", "tokens", {"provider": provider})
    desk.api("POST", "scenarios", {"name": "clock-skew"})
    return {
        "overview": "",
        "tokens": token["jti"],
        "calls": last["id"],
        "faults": "zerohash.client_auth_token",
        "clock": "",
        "entities": "zerohash/participants/CUST01",
        "keys": "",
        "settings": "",
        "audit": "",
        "sandboxes": "",
    }


@pytest.mark.parametrize(
    "look",
    [
        "wide-light",
        pytest.param("narrow-dark", marks=pytest.mark.slow),
        pytest.param("wide-dark", marks=pytest.mark.slow),
        pytest.param("narrow-light", marks=pytest.mark.slow),
    ],
)
def test_every_view_is_accessible(desk: Desk, axe: str, look: str) -> None:
    """No serious finding; nothing is wider than its window; a picture of it is kept."""
    found: list[str] = []
    page = desk.page(logged_in=False, **LOOKS[look])
    page.goto(f"{desk.origin}/_emulator/")
    page.get_by_label("Control token").wait_for()
    page.evaluate(axe)
    found += page.evaluate(AXE)
    desk.shoot(page, f"login-{look}")
    page = desk.page(**LOOKS[look])
    for view, item in furnish(desk).items():
        desk.go(page, view, item)
        if view in PARTS:
            page.locator(PARTS[view]).first.wait_for()
        page.evaluate(axe)
        found += [f"{view}: {one}" for one in page.evaluate(AXE)]
        wide = page.evaluate("document.querySelector('#view').scrollWidth - innerWidth")
        assert wide <= 0, f"{view} is {wide} px wider than the window"
        desk.shoot(page, f"{view}-{look}")
    desk.go(page, "sandboxes")
    page.get_by_role("button", name="New", exact=True).click()
    found += [f"dialog: {one}" for one in page.evaluate(AXE)]
    desk.shoot(page, f"dialog-{look}")
    assert found == []
