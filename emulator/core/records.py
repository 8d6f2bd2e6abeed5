"""Records from JSON values, with every failure told and not the first alone."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice, repeat
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

# Makes a value of a type that JSON does not have; a ValueError says what is wrong.
Read = Callable[[type[Any], Any], Any]

MAX_FAILURES = 50  # a body can hold a hundred thousand unknown names
MAX_NAME = 64

_WRAPPERS = (Union, UnionType, Annotated)
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


def convert_record(values: Mapping[str, object], into: type[S], read: Read | None = None) -> S:
    """The record that the values make. `into` forbids unknown fields, and so do its parts.

    `read` makes what JSON has no type for.

    Raises:
        Unfit: they make none.
    """
    try:
        return msgspec.convert(values, into, dec_hook=read)
    except msgspec.ValidationError as error:
        failures = take(_find_failures(values, into, read))
        # None in a field alone: then it is the record as a whole that asks for something.
        raise Unfit(failures or [_failure("", error)]) from None


def name_nearest(name: str, known: Iterable[str]) -> str:
    """The names that somebody may have meant, else all: `a, b`."""
    names = sorted(known)
    return ", ".join(get_close_matches(name[:MAX_NAME], names) or names)


def take(failures: Iterable[Failure]) -> list[Failure]:
    """The failures that are told: the first of very many."""
    return list(islice(failures, MAX_FAILURES))


def point(*steps: object) -> str:
    """A JSON Pointer to the place behind these names and numbers."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _find_failures(
    values: Mapping[str, object], into: type[S], read: Read | None, path: str = ""
) -> Iterator[Failure]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
    for name, field in fields.items():
        if field.required and name not in values:
            yield Failure(path + point(name), "is required")
    for name, value in values.items():
        place = path + point(name)
        if name not in fields:
            yield Failure(place, f"is no field here; there is {name_nearest(name, fields)}")
            continue
        yield from _check_value(value, fields[name].type, read, place)


def _check_value(value: object, of: Any, read: Read | None, place: str) -> Iterator[Failure]:  # noqa: ANN401 - a type
    """What is wrong with a value; of what it is made of, all that is wrong."""
    inner = _record_of(of)
    if isinstance(value, Mapping) and inner is not None:
        yield from _find_failures(value, inner, read, place)
        return
    try:
        msgspec.convert(value, of, dec_hook=read)
    except msgspec.ValidationError as error:
        failures = take(
            failure
            for step, member, of_member in _members(value, of)
            for failure in _check_value(member, of_member, read, place + point(step))
        )
        yield from failures or [_failure(place, error, of)]


def _members(value: object, of: object) -> Iterator[tuple[object, object, object]]:
    """The members of a list or mapping: where, what, and of which type."""
    while get_origin(of) is Annotated:
        of = get_args(of)[0]
    types = get_args(of)
    if isinstance(value, Mapping) and get_origin(of) is dict:
        yield from ((key, member, types[1]) for key, member in value.items())
    elif isinstance(value, list) and get_origin(of) in {list, tuple}:
        alike = get_origin(of) is list or types[1:] == (Ellipsis,)
        of_each = repeat(types[0]) if alike else types
        yield from ((n, *each) for n, each in enumerate(zip(value, of_each, strict=False)))


def _failure(path: str, error: msgspec.ValidationError, of: object = None) -> Failure:
    """The library's own words, its path (`$.a[0]`) turned into a pointer."""
    message, _, inner = str(error).partition(" - at `$")
    steps = [name or number for name, number in _STEP.findall(inner)]
    if message.startswith("Invalid enum value"):
        message = f"must be one of {', '.join(map(str, _choices_of(of)))}"
    return Failure(path + point(*steps), message[:1].lower() + message[1:])


def _record_of(of: object) -> type[msgspec.Struct] | None:
    """The kind of record that a field takes, if it takes one."""
    members = get_args(of) if get_origin(of) in _WRAPPERS else (of,)
    records = (m for m in members if isinstance(m, type) and issubclass(m, msgspec.Struct))
    return next(records, None)


def _choices_of(of: object) -> Iterator[object]:
    """The values that a type names."""
    for part in get_args(of):
        if get_origin(of) is Literal:
            yield part
        else:
            yield from _choices_of(part)
