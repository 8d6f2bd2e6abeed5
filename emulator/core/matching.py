"""Matching: what a call asks, by dotted paths, against patterns that somebody wrote down.

The same for a fault's `match` and for `verify`'s `where`, over REST, GraphQL and gRPC: whoever
builds a `Request` says what its body is. A pattern is a value that must be equal, a text in which
`*` stands for anything, or a list of these, one of which must fit. Of a list in a request one
member must fit.
"""

from collections.abc import Callable, Mapping
from functools import partial

HEADER = "header:"
CALLER = "caller"

Test = Callable[[object], bool]


class _Absent:
    """The value of a path that leads nowhere: no pattern fits it."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


class Request:
    """What a call asks. `read` yields the body's JSON; a ValueError says that it has none.

    `headers`: lower-case names; `parameters`: of path and query; `caller`: the presented
    credential, unverified. All are read only when a pattern asks for them.
    """

    __slots__ = ("_body", "_caller", "_found", "_headers", "_parameters", "_read")

    def __init__(
        self,
        read: Callable[[], object],
        headers: Mapping[str, str],
        caller: Callable[[], str | None],
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        self._read = read
        self._headers = headers
        self._caller = caller
        self._parameters = parameters or {}
        self._body: object = None
        self._found: dict[str, object] = {}

    @property
    def is_readable(self) -> bool:
        """Whether there is a body to look into; one that is no JSON fits no pattern at all."""
        return self.whole is not ABSENT

    @property
    def whole(self) -> object:
        """All of the body; ABSENT when it is no JSON."""
        if self._body is None:
            try:
                self._body = self._read() or {}
            except ValueError:
                self._body = ABSENT
        return self._body

    def value(self, path: str) -> object:
        """What stands there; ABSENT when nothing does."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = self._find(path)
        return found

    def _find(self, path: str) -> object:
        if path == CALLER:
            caller = self._caller()
            return ABSENT if caller is None else caller
        if path.startswith(HEADER):
            return self._headers.get(path[len(HEADER) :].lower(), ABSENT)
        found = step_into(self.whole, path)
        return self._parameters.get(path, ABSENT) if found is ABSENT else found


def step_into(value: object, path: str) -> object:
    """What stands at a dotted path (`input.items.0.code`); ABSENT when nothing does."""
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step, ABSENT)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def compile_match(match: Mapping[str, object]) -> tuple[tuple[str, Test], ...]:
    """Paths with the tests that their values have to stand."""
    return tuple((path, compile_pattern(pattern)) for path, pattern in match.items())


def fits(request: Request, tests: tuple[tuple[str, Test], ...]) -> bool:
    """Whether the request stands all the tests. One that can't be read stands none."""
    if not tests:
        return True
    if not request.is_readable:
        return False
    for path, test in tests:  # noqa: SIM110 - a hundred rules come through here
        if not test(request.value(path)):
            return False
    return True


def compile_pattern(pattern: object) -> Test:
    """The test of one pattern."""
    single = _compile_single(pattern)

    def test(value: object) -> bool:
        if isinstance(value, list):
            return any(single(member) for member in value)
        return single(value)

    return test


def _compile_single(pattern: object) -> Test:
    if isinstance(pattern, list | tuple):
        tests = [_compile_single(member) for member in pattern]
        return lambda value: any(test(value) for test in tests)
    if isinstance(pattern, str) and "*" in pattern:
        first, *middle, last = pattern.split("*")
        return partial(_fits_glob, first, tuple(filter(None, middle)), last)
    if isinstance(pattern, bool):  # which Python would take for 1 or 0
        return lambda value: value is pattern
    return lambda value: value == pattern and not isinstance(value, bool)


def _fits_glob(first: str, middle: tuple[str, ...], last: str, value: object) -> bool:
    """Whether a text has these parts in this order. One pass: a regex would try every way.

    The earliest place is right for each part, for it leaves the most to those behind it.
    """
    if not isinstance(value, str) or not value.startswith(first) or not value.endswith(last):
        return False
    place, end = len(first), len(value) - len(last)
    for part in middle:
        found = value.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return place <= end
