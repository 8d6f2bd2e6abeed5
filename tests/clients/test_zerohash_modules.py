"""The stand-in of zerohash's SDK modules in Chromium, framed by a page as documented."""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.clients.browsing import APP, CHROMIUM, Host, Message, browse
from tests.live import Live
from tests.signing import minting

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools"),
]

# What the web SDK's wrapper does, by its documented messages: it asks for a module once the frame
# says that it is ready. It believes nobody but the frame, from the origin that it was given.
HTML = """<!DOCTYPE html><title>app</title><body><script>
const given = new URLSearchParams(location.search);
const frame = document.createElement("iframe");
const origin = new URL(given.get("zeroHashAppsURL")).origin;
window.heard = [];
window.say = (type, payload) => frame.contentWindow.postMessage({ type, payload }, origin);
addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  heard.push(event.data);
  const asked = { jwt: given.get("jwt"), appIdentifier: given.get("module"), theme: "dark" };
  if (event.data.type === "SDK_MOBILE_READY") say("OPEN_MODAL", asked);
});
frame.src = given.get("zeroHashAppsURL");
frame.allow = "camera";
frame.sandbox = "allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox " +
  "allow-same-origin allow-scripts allow-top-navigation";
document.body.append(frame);
</script>"""

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with browse() as opened:
        yield opened


@pytest.fixture
def host(browser: Browser) -> Iterator[Host]:
    """A developer's page; what it opened ran without a complaint."""
    page = browser.new_page()
    made = Host(page, HTML)
    yield made
    page.close()
    assert made.trouble == []


def mint(live: Live, **fields: object) -> str:
    """A token, minted as a platform's server does."""
    with httpx.Client(base_url=live.origin) as client:
        answer = client.request(**minting(**fields))
    token: str = answer.json()["message"]["token"]
    return token


def control(live: Live, path: str, body: object, sandbox: str = "default") -> httpx.Response:
    """A call of the control API."""
    return httpx.post(f"{live.origin}/_emulator/sandboxes/{sandbox}/{path}", json=body)


def open_module(host: Host, live: Live, token: str, module: str, path: str = "") -> list[Message]:
    """What the page heard when it had opened a module."""
    host.open(zeroHashAppsURL=f"{live.origin}{path}/sdk/zerohash", jwt=token, module=module)
    return host.wait_for(2)


def test_a_module_opens(live: Live, host: Host) -> None:
    """The host hears that it is ready and loaded; the page shows whom and what the token names."""
    heard = open_module(host, live, mint(live, permissions=["fwc"]), "fund")
    assert heard == [{"type": "SDK_MOBILE_READY"}, {"type": "FUND_APP_LOADED"}]
    frame = host.frame
    expect(frame.get_by_role("status")).to_contain_text("The token opens this module")
    shown = frame.locator("#facts").inner_text()
    assert re.search(r"User\s+CUST01\s+Platform\s+FAKE01, ACME Limited\s", shown)
    assert re.search(r"Module\s+fund, needs fwc\s+Permissions\s+fwc\s", shown)
    assert json.loads(frame.locator("#payload").inner_text())["participant_code"] == "CUST01"
    expect(frame.locator("header")).to_contain_text("Not zerohash's web app")
    expect(frame.locator("#target")).to_have_text(f"Goes to the page around this frame, at {APP}.")
    assert frame.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(
    ("module", "permission", "sent"),
    [
        ("fund", "fwc", {"completed": "FUND_COMPLETED", "closed": "FUND_CLOSE_BUTTON_CLICKED"}),
        (
            "crypto-account-link",
            "crypto-account-link",
            {"account linked": "CRYPTO_ACCOUNT_LINK_EXTERNAL_ACCOUNT_CREATED"},
        ),
        ("onboarding", "onboarding", {"pending approval": "ONBOARDING_PENDING_APPROVAL"}),
        ("payouts", "crypto-payouts", {"failed": "PAYOUTS_FAILED", "loaded": "PAYOUTS_APP_LOADED"}),
    ],
)
def test_a_developer_sends_the_events(
    live: Live, host: Host, module: str, permission: str, sent: dict[str, str]
) -> None:
    """Each button sends its message to the host, which hears it as the SDK's."""
    open_module(host, live, mint(live, permissions=[permission]), module)
    for name in sent:
        host.frame.get_by_role("button", name=f"Send {name}").click()
    heard = host.wait_for(2 + len(sent))
    assert [message["type"] for message in heard[2:]] == list(sent.values())


