"""Bodies to send: right ones, and every way in which a rule can be broken."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.edge.body import MAX_DEPTH

CODE = {"participant_code": "CUST01"}
EMAIL = {"email": "new@example.com"}
PAYMENT = {"purchase_amount": "250.00", "denominated_currency": "USD"}

WITHDRAWAL = {
    "quoted_asset": "USD",
    "withdrawal_request_amount": "125.55",
    "external_account_id": "00000000-0000-4000-8000-0000000000a1",
}

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

# The Payins page's own example, as far as it breaks JSON: a comment and a comma that is not there.
PAYINS_EXAMPLE = b"""{
  "participant_code": "CUST01",
  "permissions": ["crypto-pay"],
  "merchant_participant_code": "MERCH01" // optional
  "payment_details": {"purchase_amount": "250.00", "denominated_currency": "USD"}
}"""
