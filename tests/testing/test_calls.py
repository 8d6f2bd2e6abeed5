"""What a test asks of the calls that its sandbox got."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest

from emulator.testing import Sandbox
from tests.testing.minting import ask_highnote, ask_zerohash

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINT = "zerohash.client_auth_token"
MINT_CARD = "highnote.generatePaymentCardClientToken"


def test_calls_are_asserted(sandbox: Sandbox) -> None:
    """One call with these values is found, by exact values and by a pattern."""
    httpx.request(**ask_zerohash(sandbox))
    calls = sandbox.calls(MINT)
    assert calls.assert_called_once_with({"participant_code": "CUST*"}).status == 201
    calls.assert_called({"permissions.0": "crypto-buy", "status": 201}, times=1)
    calls.assert_not_called({"participant_code": "CUST02"})
    sandbox.calls("zerohash.revoke_auth_token").assert_not_called()
    assert calls.count() == 1


def test_more_calls_than_a_page_has_are_counted(sandbox: Sandbox) -> None:
    """A page has 1,000 at most."""
    seat = sandbox.usegrant
    with httpx.Client(headers=seat.headers) as client:
        for _ in range(1001):
            client.get(f"{seat.base_url}/v1/providers")
    assert sandbox.calls("usegrant.listProviders").count() == 1001
    assert sandbox.calls().count() == 1001


def test_a_graphql_call_is_asserted_by_its_variables(sandbox: Sandbox) -> None:
    """Paths begin at the variables, whatever the document is."""
    httpx.request(**ask_highnote(sandbox))
    sandbox.calls(MINT_CARD).assert_called_once_with(
        {"input.paymentCardId": sandbox.highnote.payment_card_id}
    )


def test_a_failed_assertion_names_the_nearest_calls(sandbox: Sandbox) -> None:
    """It says how many there were, and how each differs from what was expected."""
    httpx.request(**ask_zerohash(sandbox))
    calls = sandbox.calls(MINT)
    with pytest.raises(AssertionError, match="participant_code is 'CUST01', not 'CUST02'"):
        calls.assert_called_once_with({"participant_code": "CUST02"})
    with pytest.raises(AssertionError, match=r"no\.such is absent"):
        calls.assert_called({"no.such": 1})
    with pytest.raises(AssertionError, match=MINT):
        calls.assert_not_called()
    with pytest.raises(AssertionError, match="never called"):
        sandbox.calls(MINT_CARD).last()
    httpx.request(**ask_zerohash(sandbox))
    with pytest.raises(AssertionError, match=MINT):
        calls.assert_called_once_with({"participant_code": "CUST01"})
    calls.assert_called(times=2)


def test_an_order_is_asserted(sandbox: Sandbox) -> None:
    """Calls came one after another, whatever lay between them."""
    httpx.request(**ask_highnote(sandbox))
    httpx.request(**ask_zerohash(sandbox))
    sandbox.calls().assert_order(MINT_CARD, (MINT, {"participant_code": "CUST01"}))
    with pytest.raises(AssertionError, match="order"):
        sandbox.calls().assert_order(MINT, MINT_CARD)


def test_a_call_that_is_yet_to_come_is_waited_for(sandbox: Sandbox) -> None:
    """The assertion begins before the call ends, and ends with it, long before its time is up."""
    sandbox.fail(MINT, delay="300ms")
    with ThreadPoolExecutor(1) as pool:
        asserted = pool.submit(sandbox.calls(MINT).assert_called_once_with, wait="30s")
        httpx.request(**ask_zerohash(sandbox))
        assert asserted.result(timeout=20).status == 201


def test_calls_of_no_operation_can_not_be_asserted(sandbox: Sandbox) -> None:
    """It says what is missing."""
    with pytest.raises(ValueError, match="which operation"):
        sandbox.calls().assert_called()


def test_what_the_journal_forgot_is_not_asserted(sandbox: Sandbox) -> None:
    """The verdict can be had as a value too."""
    httpx.request(**ask_zerohash(sandbox))
    verdict = sandbox.calls(MINT).verify({"participant_code": "CUST01"}, exact=1)
    assert (verdict.verified, verdict.matched, verdict.evicted) == (True, 1, False)
    later = sandbox.calls(MINT).verify(at_least=1, since=sandbox.calls(MINT).last())
    assert later.verified is False


def test_a_call_is_explained(sandbox: Sandbox) -> None:
    """Why it was refused, and what to do about it."""
    request = ask_zerohash(sandbox)
    httpx.request(**{**request, "headers": {**request["headers"], "X-SCX-SIGNED": "wrong"}})
    told = sandbox.calls().explain(sandbox.calls(MINT).last())
    assert told.refusal
    assert told.what_to_do
    sandbox.calls().clear()
    assert sandbox.calls().count() == 0


def test_calls_since_a_call_are_those_after_it(sandbox: Sandbox) -> None:
    """A call marks a place in the journal."""
    httpx.request(**ask_zerohash(sandbox))
    before = sandbox.calls(MINT).last()
    httpx.request(**ask_zerohash(sandbox))
    assert len(sandbox.calls(MINT).list(since=before)) == 1
    assert len(sandbox.calls(MINT).list(since=NEW_YEAR, status=201)) == 2


def test_calls_are_exported(sandbox: Sandbox) -> None:
    """As an HTTP Archive of all of them."""
    httpx.request(**ask_zerohash(sandbox))
    log = sandbox.calls().har()["log"]
    assert isinstance(log, dict)
    assert log["version"] == "1.2"
