"""What is personal is masked, and what should not stand in a header is not taken."""

import pytest

from emulator.providers.zerohash.wire.headers import request_id
from emulator.providers.zerohash.wire.privacy import mask_route, mask_text


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
        ("/participants/onboarding_token", "/participants/onboarding_token"),
        ("/participants/onboarding_token@x", "/participants/***"),
        (
            "/participants?status=approved&email=jane%40x&page",
            "/participants?status=approved&email=***&page",
        ),
        ("/participants?%65mail=jane", "/participants?%65mail=***"),
        ("/time?passphrase=hush&secret=a2V5", "/time?passphrase=***&secret=***"),
        ("/client_auth_token", "/client_auth_token"),
        ("/participants?", "/participants?"),
    ],
)
def test_masking_a_route(route: str, masked: str) -> None:
    """An email or a secret in the path or the query is masked, the rest stands as it was sent."""
    assert mask_route(route) == masked
