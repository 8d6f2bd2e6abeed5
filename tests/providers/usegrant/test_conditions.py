"""A policy's conditions on claims, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.decisions import Json
from emulator.providers.usegrant.rules.conditions import find_unmet, is_like, is_met
from emulator.providers.usegrant.state import Condition, Operator


@pytest.mark.parametrize(
    ("operator", "value", "claim", "met"),
    [
        ("stringEquals", "a", "a", True),
        ("stringEquals", "a", "A", False),
        ("stringEquals", "a*", "ab", False),
        ("stringEquals", "a*", "a*", True),
        ("stringEquals", "a", None, False),
        ("stringEquals", "a", ["b", "a"], True),
        ("stringEquals", "a", [], False),
        ("stringEquals", "7", 7, True),
        ("stringEquals", "true", True, True),
        ("stringEquals", '{"a":1}', {"a": 1}, True),
        ("stringNotEquals", "a", "b", True),
        ("stringNotEquals", "a", "a", False),
        ("stringNotEquals", "a", None, True),
        ("stringNotEquals", "a", ["b", "a"], False),
        ("stringLike", "repo:octo-org/octo-repo:*", "repo:octo-org/octo-repo:ref:x", True),
        ("stringLike", "repo:octo-org/octo-repo:*", "repo:octo-org/other:ref:x", False),
        ("stringLike", "a?c", "abc", False),
        ("stringLike", "a?c", "a?c", True),
        ("stringLike", "*", None, False),
        ("stringLike", "b*", ["a", "bc"], True),
        ("stringNotLike", "a*", "abc", False),
        ("stringNotLike", "a*", "bcd", True),
        ("stringNotLike", "*", None, True),
    ],
)
def test_a_condition_holds_or_not(
    operator: Operator,
    value: str,
    claim: Json,
    met: bool,  # noqa: FBT001 - a row's last column
) -> None:
    """Equal is literal, like knows `*` alone, absent fails what demands, any of a list counts."""
    assert is_met(Condition("key", operator, value), claim) is met


def test_the_first_unmet_condition_is_told() -> None:
    """All must hold; the place of the first that does not is counted from 0."""
    good, bad = Condition("a", "stringEquals", "1"), Condition("b", "stringEquals", "1")
    assert find_unmet([good], {"a": "1"}) is None
    assert find_unmet([good, bad, bad], {"a": "1"}) == 1


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("", "", True),
        ("*", "", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "aab", False),
        ("a*b*c", "a-b-b-c", True),
        ("a**c", "ac", True),
    ],
)
def test_patterns_do_not_overlap(
    pattern: str,
    text: str,
    fits: bool,  # noqa: FBT001 - a row's last column
) -> None:
    """No character of the text serves two parts of the pattern."""
    assert is_like(text, pattern) is fits


@given(st.lists(st.text("ab", max_size=3), min_size=1, max_size=5), st.lists(st.text("ab")))
def test_what_was_filled_in_fits(parts: list[str], fillings: list[str]) -> None:
    """A text made from a pattern by putting anything in place of each `*` fits it."""
    text = parts[0]
    for number, part in enumerate(parts[1:]):
        text += (fillings[number] if number < len(fillings) else "") + part
    assert is_like(text, "*".join(parts))


def test_a_hostile_pattern_takes_no_time() -> None:
    """Fifty wildcards against a long text are no more than one look along it."""
    assert not is_like("a" * 8000, "*".join("a" * 50) + "b")
