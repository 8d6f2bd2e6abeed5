"""Shapes: every rule of every field, broken alone and all together, worded as the provider does."""

import json
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from emulator.core.decisions import Json
from emulator.providers.zerohash.state import PERMISSIONS, Permission
from emulator.providers.zerohash.wire.bodies import Reading, read_body
from emulator.providers.zerohash.wire.shapes import ClientAuthToken, Customer, RevokeAuthToken
from tests.providers.zerohash.samples import (
    ALL_AT_ONCE,
    BROKEN,
    CUSTOMER,
    FORMAT,
    FULL,
    NUMBER,
    ONE_OF,
    REQUIRED,
    STRING,
    break_body,
)


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
