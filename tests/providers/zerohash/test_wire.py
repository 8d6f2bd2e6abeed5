"""Bodies: every rule of every field, broken alone and all together, worded as the provider does."""

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from emulator.core.decisions import Json, Refusal
from emulator.edge.body import MAX_DEPTH
from emulator.providers.zerohash.state import PERMISSIONS, Permission
from emulator.providers.zerohash.wire.bodies import Reading, parse_body, read_body
from emulator.providers.zerohash.wire.headers import request_id
from emulator.providers.zerohash.wire.privacy import mask_route, mask_text
from emulator.providers.zerohash.wire.shapes import ClientAuthToken, Customer, RevokeAuthToken

# Every field that any variant accepts, each right.
FULL: Mapping[str, Any] = {
    "participant_code": "CUST01",
    "email": "jane.doe@example.com",
    "phone_number": "+15551234567",
    "otp_verified": "email",
    "reference_id": "a81bc81b-dead-4e5d-abff-90865d1e13b1",
    "merchant_participant_code": "MERCH01",
    "permissions": ["fwc", "crypto-deposits"],
    "withdrawal_details": {
        "quoted_asset": "USD",
        "withdrawal_request_amount": "125.55",
        "external_account_id": "00000000-0000-4000-8000-0000000000a1",
        "account_label": "custom_label",
    },
    "deposit_details": {
        "account_label": "funding_01",
        "external_wallet_address": "0xabc123",
        "deposit_amount": "250.00",
        "denominated_currency": "USD",
    },
    "payment_details": {"purchase_amount": "250.00", "denominated_currency": "USD"},
    "client_device_info": {"ip_address": "81.2.69.142", "location": "US-IL"},
    "custom_fees_and_spreads": {
        "crypto_buy": {
            "spread_bps": "50",
            "fees": [
                {"type": "bps", "amount": "20", "name": "platform_fee"},
                {"type": "notional", "amount": 3.25, "name": "platform_fee"},
            ],
        },
        "crypto_sell": {"spread_bps": 300, "fees": [{"type": "bps", "amount": 300}]},
    },
}

STRING, OBJECT, ARRAY = "must be string", "must be object", "must be array"
ONE_OF, REQUIRED = "must be equal to one of the allowed values", "is required"
FORMAT, NEGATIVE = "format is not valid", "must be >= 0"
WHOLE, NUMBER, NULL = "must be integer", "must be number", "must NOT be null"

MISSING = object()  # stands for a field taken away

