"""What a test expects of calls: which match, and how the others differ."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from emulator.testing.records import Call
from emulator.testing.wire import Json

SHOWN = 3

_ABSENT = object()


def matches(call: Call, where: Mapping[str, object]) -> bool:
    """Whether a request has these values. `*` in a text stands for any."""
    return not list(_differ(call, where))


def describe_misses(calls: Sequence[Call], where: Mapping[str, object]) -> Iterator[str]:
    """A line for each of the last calls that do not match, and how each differs."""
    misses = [(call, list(_differ(call, where))) for call in calls]
    nearest = sorted((miss for miss in misses if miss[1]), key=lambda miss: len(miss[1]))
    for call, differences in nearest[:SHOWN]:
        yield f"  {call.id} {call.provider}.{call.operation} differs: {'; '.join(differences)}"


def _differ(call: Call, where: Mapping[str, object]) -> Iterator[str]:
    for path, wanted in where.items():
        found = _follow(call.request.body, path)
        if found is _ABSENT:
            yield f"{path} is absent, not {wanted!r}"
        elif not _equal(found, wanted):
            yield f"{path} is {found!r}, not {wanted!r}"


def _equal(found: object, wanted: object) -> bool:
    if isinstance(found, str) and isinstance(wanted, str) and "*" in wanted:
        return fnmatchcase(found, wanted)
    return found == wanted


def _follow(body: Json, path: str) -> object:
    """The value at a dotted path; of GraphQL, below the variables."""
    value: object = body
    if isinstance(value, dict) and "query" in value and "variables" in value:
        value = value["variables"]
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return _ABSENT
        value = value[part]
    return value
