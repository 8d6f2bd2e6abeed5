"""What a test's sandbox is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.testing.naming import name_sandbox

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@given(st.text(), st.text(max_size=40), st.text())
def test_a_name_is_always_an_id(test: str, worker: str, run: str) -> None:
    """Whatever a test and its worker are called."""
    assert ID.fullmatch(name_sandbox(test, worker, run))


@pytest.mark.parametrize("number", [0, 1])
def test_it_tells_whose_it_is(number: int) -> None:
    """Worker and test can be read from it; parameters and runs tell it apart from others."""
    test = f"tests/test_it.py::TestIt::test_mint[{number}]"
    name = name_sandbox(test, "gw1", "a run")
    assert name.startswith(f"gw1-test_mint-{number}-")
    assert name != name_sandbox(f"other/{test}", "gw1", "a run")
    assert name != name_sandbox(test, "gw1", "another run")
    assert name == name_sandbox(test, "gw1", "a run")