# A path into the body, what is put there, and what is said of it.
BROKEN: tuple[tuple[str, Any, str], ...] = (
    ("permissions", MISSING, REQUIRED),
    ("permissions", "fwc", ARRAY),
    ("permissions", None, ARRAY),
    ("permissions", [], "must NOT have fewer than 1 items"),
    ("permissions/0", "FWC", ONE_OF),
    ("permissions/1", 5, ONE_OF),
    ("permissions/1", None, ONE_OF),
    ("participant_code", "CUST1", "must NOT have fewer than 6 characters"),
    ("participant_code", "CUST001", "must NOT have more than 6 characters"),
    ("participant_code", 123456, STRING),
    ("participant_code", None, STRING),
    ("email", 5, STRING),
    ("email", None, STRING),
    ("phone_number", 15551234567, STRING),
    ("otp_verified", "fax", ONE_OF),
    ("otp_verified", None, NULL),
    ("reference_id", "x" * 51, "must NOT have more than 50 characters"),
    ("reference_id", ["x"], STRING),
    ("merchant_participant_code", "", "must NOT have fewer than 1 characters"),
    ("merchant_participant_code", "x" * 51, "must NOT have more than 50 characters"),
    ("withdrawal_details", "USD", OBJECT),
    ("withdrawal_details", None, NULL),
    ("withdrawal_details/quoted_asset", MISSING, REQUIRED),
    ("withdrawal_details/quoted_asset", 1, STRING),
    ("withdrawal_details/withdrawal_request_amount", MISSING, REQUIRED),
    ("withdrawal_details/withdrawal_request_amount", 125.55, STRING),
    ("withdrawal_details/withdrawal_request_amount", "-1", NEGATIVE),
    ("withdrawal_details/withdrawal_request_amount", "much", FORMAT),
    ("withdrawal_details/external_account_id", MISSING, REQUIRED),
    ("withdrawal_details/account_label", 1, STRING),
    ("deposit_details", [], OBJECT),
    ("deposit_details/account_label", MISSING, REQUIRED),
    ("deposit_details/external_wallet_address", 1, STRING),
    ("deposit_details/deposit_amount", 250, STRING),
    ("deposit_details/deposit_amount", "1e3", FORMAT),
    ("deposit_details/deposit_amount", "NaN", FORMAT),
    ("deposit_details/deposit_amount", "1_000", FORMAT),
    ("deposit_details/denominated_currency", "EUR", ONE_OF),
    ("payment_details", 5, OBJECT),
    ("payment_details/purchase_amount", MISSING, REQUIRED),
    ("payment_details/purchase_amount", 250, STRING),
    ("payment_details/purchase_amount", "-0.01", NEGATIVE),
    ("payment_details/denominated_currency", MISSING, REQUIRED),
    ("client_device_info", "here", OBJECT),
    ("client_device_info/ip_address", MISSING, REQUIRED),
    ("client_device_info/location", MISSING, REQUIRED),
    ("client_device_info/location", 5, STRING),
    ("custom_fees_and_spreads", [], OBJECT),
    ("custom_fees_and_spreads/crypto_buy", None, NULL),
    ("custom_fees_and_spreads/crypto_buy/spread_bps", "1.5", WHOLE),
    ("custom_fees_and_spreads/crypto_buy/spread_bps", 1.5, WHOLE),
    ("custom_fees_and_spreads/crypto_buy/spread_bps", True, WHOLE),
    ("custom_fees_and_spreads/crypto_buy/spread_bps", -5, NEGATIVE),
    ("custom_fees_and_spreads/crypto_buy/fees", {}, ARRAY),
    ("custom_fees_and_spreads/crypto_buy/fees/0", "bps", OBJECT),
    ("custom_fees_and_spreads/crypto_buy/fees/0/type", "percent", ONE_OF),
    ("custom_fees_and_spreads/crypto_buy/fees/0/amount", "3.25", WHOLE),
    ("custom_fees_and_spreads/crypto_buy/fees/0/amount", 3.25, WHOLE),
    ("custom_fees_and_spreads/crypto_buy/fees/1/amount", "much", FORMAT),
    ("custom_fees_and_spreads/crypto_buy/fees/1/amount", True, NUMBER),
    ("custom_fees_and_spreads/crypto_buy/fees/1/amount", [], NUMBER),
    ("custom_fees_and_spreads/crypto_buy/fees/1/amount", -3.25, NEGATIVE),
    ("custom_fees_and_spreads/crypto_buy/fees/1/name", 5, STRING),
    ("custom_fees_and_spreads/crypto_sell/spread_bps", [], WHOLE),
)

