"""Hints: whole sentences within the limit, and few of many names."""

import pytest

from emulator.providers.zerohash.hints import LIMIT, enumerate_names, join


@pytest.mark.parametrize(
    ("sentences", "told"),
    [
        ([], ""),
        (["", "One."], "One."),
        (["One.", "Two.", "One."], "One. Two."),
        (["x" * LIMIT, "One."], "x" * LIMIT),
        (["x" * (LIMIT + 1), "One."], "One."),
        (["One.", "x" * LIMIT, "Two."], "One. Two."),
    ],
)
def test_sentences_are_told_whole_or_not_at_all(sentences: list[str], told: str) -> None:
    """What does not fit is left out, not cut; nothing is said twice."""
    assert join(*sentences) == told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a"], "a"),
        (["a", "b", "a"], "a, b"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_few_of_many_names_are_told(names: list[str], told: str) -> None:
    """The first five, and how many more there are."""
    assert enumerate_names(names) == told
