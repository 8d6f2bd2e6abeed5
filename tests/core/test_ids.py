import re
import subprocess
import sys
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.ids import (
    BASE58,
    UPPER_ALNUM,
    derive_bytes,
    derive_text,
    derive_uuid,
    draw_seed,
    draw_tag,
)


def test_derived_values_are_pinned() -> None:
    """A release never changes what a seed yields: replays of recorded seeds would break."""
    assert derive_bytes("seed", "label", 1, size=8).hex() == "12ab5303e03052ee"
    assert derive_text("seed", "label", 1, alphabet=BASE58, length=12) == "t66fGP3Sq17F"
    assert derive_uuid("seed", "label", 1) == "477d13de-01a4-4e49-b029-64656a675511"
    assert derive_uuid("seed", "label", 1, version=5) == "477d13de-01a4-5e49-b029-64656a675511"
    assert derive_bytes("s" * 100, "label", size=8).hex() == "36279a2e0600f2f0"


def test_derived_values_are_the_same_in_every_process() -> None:
    """Nothing of a process (hash seed, start) flows into what is derived."""
    code = "from emulator.core.ids import derive_uuid; print(derive_uuid('seed', 'label', 1))"
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ":".join(sys.path)},
    )
    assert found.stdout.strip() == derive_uuid("seed", "label", 1)


@given(st.text(), st.text(), st.integers(), st.sampled_from([1, 4, 5]))
def test_uuids_are_well_formed(seed: str, label: str, n: int, version: int) -> None:
    """Whatever it derives from, a UUID is one of the version asked for, in RFC 9562's form."""
    found = UUID(derive_uuid(seed, label, n, version=version))
    assert found.version == version
    assert found.variant == "specified in RFC 4122"
    assert str(found) == derive_uuid(seed, label, n, version=version)


@given(st.text(min_size=1), st.integers(0, 80))
def test_texts_keep_to_their_alphabet(seed: str, length: int) -> None:
    """A text has the length asked for and no foreign letter."""
    text = derive_text(seed, "x", alphabet=UPPER_ALNUM, length=length)
    assert re.fullmatch(f"[A-Z0-9]{{{length}}}", text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("seed", "a", 1), ("seed", "a", 2)),
        (("seed", "a", 1), ("seed", "b", 1)),
        (("seed", "a", 1), ("seed2", "a", 1)),
        (("seed", "a", "b"), ("seed", "ab")),
        (("s" * 64, "a"), ("s" * 65, "a")),
        (("s" * 65, "a"), ("s" * 66, "a")),
    ],
)
def test_other_inputs_give_other_values(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Seed, label and count each matter, and where one ends and the next begins."""
    assert derive_bytes(*one) != derive_bytes(*other)


def test_draws_are_spread_evenly() -> None:
    """Over many draws each letter comes about equally often at each place, and none repeats."""
    texts = [derive_text("seed", "x", n, alphabet=BASE58, length=6) for n in range(5800)]
    assert len(set(texts)) == len(texts)
    for place in range(6):
        counts = Counter(text[place] for text in texts)
        assert set(counts) == set(BASE58)
        # 100 expected; chi-squared with 57 degrees of freedom is below 120 but once in a million.
        assert sum((n - 100) ** 2 / 100 for n in counts.values()) < 120


def test_bits_of_a_uuid_are_spread_evenly() -> None:
    """Every free bit of a UUID is set in about half of the draws."""
    drawn = [UUID(derive_uuid("seed", "u", n)).int for n in range(2000)]
    fixed = {48, 49, 50, 51, 64, 65}
    for bit in set(range(128)) - fixed:
        ones = sum(number >> (127 - bit) & 1 for number in drawn)
        assert 850 < ones < 1150


def test_real_draws_differ() -> None:
    """Seeds and tags, the two that are random, have their size and do not repeat."""
    assert re.fullmatch("[0-9a-f]{32}", draw_seed())
    assert len(draw_tag()) == 8
    assert len({draw_seed() for _ in range(50)} | {draw_tag().hex() for _ in range(50)}) == 100
