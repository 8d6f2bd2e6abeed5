"""The PIN input and the document upload in Chromium, in a page as documented."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Frame, expect

from tests.clients.browsing import CHROMIUM, Host, Told, browse
from tests.graphql import (
    CARD,
    CARD_SUSPENDED,
    OTHER_CARD,
    SESSION,
    SUBMITTED_SESSION,
    basic,
)
from tests.live import Live

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools"),
]

# A page that uses an SDK by its documented options and callbacks.
HEAD = """<!DOCTYPE html><title>app</title><body><div id="place"></div><script type="module">
const given = new URLSearchParams(location.search);
window.heard = [];
const note = (name) => (...told) => heard.push([name, ...told]);
const at = (name) => import(given.get("api") + name);
"""
PIN = (
    HEAD
    + """const { renderFields } = await at("/secure-inputs/1.3.0/index.js");
const styles = { color: "rgb(1, 2, 3)", "::placeholder": { color: "red" }, "}body{": { x: 1 } };
window.sdk = await renderFields({
  clientToken: given.get("token"),
  elements: { pin: { selector: "#place", paymentCardId: given.get("id"), styles } },
  onInput: note("input"), onError: note("error"), onSuccess: note("success"),
});
</script>"""
)
UPLOAD = (
    HEAD
    + """const { initializeDocumentUploadSdk } = await at("/document-upload/1.1.2/index.js");
window.sdk = await initializeDocumentUploadSdk({
  clientToken: given.get("token"), documentUploadSessionId: given.get("id"),
  documentUploadComponent: { selector: given.get("selector") ?? "#place" },
  onError: note("error"), onLoad: () => heard.push(["load"]), onSuccess: note("success"),
});
</script>"""
)
PDF = {"name": "<img src=x onerror=alert(1)>.pdf", "mimeType": "application/pdf"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with browse() as opened:
        yield opened


@pytest.fixture
def pin(browser: Browser) -> Iterator[Host]:
    """A page with a PIN input."""
    page = browser.new_page()
    yield Host(page, PIN)
    page.close()


@pytest.fixture
def upload(browser: Browser) -> Iterator[Host]:
    """A page with a document upload."""
    page = browser.new_page()
    yield Host(page, UPLOAD)
    page.close()


def mint(live: Live, sandbox: str, mutation: str, **given: object) -> str:
    """A client token of a sandbox, minted with its API key."""
    query = (
        f"mutation M($input: {mutation[0].upper()}{mutation[1:]}Input!) "
        f"{{ {mutation}(input: $input) {{ ... on ClientToken {{ value }} }} }}"
    )
    answer = httpx.post(
        f"{live.origin}/_s/{sandbox}/highnote/graphql",
        json={"query": query, "variables": {"input": given}},
        headers={"Authorization": basic()},
    )
    value: str = answer.json()["data"][mutation]["value"]
    return value


def open_pin(host: Host, live: Live, card: str = CARD, of: str = CARD) -> Frame:
    """The frame of a PIN input for a card, with a token `of` one."""
    permissions = ["SET_PAYMENT_CARD_PIN"]
    token = mint(
        live,
        "pins",
        "generatePaymentCardClientToken",
        paymentCardId=of,
        permissions=permissions,
    )
    host.open(api=f"{live.origin}/highnote", token=token, id=card)
    expect(host.page.frame_locator("iframe").locator("#pin")).to_be_visible()
    host.page.wait_for_function("window.sdk")
    return host.frame


def enter(host: Host, frame: Frame, pin: str) -> list[Told]:
    """What the page heard after a PIN was entered and submitted, inputs left out."""
    frame.locator("#pin").fill(pin)
    host.page.evaluate("sdk.submit()")
    host.page.wait_for_function("heard.some(([name]) => name !== 'input')")
    heard: list[Told] = host.page.evaluate("heard.filter(([name]) => name !== 'input')")
    return heard


def test_a_pin_is_set(live: Live, pin: Host) -> None:
    """The page hears of input and success, never the PIN; the card's history has a new entry."""
    frame = open_pin(pin, live)
    assert enter(pin, frame, "4711") == [["success", "pin"]]
    assert "4711" not in pin.page.evaluate("JSON.stringify(heard)")
    assert pin.page.evaluate("heard[0].slice(0, 2)") == ["input", "pin"]
    expect(frame.locator("#pin")).to_have_value("")
    calls = httpx.get(f"{live.origin}/_emulator/sandboxes/pins/calls").text
    assert "setPinForPaymentCard" in calls
    assert '"4711"' not in calls
    pin.page.evaluate("sdk.unmount()")
    expect(pin.page.locator("iframe")).to_have_count(0)
    assert pin.trouble == []


def test_the_pin_input_wears_the_pages_styles(live: Live, pin: Host) -> None:
    """Its styles go to the input and to nothing else, whatever their names say."""
    frame = open_pin(pin, live)
    expect(frame.locator("#pin")).to_have_css("color", "rgb(1, 2, 3)")
    assert frame.evaluate("document.adoptedStyleSheets[0].cssRules.length") == 2
    expect(frame.get_by_label("Card PIN, 4 digits")).to_be_visible()


