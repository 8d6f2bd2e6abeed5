from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
import pytest

from emulator.core.records import Failure, Unfit, convert_record, name_nearest, point


class Inner(msgspec.Struct, frozen=True):
    """A record in a record."""

    size: int
    unit: Literal["g", "kg"] = "g"


class Outer(msgspec.Struct, frozen=True, rename={"kind_": "kind"}):
    """A record with one of each."""

    name: str
    kind_: Literal["a", "b"] | None = None
    inner: Inner | None = None
    sizes: tuple[int, ...] = ()
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    lasts: timedelta | None = None


class Even(msgspec.Struct, frozen=True):
    """A record that asks for something as a whole."""

    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError("must be even")


def failures(values: dict[str, object], into: type[msgspec.Struct] = Outer) -> list[Failure]:
    """All that is wrong with these values."""
    with pytest.raises(Unfit) as raised:
        convert_record(values, into)
    return list(raised.value.failures)


def test_good_values_make_a_record() -> None:
    """Values of the right shape become the record."""
    values = {"name": "x", "kind": "a", "inner": {"size": 1, "unit": "kg"}, "sizes": [1, 2]}
    expected = Outer("x", "a", Inner(1, "kg"), (1, 2))
    assert convert_record(values, Outer) == expected


def test_every_failure_is_told_with_its_place() -> None:
    """Not the first failure alone is told but each, with a pointer to where it is."""
    values: dict[str, object] = {
        "kind": "c",
        "inner": {"size": "1", "unit": "t", "sise": 1},
        "sizes": [1, "2"],
        "count": 0,
        "nam": "x",
    }
    assert failures(values) == [
        ("/name", "is required"),
        ("/kind", "must be one of a, b"),
        ("/inner/size", "expected `int`, got `str`"),
        ("/inner/unit", "must be one of g, kg"),
        ("/inner/sise", "is no field here; there is size"),
        ("/sizes/1", "expected `int`, got `str`"),
        ("/count", "expected `int` >= 1"),
        ("/nam", "is no field here; there is name"),
    ]


def test_failures_never_quote_a_value() -> None:
    """What was sent may be a secret: it is in no message."""
    values: dict[str, object] = {"name": 1, "kind": "canary", "inner": "canary", "sizes": "canary"}
    told = "; ".join(f"{path} {message}" for path, message in failures(values))
    assert "canary" not in told
    assert told.startswith("/name expected `str`, got `int`")


def test_the_error_reads_as_one_line() -> None:
    """The exception's text has all failures in order."""
    with pytest.raises(Unfit, match=r"^/name is required; /x is no field here; there is .*inner"):
        convert_record({"x": 1}, Outer)


def test_what_the_whole_asks_for_is_told_of_the_whole() -> None:
    """A rule between fields is told without a place."""
    assert failures({"number": 3}, Even) == [("", "must be even")]
    assert convert_record({"number": 4}, Even) == Even(4)


def test_what_json_has_no_type_for_is_read() -> None:
    """A reader of the caller's makes such values, and words what is wrong with them."""

    def read(of: type[Any], value: Any) -> Any:  # noqa: ANN401 - any JSON
        if of is complex and isinstance(value, str):
            return complex(value)
        raise ValueError("is no number")

    class Plane(msgspec.Struct, frozen=True):
        """A record with a type that JSON lacks."""

        at: complex

    assert convert_record({"at": "1j"}, Plane, read) == Plane(1j)
    with pytest.raises(Unfit, match="/at is no number"):
        convert_record({"at": 5}, Plane, read)


@pytest.mark.parametrize(
    ("name", "known", "told"),
    [
        ("colr", ["colour", "size"], "colour"),
        ("qqq", ["b", "a"], "a, b"),
        ("x", [], ""),
    ],
)
def test_the_nearest_names_are_told(name: str, known: list[str], told: str) -> None:
    """A name that is near is told, else all there are."""
    assert name_nearest(name, known) == told


def test_pointers_escape() -> None:
    """A pointer is RFC 6901's."""
    assert point() == ""
    assert point("a/b", 0, "m~n") == "/a~1b/0/m~0n"