# The same at once: one rule a field, told in the order of the fields.
ALL_AT_ONCE: tuple[tuple[str, Any, str], ...] = (
    ("permissions/0", "fund", ONE_OF),
    ("permissions/1", 5, ONE_OF),
    ("participant_code", "CUST001", "must NOT have more than 6 characters"),
    ("email", 5, STRING),
    ("phone_number", 5, STRING),
    ("otp_verified", "fax", ONE_OF),
    ("reference_id", "x" * 51, "must NOT have more than 50 characters"),
    ("merchant_participant_code", "", "must NOT have fewer than 1 characters"),
    ("withdrawal_details/quoted_asset", MISSING, REQUIRED),
    ("withdrawal_details/withdrawal_request_amount", 125.55, STRING),
    ("withdrawal_details/external_account_id", MISSING, REQUIRED),
    ("withdrawal_details/account_label", 1, STRING),
    ("deposit_details/account_label", MISSING, REQUIRED),
    ("deposit_details/external_wallet_address", 1, STRING),
    ("deposit_details/deposit_amount", "-1", NEGATIVE),
    ("deposit_details/denominated_currency", "EUR", ONE_OF),
    ("payment_details/purchase_amount", "x", FORMAT),
    ("payment_details/denominated_currency", MISSING, REQUIRED),
    ("client_device_info/ip_address", MISSING, REQUIRED),
    ("client_device_info/location", MISSING, REQUIRED),
    ("custom_fees_and_spreads/crypto_buy/spread_bps", "x", WHOLE),
    ("custom_fees_and_spreads/crypto_buy/fees/0/amount", "3.25", WHOLE),
    ("custom_fees_and_spreads/crypto_buy/fees/1/amount", "x", FORMAT),
    ("custom_fees_and_spreads/crypto_sell/spread_bps", None, WHOLE),
)


def break_body(*breaks: tuple[str, Any, str]) -> dict[str, Any]:
    """The full body with other values at some paths."""
    body: dict[str, Any] = json.loads(json.dumps(FULL))
    for path, value, _ in breaks:
        *parents, last = path.split("/")
        place: Any = body
        for parent in parents:
            place = place[int(parent) if isinstance(place, list) else parent]
        if value is MISSING:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = value
    return body


def read(body: object) -> Reading[ClientAuthToken]:
    """A mint's body as it is read."""
    return read_body(ClientAuthToken, json.dumps(body).encode())


def test_every_field_is_accepted_as_sent() -> None:
    """A body with every field of every variant is read, and comes out as it went in."""
    reading = read(FULL)
    assert reading.body is not None
    assert reading.body.sent() == FULL
    assert reading.errors == []


@pytest.mark.parametrize(("path", "value", "text"), BROKEN)
def test_a_broken_rule_is_told_alone(path: str, value: object, text: str) -> None:
    """One broken rule gives one error, with the field's path."""
    reading = read(break_body((path, value, text)))
    assert reading.body is None
    assert reading.errors == [f"body/{path} {text}"]


def test_all_broken_rules_are_told_together() -> None:
    """Every failure is listed, in the order of the fields."""
    expected = [f"body/{path} {text}" for path, _, text in ALL_AT_ONCE]
    assert read(break_body(*ALL_AT_ONCE)).errors == expected


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_permission_is_known(permission: str) -> None:
    """The fifteen of the schema and the two beside it are accepted."""
    assert read({"participant_code": "CUST01", "permissions": [permission]}).body is not None


def test_there_are_seventeen_permissions() -> None:
    """Fifteen in the schema's enum, crypto-deposits and recovery beside it."""
    assert len(PERMISSIONS) == 17
    assert set(get_args(Permission)) >= {"crypto-deposits", "recovery"}


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": ["fwc"]},
        {"permissions": ["fwc"], "unknown": {"deeply": [None]}},
        {"permissions": ["fwc", "fwc"], "custom_fees_and_spreads": {}},
        {"permissions": ["fwc"], "custom_fees_and_spreads": {"crypto_buy": {"fees": [{}]}}},
        {
            "permissions": ["fwc"],
            "custom_fees_and_spreads": {"crypto_buy": {"fees": [{"amount": "1.5"}]}},
        },
        {
            "permissions": ["fwc"],
            "custom_fees_and_spreads": {"crypto_buy": {"fees": [{"amount": 300, "type": "bps"}]}},
        },
        {"permissions": ["fwc"], "participant_code": "äöüßéè"},
        {"permissions": ["fwc"], "merchant_participant_code": "x" * 50, "reference_id": ""},
        {
            "permissions": ["fwc"],
            "payment_details": {"purchase_amount": "0", "denominated_currency": "EUR"},
        },
    ],
)
def test_what_no_schema_forbids_is_accepted(body: dict[str, Any]) -> None:
    """Unknown fields, fees without a type, other payment currencies and edge lengths pass."""
    reading = read(body)
    assert reading.errors == []
    assert reading.body is not None