def test_a_short_pin(live: Live, pin: Host) -> None:
    """It is the frame's to say: the API is not asked."""
    (error,) = enter(pin, open_pin(pin, live), "12")
    told = {"name": "SecureInputsFieldInputError", "field": "pin"}
    assert error == ["error", {**told, "message": "The PIN must be 4 digits."}]


@pytest.mark.parametrize(("card", "of"), [(CARD_SUSPENDED, CARD_SUSPENDED), (OTHER_CARD, CARD)])
def test_a_pin_that_is_refused(live: Live, pin: Host, card: str, of: str) -> None:
    """What the API refuses is a SecureInputsRequestError, with the id of the request."""
    ((kind, error),) = enter(pin, open_pin(pin, live, card, of), "4711")
    assert (kind, error["name"], error["field"]) == ("error", "SecureInputsRequestError", "pin")
    assert error["message"]
    assert len(error["context"]["requestId"]) == 36


def test_an_expired_token_sets_no_pin(live: Live, pin: Host) -> None:
    """It is an InvalidCredentialError."""
    frame = open_pin(pin, live)
    clock = f"{live.origin}/_emulator/sandboxes/pins/clock"
    httpx.post(f"{clock}/advance", json={"by": "11m"})
    ((kind, error),) = enter(pin, frame, "4711")
    assert (kind, error["name"]) == ("error", "InvalidCredentialError")
    assert len(error["context"]["requestId"]) == 36


def open_upload(host: Host, live: Live, session: str, sandbox: str, **given: str) -> None:
    """Open the upload for a session."""
    token = mint(
        live,
        sandbox,
        "generateDocumentUploadClientToken",
        documentUploadSessionId=session,
        permissions=["MANAGE_DOCUMENT_UPLOAD_SESSION"],
    )
    host.open(**{"api": f"{live.origin}/highnote", "token": token, "id": session, **given})


def test_a_document_is_uploaded(live: Live, upload: Host) -> None:
    """The session is started, the file put, the session ended; a hostile name stays a text."""
    open_upload(upload, live, SESSION, "docs")
    assert upload.wait_for(1) == [["load"]]
    page = upload.page
    expect(page.get_by_text("Stand-in made by the token emulator")).to_be_visible()
    page.get_by_label("Document").select_option("PASSPORT")
    page.get_by_label("File").set_input_files({**PDF, "buffer": b"%PDF-1.7 a passport"})  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("listitem")).to_have_text(f"Passport: {PDF['name']}")
    assert page.locator("#place img").count() == 0
    page.get_by_role("button", name="Finish").click()
    assert upload.wait_for(2)[1] == ["success", True]
    expect(page.get_by_role("status")).to_have_text("The session has ended.")
    page.evaluate("sdk.unmount()")
    assert page.locator("#place").inner_html() == ""
    assert upload.trouble == []


def test_a_file_of_another_kind(live: Live, upload: Host) -> None:
    """What the upload refuses is a DocumentUploadRequestError, and the next file may do."""
    open_upload(upload, live, SESSION, "docs2")
    upload.wait_for(1)
    page = upload.page
    text = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"text"}
    page.get_by_label("File").set_input_files(text)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    name, error = upload.wait_for(2)[1]
    assert (name, error["name"]) == ("error", "DocumentUploadRequestError")
    expect(page.get_by_role("status")).to_have_text("a.txt was not uploaded.")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()


def test_a_session_that_is_over(live: Live, upload: Host) -> None:
    """A session that can't be started is told, and nothing is offered."""
    open_upload(upload, live, SUBMITTED_SESSION, "docs3")
    name, error = upload.wait_for(1)[0]
    assert (name, error["name"]) == ("error", "DocumentUploadRequestError")
    expect(upload.page.get_by_role("status")).to_have_text("The session can't be started.")


def test_a_page_without_the_element(live: Live, upload: Host) -> None:
    """Wrong options are a DocumentUploadConfigError."""
    open_upload(upload, live, SESSION, "docs4", selector="#nowhere")
    name, error = upload.wait_for(1)[0]
    assert (name, error["name"]) == ("error", "DocumentUploadConfigError")


def test_an_expired_token_uploads_nothing(live: Live, upload: Host) -> None:
    """It is an InvalidCredentialError, with the id of the request."""
    open_upload(upload, live, SESSION, "docs5")
    upload.wait_for(1)
    httpx.post(f"{live.origin}/_emulator/sandboxes/docs5/clock/advance", json={"by": "11m"})
    assert upload.page.evaluate("sdk.endSession()") is False
    name, error = upload.wait_for(2)[1]
    assert (name, error["name"]) == ("error", "InvalidCredentialError")
    assert len(error["context"]["requestId"]) == 36


def test_the_page_to_try_it_on(live: Live, browser: Browser) -> None:
    """Opened by itself, with session and token in its address, it shows what a host is told."""
    token = mint(
        live,
        "docs6",
        "generateDocumentUploadClientToken",
        documentUploadSessionId=SESSION,
        permissions=["MANAGE_DOCUMENT_UPLOAD_SESSION"],
    )
    page = browser.new_page()
    page.goto(f"{live.origin}/document-upload/1.1.2/index.html#session={SESSION}&token={token}")
    expect(page.get_by_role("log")).to_have_text("onLoad")
    assert "token" not in page.url
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("log")).to_contain_text("No document was uploaded")
    page.close()
