"""Bodies that can not be read, and the hints for those that break the rules."""

import json
from typing import Any

import pytest

from emulator.core.decisions import Refusal
from emulator.providers.zerohash.wire.bodies import Reading, parse_body, read_body
from emulator.providers.zerohash.wire.shapes import ClientAuthToken
from tests.providers.zerohash.samples import (
    NO_OBJECT,
    PAYINS_EXAMPLE,
)


def read(body: object) -> Reading[ClientAuthToken]:
    """A mint's body as it is read."""
    return read_body(ClientAuthToken, json.dumps(body).encode())


def refused(body: bytes, shape: type[ClientAuthToken] = ClientAuthToken) -> Refusal:
    """The refusal of a body that is no object at all."""
    with pytest.raises(Refusal) as caught:
        parse_body(shape, body)
    return caught.value


@pytest.mark.parametrize(("body", "error", "words"), NO_OBJECT)
def test_a_body_that_is_no_object_is_one_failure(body: bytes, error: str, words: str) -> None:
    """What can't be read is told in one line, its likely cause in the hint."""
    refusal = refused(body)
    assert refusal.row.name == "validation"
    assert refusal.values == {"errors": [error]}
    assert words in refusal.hint


def test_the_payins_example_is_no_json() -> None:
    """The published example can't be read, and the hint says what is wrong with it."""
    assert "// comment" in refused(PAYINS_EXAMPLE).hint
    without_comment = PAYINS_EXAMPLE.replace(b" // optional", b"")
    assert "comma is missing" in refused(without_comment).hint
    mended = without_comment.replace(b'"MERCH01"', b'"MERCH01",')
    assert read_body(ClientAuthToken, mended).body is not None


TRAPS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"permissions": ["crypto-acccount-link"]}, "crypto-account-link"),
    ({"permissions": ["fiat deposits"]}, "fiat-deposits"),
    ({"permissions": ["account-funding"]}, "the permission fwc"),
    ({"permissions": ["fund"]}, "the permission fwc"),
    ({"permissions": ["pay"]}, "the permission crypto-pay"),
    ({"permissions": ["payouts"]}, "the permission crypto-payouts"),
    ({"permissions": ["profile"]}, "the permission participant-profile"),
    ({"permissions": ["Crypto_Buy"]}, "nearest permission is crypto-buy"),
    ({"permissions": ["crypto-withdrawal"]}, "nearest permission is crypto-withdrawals"),
    ({"permissions": ["zzzzzz"]}, ""),
    ({"permissions": "fwc"}, "permissions is an array"),
    ({"participant_code": "MERCH01"}, "exactly 6 characters"),
    ({"payment_details": {"purchase_amount": 250, "denominated_currency": "USD"}}, "Amounts are"),
    ({"deposit_details": {"deposit_amount": "250.00"}}, "needs account_label"),
    ({"deposit_details": {"account_label": "x", "denominated_currency": "EUR"}}, "Only USD"),
    ({"participantCode": "CUST01", "permissions": ["x"]}, "snake case: participant_code"),
    ({"permissions": ["x"] * 10_000}, ""),
)


@pytest.mark.parametrize(("fields", "words"), TRAPS)
def test_a_trap_gets_a_hint(fields: dict[str, Any], words: str) -> None:
    """What people copy from the provider's pages is refused with the right name beside it."""
    reading = read({"participant_code": "CUST01", "permissions": ["fwc"], **fields})
    assert reading.body is None
    assert words in reading.hint
    assert reading.hint.isascii()
    assert len(reading.hint) <= 300
    assert bool(reading.hint) is bool(words)


def test_only_the_first_failures_are_looked_at_for_a_cause() -> None:
    """A body with very many failures is not searched to its end."""
    near, far = ["x"] * 5 + ["fund"], ["x"] * 50 + ["fund"]
    assert "the permission fwc" in read({"permissions": near}).hint
    assert not read({"permissions": far}).hint