def refused(body: bytes, shape: type[ClientAuthToken] = ClientAuthToken) -> Refusal:
    """The refusal of a body that is no object at all."""
    with pytest.raises(Refusal) as caught:
        parse_body(shape, body)
    return caught.value


NO_OBJECT: tuple[tuple[bytes, str, str], ...] = (
    (b"[]", "body must be object", ""),
    (b"null", "body must be object", ""),
    (b"5", "body must be object", ""),
    (b'"{}"', "body must be object", "serialised twice"),
    (b"\xff", "body is not UTF-8", ""),
    (b"\xef\xbb\xbf{}", "body is not valid JSON", "byte order mark"),
    (b'{"a":1,"a":2}', "body has a duplicate key", ""),
    (b'{"a":NaN}', "body is not valid JSON", ""),
    (b'{"a":1e400}', "body has a number that is out of range", ""),
    (b'{"a":' + b"9" * 30 + b"}", "body has a number that is out of range", ""),
    (b'{"a":"\\ud800"}', "body is not valid JSON", ""),
    (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "body is nested too deeply", ""),
    (b"[" * 100_000, "body is nested too deeply", ""),
    (b"{", "body is not valid JSON", ""),
    (b"{'participant_code': 'CUST01'}", "body is not valid JSON", "Python's repr"),
    (b'{"a": True}', "body is not valid JSON", "Python's repr"),
    (b'{"permissions":["fwc",]}', "body is not valid JSON", "comma before a closing bracket"),
    (b"participant_code=CUST01&permissions=fwc", "body is not valid JSON", "is a form"),
    (b'{"a":1}{"a":1}', "body is not valid JSON", ""),
)


@pytest.mark.parametrize(("body", "error", "words"), NO_OBJECT)
def test_a_body_that_is_no_object_is_one_failure(body: bytes, error: str, words: str) -> None:
    """What can't be read is told in one line, its likely cause in the hint."""
    refusal = refused(body)
    assert refusal.row.name == "validation"
    assert refusal.values == {"errors": [error]}
    assert words in refusal.hint


# The Payins page's own example, as far as it breaks JSON: a comment and a comma that is not there.
PAYINS_EXAMPLE = b"""{
  "participant_code": "CUST01",
  "permissions": ["crypto-pay"],
  "merchant_participant_code": "MERCH01" // optional
  "payment_details": {"purchase_amount": "250.00", "denominated_currency": "USD"}
}"""


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


CUSTOMER: Mapping[str, Any] = {
    "first_name": "New",
    "last_name": "Customer",
    "email": "new.customer@example.com",
    "address_one": "1 Main St.",
    "city": "Chicago",
    "jurisdiction_code": "US-IL",
    "date_of_birth": "1985-09-02",
    "citizenship_code": "US",
    "kyc": "pass",
    "kyc_timestamp": 1603378501286,
    "sanction_screening": "pass",
    "sanction_screening_timestamp": 1603378501286,
}


@pytest.mark.parametrize("field", CUSTOMER)
def test_every_field_of_a_new_customer_is_required(field: str) -> None:
    """Each missing field is told by its name."""
    body = {name: value for name, value in CUSTOMER.items() if name != field}
    reading = read_body(Customer, json.dumps(body).encode())
    assert reading.errors == [f"body/{field} {REQUIRED}"]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("first_name", "", "must NOT have fewer than 1 characters"),
        ("last_name", 5, STRING),
        ("email", "", FORMAT),
        ("email", "jane", FORMAT),
        ("email", "jane@example", FORMAT),
        ("email", "jane doe@example.com", FORMAT),
        ("date_of_birth", "02.09.1985", FORMAT),
        ("date_of_birth", "1985-09-٠٢", FORMAT),
        ("kyc", "maybe", ONE_OF),
        ("kyc_timestamp", "1603378501286", NUMBER),
        ("kyc_timestamp", True, NUMBER),
        ("sanction_screening", None, ONE_OF),
    ],
)
def test_a_new_customers_rules(field: str, value: object, text: str) -> None:
    """One broken rule of a customer gives one error."""
    reading = read_body(Customer, json.dumps({**CUSTOMER, field: value}).encode())
    assert reading.errors == [f"body/{field} {text}"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, ["body/token is required"]),
        ({"token": 5}, ["body/token must be string"]),
        ({"token": None}, ["body/token must be string"]),
    ],
)
def test_a_revocations_token(body: dict[str, object], errors: list[str]) -> None:
    """The token has to be there and be a string."""
    assert read_body(RevokeAuthToken, json.dumps(body).encode()).errors == errors


