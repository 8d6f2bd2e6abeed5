"""Plain values between a test and the control API."""

from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from emulator.edge.wire import Send
from emulator.signing import sign_message
from emulator.testing import ControlError, Emulator, Sandbox, connect_async
from emulator.testing.calls import Calls
from emulator.testing.expectations import explain_verdict
from emulator.testing.records import Health, Verdict
from emulator.testing.report import count_calls, tell_sandbox
from emulator.testing.seats import Zerohash, encode_body
from emulator.testing.wire import Json, Span, as_list, as_object, read, render_duration, render_time

SEAT = Zerohash("http://localhost/zerohash", "FakeKey", "ZmFrZQ==", "fake-passphrase")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ("10m", "10m"),
        (600, "PT600S"),
        (0.25, "PT0.25S"),
        (timedelta(minutes=-1), "-PT60S"),
        (1e-7, "PT0S"),
    ],
)
def test_a_duration_is_written(span: Span, text: str) -> None:
    """As ISO 8601, whatever it was; a text stays as it is."""
    assert render_duration(span) == text


def test_a_time_is_written_in_utc() -> None:
    """One without a zone is taken for UTC."""
    assert render_time(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == (
        "2026-01-01T00:00:00Z"
    )
    assert render_time(datetime(2026, 1, 1)) == "2026-01-01T00:00:00Z"  # noqa: DTZ001 - the point


def test_what_is_not_as_it_should_be_is_said_so() -> None:
    """A value of another shape, and a record that lacks a field."""
    with pytest.raises(TypeError, match="object was expected"):
        as_object([])
    with pytest.raises(TypeError, match="array was expected"):
        as_list({})
    with pytest.raises(TypeError, match="version"):
        read(Health, {"status": "ok"})


def test_what_a_newer_emulator_says_besides_is_left_out() -> None:
    """An old client goes on with it."""
    told = read(Health, {"status": "ok", "version": "9", "providers": [], "more": 1})
    assert told == Health("ok", "9", [])


def test_a_signature_has_the_time_that_it_is_told() -> None:
    """As a number or a datetime; real time otherwise."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    signed = SEAT.sign("post", "/client_auth_token", {"a": 1}, at=at)
    assert signed["X-SCX-TIMESTAMP"] == "1767225600"
    assert signed == SEAT.sign("POST", "/client_auth_token", b'{"a":1}', at=1767225600)
    assert signed == SEAT.sign("POST", "/client_auth_token", '{"a":1}', at=1767225600.9)
    assert "Content-Type" not in SEAT.sign("GET", "/participants")


def test_a_mapping_is_signed_as_httpx_writes_it() -> None:
    """Byte for byte, or the signature would not hold."""
    body = {"name": "Zoë", "of": [1, 2.5, None, {"a": True}]}
    assert encode_body(body) == httpx.Request("POST", "http://localhost", json=body).content


def test_a_secret_that_is_no_base64_is_taken_as_it_is() -> None:
    """As the emulator takes it."""
    assert sign_message(b"message", "no base64!") != sign_message(b"message", "ZmFrZQ==")


def test_a_verdict_is_told() -> None:
    """What was masked is not told as absent."""
    miss: Json = {"path": "pin", "expected": "1234", "masked": True}
    nearest: Json = {"call": "call_1", "operation": "highnote.ping", "differences": [miss]}
    verdict = Verdict("unknown", "1 call may fit", 0, nearest=[nearest])
    assert list(explain_verdict("highnote.ping", verdict)) == [
        "highnote.ping: 1 call may fit",
        "  call_1 highnote.ping: pin is masked",
    ]


def test_a_fault_whose_match_fits_none_is_told(sandbox: Sandbox) -> None:
    """The calls came here, but were others."""
    sandbox.fail("usegrant.listProviders", error="internal", match={"header:accept": "no/such"})
    url = f"{sandbox.usegrant.base_url}/v1/providers"
    httpx.get(url, headers=sandbox.usegrant.headers)
    assert "its `match` fits none of the calls" in tell_sandbox(sandbox)


def test_a_sandbox_that_is_gone_had_no_calls(running: Emulator) -> None:
    """Another test's may be dropped while the report is written."""
    assert count_calls(Calls(running.sender, "/sandboxes/gone/calls", "usegrant.createToken")) == 0
    with pytest.raises(ControlError, match="Bad sandbox id"):
        count_calls(Calls(running.sender, "/sandboxes/NO/calls", "usegrant.createToken"))


def test_a_sandbox_that_stays_can_not_be_dropped(running: Emulator) -> None:
    """Whoever drops `default` is told, and told once more where it is gone already."""
    with pytest.raises(ControlError, match="default"):
        running.sandboxes.get().drop()
    made = running.sandboxes.create()
    made.drop()
    made.drop()


def test_a_token_is_minted_with_claims_and_a_defect(sandbox: Sandbox) -> None:
    """Both are laid over what the provider does."""
    token = sandbox.tokens.mint("usegrant", {"tier": "gold"}, defect="wrong_issuer")
    assert token.claims["tier"] == "gold"
    assert not sandbox.tokens.introspect(token).active


def test_an_opaque_token_is_found_by_its_text(sandbox: Sandbox) -> None:
    """Hyperswitch's tokens are no JWTs."""
    token = sandbox.tokens.mint("hyperswitch")
    assert sandbox.tokens.revoke(token.token).status == "revoked"


@pytest.mark.anyio
async def test_closing_what_is_awaited_is_harmless() -> None:
    """There is nothing to close: it may stand in a `with` all the same."""
    with connect_async("http://127.0.0.1:1") as emulator:
        assert emulator.url == "http://127.0.0.1:1"


@pytest.mark.anyio
async def test_an_answer_that_is_no_json_is_no_emulators() -> None:
    """It is told as such, with its status."""

    async def refuse(scope: object, receive: object, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 502, "headers": []})
        await send({"type": "http.response.body", "body": b"<h1>Bad Gateway"})

    emulator = connect_async("http://localhost", app=refuse)
    with pytest.raises(ControlError, match=r"HTTP 502.*is it one"):
        await emulator.health()
