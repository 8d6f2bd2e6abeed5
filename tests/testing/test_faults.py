"""Every word of a fault can be said through the client."""

import inspect

import pytest

from emulator.edge.faults.bodies import FaultBody, ThenBody, WhenBody
from emulator.testing import Sandbox

MINT = "usegrant.createToken"
MINT_CARD = "highnote.generatePaymentCardClientToken"
MINT_GRPC = "hyperswitch.create_access_token"


def test_no_word_is_missing(sandbox: Sandbox) -> None:
    """`fail` has the names of the control API; `for`, which Python keeps, is `during`."""
    bodies = (FaultBody, ThenBody, WhenBody)
    words = {name for body in bodies for name in body.__struct_encode_fields__} - {"then", "when"}
    said = set(inspect.signature(sandbox.fail).parameters)
    assert said == words - {"for"} | {"during"}


@pytest.mark.parametrize(
    ("operation", "then"),
    [
        (MINT, {"error": "rate_limited", "retry_after": 3, "delay": "250ms"}),
        (MINT, {"delay": {"min": 0.1, "max": "250ms"}}),
        (MINT, {"lifetime": 60}),
        (MINT, {"token": "bad_signature"}),
        (MINT, {"transport": "close_before_headers", "effect": "after"}),
        (MINT, {"sequence": [{"error": "unavailable"}, "pass"], "repeat": True}),
        (MINT_CARD, {"graphql": {"errors": [{"message": "half of it"}]}}),
        (MINT_GRPC, {"grpc": {"code": "UNAVAILABLE", "message": "later"}}),
    ],
    ids=str,
)
def test_every_kind_is_armed(sandbox: Sandbox, operation: str, then: dict[str, object]) -> None:
    """What it does is what was said."""
    fault = sandbox.fail(operation, **then)  # type: ignore[arg-type] # the words of a table
    assert set(fault.show().then) == set(then)


def test_when_and_match_are_said(sandbox: Sandbox) -> None:
    """Which calls, how many, how likely, for how long."""
    fault = sandbox.fail(
        MINT,
        error="internal",
        match={"expiresIn": 60},
        after=1,
        times=2,
        every=3,
        probability=0.5,
        during="30m",
    )
    armed = fault.show()
    assert armed.match == {"expiresIn": 60}
    assert {**armed.when, "for": None} == {
        "after": 1,
        "times": 2,
        "every": 3,
        "probability": 0.5,
        "for": None,
    }
    assert armed.when["for"] is not None
    assert [found.id for found in sandbox.faults.list()] == [fault.id]
    sandbox.faults.clear()
    assert sandbox.faults.list() == ()
