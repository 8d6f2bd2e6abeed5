"""What a mask says of a call: that nobody knows, unless something else differs for certain."""

import pytest

from emulator.control.judging import Difference, Kept, fits
from emulator.core.journal import MASK, CallRecord, Message

MASKED = Difference("a", 1, MASK, masked=True)
OTHER = Difference("b", 1, 2)


def test_a_mask_beside_a_difference_changes_nothing() -> None:
    """What differs in one field does not fit, whatever the masked one was."""
    assert fits([]) is True
    assert fits([MASKED]) is None
    assert fits([MASKED, OTHER]) is False


@pytest.mark.parametrize("body", [MASK, {"a": MASK}, {"a": [1, MASK]}, {"a": {"b": MASK}}])
@pytest.mark.parametrize("path", ["a.b", "request.a.b", "response.a.b"])
def test_what_lies_below_a_mask_is_masked(body: object, path: str) -> None:
    """The whole body, an object on the way, or one of a list; of request and answer."""
    call = CallRecord(
        id="call_1",
        at=0,
        direction="in",
        provider="zerohash",
        operation="time",
        sandbox="default",
        status=200,
        refusal=None,
        fault=None,
        hint="",
        duration_ms=0,
        explanation=None,
        request=Message({}, body, "GET", "/"),
        response=Message({}, body),
    )
    assert Kept(call, body, None).is_masked(path)
    assert not Kept(call, body, None).is_masked("status")
