import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.matching import ABSENT, Request, compile_match, fits

BODY = {
    "code": "CUST01",
    "count": 3,
    "flag": True,
    "nothing": None,
    "input": {"card": "card_1", "items": [{"id": "a"}, {"id": "b"}]},
    "permissions": ["crypto-buy", "fund"],
    "a.b": "dotted",
}


def ask(body: object = BODY) -> Request:
    """A request with that body, a header, a caller and a parameter."""
    return Request(
        lambda: body, {"user-agent": "sdk/1.2"}, lambda: "key_1", {"id": "7", "code": "x"}
    )


def matches(path: str, pattern: object, request: Request | None = None) -> bool:
    """Whether the one pattern fits."""
    return fits(request or ask(), compile_match({path: pattern}))


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("code", "CUST01"),
        ("code", "CUST*"),
        ("code", "*01"),
        ("code", "*"),
        ("code", "**C**U*1*"),
        ("code", "CU*ST*01"),
        ("code", ["x", "C*"]),
        ("count", 3),
        ("count", 3.0),
        ("count", [1, 3]),
        ("flag", True),
        ("nothing", None),
        ("input.card", "card_*"),
        ("input.items.1.id", "b"),
        ("permissions", "fund"),
        ("permissions", "crypto-*"),
        ("permissions", ["x", "fund"]),
        ("header:user-agent", "sdk/*"),
        ("header:User-Agent", "sdk/1.2"),
        ("caller", "key_1"),
        ("id", "7"),
    ],
)
def test_what_fits(path: str, pattern: object) -> None:
    """Equal values, globs, one of a list or of its members; by path, header, caller, parameter."""
    assert matches(path, pattern)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("code", "cust01"),
        ("code", "CUST"),
        ("code", "UST*"),
        ("code", "CUST*ST01"),  # nothing of the text stands for two parts
        ("code", "C*T*S*1"),
        ("code", "C*0*0*1"),
        ("code", "CUST0*T01*1"),
        ("code", "x"),  # the body goes before a parameter of the same name
        ("code", []),
        ("count", "3"),
        ("count", "*"),
        ("count", True),
        ("flag", 1),
        ("flag", "true"),
        ("nothing", "*"),
        ("nothing", False),
        ("absent", None),
        ("absent", "*"),
        ("input.items.2.id", "b"),
        ("input.items.-1.id", "b"),
        ("input.card.x", "b"),
        ("header:x", "*"),
        ("permissions", "f"),
    ],
)
def test_what_does_not(path: str, pattern: object) -> None:
    """Types are told apart, a glob fits texts alone, and nothing fits what is not there."""
    assert not matches(path, pattern)


def test_all_patterns_must_fit() -> None:
    """Several paths are asked for together."""
    assert fits(ask(), compile_match({"code": "CUST01", "count": 3}))
    assert not fits(ask(), compile_match({"code": "CUST01", "count": 4}))


def test_an_unreadable_body_fits_only_where_nothing_is_asked() -> None:
    """Not even a header is looked at: such a call matches rules without `match` alone."""

    def read() -> object:
        raise ValueError

    request = Request(read, {"user-agent": "x"}, lambda: "key_1")
    assert not matches("header:user-agent", "x", request)
    assert not request.is_readable
    assert fits(request, ())


def test_a_body_is_read_once_and_only_when_asked() -> None:
    """Rules of other operations cost no parsing."""
    reads: list[int] = []

    def read() -> object:
        reads.append(1)
        return {"a": "1"}

    request = Request(read, {}, lambda: None)
    assert fits(request, ())
    assert reads == []
    assert request.value("a") == "1"
    assert request.value("b") is ABSENT
    assert request.value("caller") is ABSENT
    assert reads == [1]


def test_a_body_that_is_no_object_has_no_paths() -> None:
    """A list or a number is readable, and nothing stands in it by name."""
    assert ask([1]).value("code") == "x"
    assert ask([{"a": 1}]).value("0.a") == 1
    assert ask(7).value("nothing") is ABSENT


@given(st.text(), st.text(), st.text())
def test_a_star_stands_for_anything(before: str, between: str, after: str) -> None:
    """Whatever stands in the star's place fits, whatever characters the rest is made of."""
    before, after = before.replace("*", ""), after.replace("*", "")
    assert matches("a", f"{before}*{after}", ask({"a": before + between + after}))


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_stars_are_what_a_regex_would_make_of_them(pattern: str, text: str) -> None:
    """Any number of stars, wherever they stand."""
    regex = ".*".join(map(re.escape, pattern.split("*")))
    assert matches("a", pattern, ask({"a": text})) is bool(re.fullmatch(regex, text))


def test_many_stars_take_no_time() -> None:
    """A pattern that a regex would try in every way is read once: it would take years."""
    assert not matches("a", "a*" * 40 + "b", ask({"a": "a" * 10_000}))
