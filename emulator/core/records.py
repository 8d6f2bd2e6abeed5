"""Records from JSON values, with every failure told and not the first alone."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import NamedTuple, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class Failure(NamedTuple):
    """One thing that is wrong. `path`: a JSON Pointer (RFC 6901); `message` never quotes values."""

    path: str
    message: str


class Unfit(ValueError):  # noqa: N818 - what the values are
    """Values that make no record."""

    def __init__(self, failures: Iterable[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__("; ".join(f"{path} {message}" for path, message in self.failures))


def convert_record(values: Mapping[str, object], into: type[S]) -> S:
    """The record that the values make.

    Raises:
        Unfit: they make none.
    """
    failures = list(_find_failures(values, into))
    if failures:
        raise Unfit(failures)
    try:
        return msgspec.convert(values, into)
    except msgspec.ValidationError as error:  # what the record as a whole asks for
        raise Unfit([_failure("", error)]) from None


def name_nearest(name: str, known: Iterable[str]) -> str:
    """The names that somebody may have meant, else all: `a, b`."""
    names = sorted(known)
    return ", ".join(get_close_matches(name, names) or names)


def point(*steps: object) -> str:
    """A JSON Pointer to the place behind these names and numbers."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _find_failures(values: Mapping[str, object], into: type[S]) -> Iterable[Failure]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
    for name, field in fields.items():
        if field.required and name not in values:
            yield Failure(point(name), "is required")
    for name, value in values.items():
        known = fields.get(name)
        if known is None:
            near = name_nearest(name, fields)
            yield Failure(point(name), f"is no field here; there is {near}")
            continue
        try:
            msgspec.convert(value, known.type)
        except msgspec.ValidationError as error:
            yield _failure(point(name), error)


def _failure(path: str, error: msgspec.ValidationError) -> Failure:
    """The library's own words, its path (`$.a[0]`) turned into a pointer."""
    message, _, inner = str(error).partition(" - at `$")
    steps = [name or number for name, number in _STEP.findall(inner)]
    return Failure(path + point(*steps), message[:1].lower() + message[1:])