def test_an_empty_body_is_an_empty_object() -> None:
    """Nothing sent is told as what is missing."""
    assert read_body(RevokeAuthToken, b"").errors == ["body/token is required"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("7d444840-9dc0-11d1-b245-5ffdce74fad2", True),
        ("order:17/a+b=c_d.e-f", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("two words", False),
        ("é", False),
        ("a\r\nSet-Cookie: b", False),
        ("-x", False),
        ('"x"', False),
    ],
)
def test_a_request_id_is_taken_when_it_can_be_sent_back(given: str, *, taken: bool) -> None:
    """Plain and short ids are the caller's; anything else counts as none."""
    assert request_id({"x-request-id": given}) == (given if taken else None)
    assert request_id({}) is None


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        (b'{"email": "a@b.c", "x": 1}', '{"email": "***", "x": 1}'),
        (b'{"email":"a\\"b","token":"t"}', '{"email":"***","token":"***"}'),
        (b'{"x":{"ip_address":"1.2.3.4"}}', '{"x":{"ip_address":"***"}}'),
        (b'{ "\\u0065mail" : "a@b.c" }', '{"email":"***"}'),
        (b'{ "email" : ["a@b.c"] }', '{"email":"***"}'),
        (b'{ "email" : {"a":"b"} }', '{"email":"***"}'),
        (b'{"phone_number":15551234567}', '{"phone_number":"***"}'),
        (b'{"email":null}', '{"email":null}'),
        (b"{'email': 'a@b.c'}", "<18 bytes that are not JSON>"),
        (b"\xff", "<1 bytes that are not JSON>"),
        (b"[" * 100_000, "<100000 bytes that are not JSON>"),
        (b"{}", "{}"),
    ],
)
def test_masking_a_body(raw: bytes, masked: str) -> None:
    """Private values are masked however they are spelt; what can't be read is not shown."""
    assert mask_text(raw) == masked


@pytest.mark.parametrize(
    ("route", "masked"),
    [
        ("/participants/jane@example.com", "/participants/***"),
        ("/participants/jane@example.com?x=1", "/participants/***?x=1"),
        ("/participants/customers/new", "/participants/customers/new"),
        (
            "/participants?status=approved&email=jane%40x&page",
            "/participants?status=approved&email=***&page",
        ),
        ("/participants?%65mail=jane", "/participants?%65mail=***"),
        ("/client_auth_token", "/client_auth_token"),
        ("/participants?", "/participants?"),
    ],
)
def test_masking_a_route(route: str, masked: str) -> None:
    """An email in the path or the query is masked, the rest stands as it was sent."""
    assert mask_route(route) == masked


def test_shapes_publish_their_schemas() -> None:
    """Each body's schema has the names, bounds and requirements that validate it."""
    schema: Json = ClientAuthToken.model_json_schema()
    assert isinstance(schema, dict)
    assert schema["required"] == ["permissions"]
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert set(properties) == set(FULL)
    code = properties["participant_code"]
    assert isinstance(code, dict)
    assert (code["minLength"], code["maxLength"]) == (6, 6)
    shapes: tuple[type[BaseModel], ...] = (RevokeAuthToken, Customer)
    assert all(shape.model_json_schema()["required"] for shape in shapes)
