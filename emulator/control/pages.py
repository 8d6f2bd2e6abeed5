"""Lists: a page at a time, newest first."""

from collections.abc import Callable, Iterable, Mapping
from itertools import dropwhile, islice
from typing import Generic, TypeVar

import msgspec

from emulator.control.endpoint import Asked, Parameter
from emulator.edge.problems import Problem

T = TypeVar("T")

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000

PAGING = (
    Parameter(
        "limit",
        "How many at most.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    Parameter("cursor", "Where to go on: the `next` of the page before.", {"type": "string"}),
)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list, newest first. `next`: the cursor of the next part, null at the end."""

    items: list[T]
    next: str | None = None


def read_limit(query: Mapping[str, str]) -> int:
    """How many items are wanted.

    Raises:
        Problem: 400, no number from 1 to 1,000.
    """
    text = query.get("limit", str(DEFAULT_LIMIT))
    limit = parse_number(text)
    if limit is None or not 1 <= limit <= MAX_LIMIT:
        raise bad_parameter("limit", f"must be a number from 1 to {MAX_LIMIT}")
    return limit


def cut_page(asked: Asked, items: Iterable[T], name_of: Callable[[T], str]) -> Page[T]:
    """The page that was asked for. A cursor is the name of the first item of its page.

    Raises:
        Problem: 400, a bad limit, or a cursor that leads nowhere any more.
    """
    limit = read_limit(asked.query)
    cursor = asked.query.get("cursor")
    if cursor is not None:
        items = dropwhile(lambda item: name_of(item) != cursor, items)
    taken = list(islice(items, limit + 1))
    if cursor is not None and not taken:
        raise bad_parameter("cursor", "leads to nothing that is still there: begin without it")
    following = name_of(taken[limit]) if len(taken) > limit else None
    return Page(taken[:limit], following)


def parse_number(text: str) -> int | None:
    """A whole number of at most 15 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None  # noqa: PLR2004


def bad_parameter(name: str, message: str) -> Problem:
    """400 for a query parameter."""
    errors = [{"path": f"?{name}", "message": message}]
    return Problem(400, "Bad query", f"The parameter {name!r} {message}.", errors=errors)