def test_guessed_messages_are_marked(live: Live, host: Host) -> None:
    """Beside each button stands whether its message is documented."""
    open_module(host, live, mint(live, permissions=["fwc"]), "fund")
    assert host.frame.locator("#events .mark").all_inner_texts() == ["documented"] * 4
    host.page.evaluate("say('OPEN_MODAL', {jwt: 'x', appIdentifier: 'pay'})")
    host.wait_for(3)
    assert host.frame.locator("#events .mark").all_inner_texts() == ["guessed"] * 4


def test_a_refused_token_fails_the_module(live: Live, host: Host) -> None:
    """Without the module's permission the host hears of a failure, and the page says which."""
    heard = open_module(host, live, mint(live, permissions=["crypto-buy"]), "fund")
    why = "fund needs the permission fwc; the token has crypto-buy."
    payload = {"errorCode": "auth_error", "reason": why}
    assert heard[1] == {"type": "FUND_FAILED", "payload": payload}
    status = host.frame.get_by_role("status")
    expect(status).to_contain_text("Refused: the permission for this module is missing")
    expect(status).to_contain_text(why)


def test_checking_again(live: Live, host: Host) -> None:
    """What happens to an open module's token shows when it is checked again."""
    httpx.post(f"{live.origin}/_emulator/sandboxes", json={"id": "moving"})
    minted = control(live, "tokens", {"provider": "zerohash"}, "moving").json()["token"]
    open_module(host, live, minted, "crypto-buy")
    control(live, "clock/advance", {"by": "61m"}, "moving")
    host.frame.get_by_role("button", name="Check again").click()
    expect(host.frame.get_by_role("status")).to_contain_text("Refused: expired")
    expect(host.frame.locator("#facts")).to_contain_text("ago on the sandbox's clock")


def test_the_host_closes_the_module(live: Live, host: Host) -> None:
    """Asked to close, the page forgets the token."""
    open_module(host, live, mint(live, permissions=["fwc"]), "fund")
    host.page.evaluate("say('CLOSE_MODAL', {appIdentifier: 'fund'})")
    expect(host.frame.get_by_role("status")).to_have_text("Closed by the host page")
    expect(host.frame.locator("#token")).to_be_hidden()


def test_a_sandbox_by_its_path(live: Live, host: Host) -> None:
    """A page that is set to a sandbox's path asks that sandbox."""
    heard = open_module(host, live, mint(live, permissions=["fwc"]), "fund", "/_s/other")
    assert heard[1]["type"] == "FUND_FAILED"
    expect(host.frame.get_by_role("status")).to_contain_text("Refused: another issuer's token")


def test_the_sdks_own_host_is_answered(live: Live, host: Host) -> None:
    """A page that leaves the address alone gets the stand-in, when a test answers its host."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        route.fulfill(response=route.fetch(url=f"{live.origin}/sdk/zerohash{path}"))

    host.page.route("https://web-sdk.cert.zerohash.com/**", answer)
    host.open(
        zeroHashAppsURL="https://web-sdk.cert.zerohash.com",
        jwt=mint(live, permissions=["fwc"]),
        module="fund",
    )
    assert host.wait_for(2)[1] == {"type": "FUND_APP_LOADED"}


def test_hostile_claims_stay_texts(live: Live, host: Host) -> None:
    """Markup in every claim is shown as it is: nothing of it runs, no element comes of it."""
    claims = {
        "participant_code": HOSTILE,
        "platform_code": HOSTILE,
        "permissions": [HOSTILE, "fwc"],
        "payload": {HOSTILE: HOSTILE, "platform_name": HOSTILE},
        "jti": HOSTILE,
        "exp": HOSTILE,
    }
    minted = control(live, "tokens", {"provider": "zerohash", "claims": claims})
    token = minted.json()["token"] if minted.is_success else forge(claims)
    open_module(host, live, token, "fund")
    facts = host.frame.locator("#facts").inner_text()
    assert facts.count(HOSTILE) >= 4
    assert host.frame.locator("#payload").inner_text().count("onerror") == 3
    assert host.frame.locator("img, main script").count() == 0


def test_a_hostile_module_stays_a_text(live: Live, host: Host) -> None:
    """So is a module's name, in the heading, the title, the verdict and the log."""
    host.open(zeroHashAppsURL=f"{live.origin}/sdk/zerohash/", jwt="a.b.c", module=HOSTILE)
    expect(host.frame.get_by_role("log")).to_contain_text(f"OPEN_MODAL {HOSTILE}")
    expect(host.frame.locator("h1")).to_contain_text("onerror")
    assert host.frame.locator("img, main script").count() == 0


def test_only_the_host_is_heard(live: Live, host: Host) -> None:
    """What another window says, or what has no known type, opens nothing."""
    open_module(host, live, mint(live, permissions=["fwc"]), "fund")
    stranger = """(origin) => new Promise((done) => {
      const other = document.createElement("iframe");
      other.srcdoc = "<p>stranger";
      other.onload = () => {
        const ask = { type: "OPEN_MODAL", payload: { jwt: "x", appIdentifier: "pay" } };
        const script = other.contentDocument.createElement("script");
        script.textContent = `parent.frames[0].postMessage(${JSON.stringify(ask)}, "*")`;
        other.contentDocument.body.append(script);
        setTimeout(done, 100);
      };
      document.body.append(other);
    })"""
    host.page.evaluate(stranger)
    host.page.evaluate("say('NONE_OF_OURS', {jwt: 'x', appIdentifier: 'pay'})")
    expect(host.frame.locator("h1")).to_have_text("Fund")
    assert host.frame.get_by_role("log").get_by_text("from the host").count() == 1


def test_a_page_opened_by_hand(live: Live, browser: Browser) -> None:
    """Without a host there is a form; a token in the address is used and leaves it."""
    page = browser.new_page()
    page.goto(f"{live.origin}/sdk/zerohash/fund")
    expect(page.locator("#module")).to_have_value("fund")
    page.locator("#jwt").fill(mint(live, permissions=["fwc"]))
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("status")).to_contain_text("The token opens this module")
    expect(page.locator("#target")).to_contain_text("No page opened this one")
    token = mint(live, permissions=["crypto-buy"])
    page.goto(f"{live.origin}/sdk/zerohash/crypto-buy?jwt={token}")
    expect(page.get_by_role("status")).to_contain_text("The token opens this module")
    assert page.url == f"{live.origin}/sdk/zerohash/crypto-buy"
    page.close()


@pytest.mark.parametrize("shell", ["NativeIOS", "NativeAndroid", "ReactNativeWebView"])
def test_native_shells_hear_texts(live: Live, browser: Browser, shell: str) -> None:
    """A native shell is told JSON texts, and asks from within the page."""
    page = browser.new_page()
    bridge = "{ postMessage: (text) => (window.heard ??= []).push(JSON.parse(text).type) }"
    at = (
        "webkit = { messageHandlers: { NativeIOS: %s } }"
        if shell == "NativeIOS"
        else f"{shell} = %s"
    )
    page.add_init_script("window." + at % bridge)
    page.goto(f"{live.origin}/sdk/zerohash/")
    payload = {"jwt": mint(live, permissions=["fwc"]), "appIdentifier": "fund"}
    page.evaluate("(payload) => postMessage({ type: 'OPEN_MODAL', payload })", payload)
    expect(page.get_by_role("log")).to_contain_text('to the native shell: {"type":"FUND_APP')
    assert page.evaluate("window.heard") == ["SDK_MOBILE_READY", "FUND_APP_LOADED"]
    page.close()


def forge(claims: Message) -> str:
    """A token that nobody signed."""
    parts = ({"alg": "RS256"}, claims)
    texts = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*texts, "eA"))
