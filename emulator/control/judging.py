"""Judging a kept call by what somebody expects of it: it fits, it differs, or nobody can say.

A journal is masked, so a value that stands there as a mask fits nothing and differs from nothing.
A path that always leads to a mask, or to what no journal keeps, is refused when it is asked for.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET, Meta, UnsetType

from emulator.control.house import House
from emulator.core.journal import MASK, CallRecord
from emulator.core.matching import ABSENT, CALLER, HEADER, Request, Test, compile_pattern, step_into
from emulator.core.records import Failure, Json, name_nearest, point
from emulator.edge.addressing import Tenant
from emulator.edge.faults.bodies import Name, Pattern
from emulator.edge.faults.checks import ALL
from emulator.edge.provider import Provider
from emulator.edge.record import KEPT_HEADERS

REQUEST = "request."
RESPONSE = "response."
OUTCOMES = frozenset({"status", "refusal", "fault"})

Where = Annotated[dict[Name, Pattern], Meta(max_length=20)]


class CallBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls are meant.

    `operation`: `<provider>.<operation>`, or `<provider>.*` for each that came in. `where`: as a
    fault's `match`, dotted paths into the request and `header:<name>`; and of the answer `status`,
    `refusal` (null: granted), `fault`, `response.<path>`. `request.<path>` is never of the answer.
    Each with a value to be equal to, a text with `*` for anything, or a list of these.
    """

    operation: Name
    where: Where = {}


class Difference(msgspec.Struct, frozen=True):
    """Where a call is another than was expected. No `actual`: nothing stands there.

    `masked`: what stands there is not known.
    """

    path: str
    expected: Any
    actual: Any | UnsetType = UNSET
    masked: bool = False


class Expectation(NamedTuple):
    """A `CallBody` that can be judged by."""

    provider: str
    operation: str
    where: tuple[tuple[str, Pattern, Test], ...]


def compile_expectation(body: CallBody) -> Expectation:
    """Ready to judge many calls."""
    provider, _, operation = body.operation.partition(".")
    where = ((path, pattern, compile_pattern(pattern)) for path, pattern in body.where.items())
    return Expectation(provider, operation, tuple(where))


def judge(expected: Expectation, call: CallRecord, house: House) -> list[Difference]:
    """How a call differs: not at all, or by masks alone, or in truth."""
    asked = _read_asked(call, house)
    operation = expected.operation
    every = {ALL} if call.direction == "in" else frozenset()
    if call.provider != expected.provider or operation not in {*asked, *every}:
        wanted = f"{expected.provider}.{expected.operation}"
        return [Difference("operation", wanted, f"{call.provider}.{call.operation}")]
    body = asked.get(operation, call.request.body)
    kept = Kept(call, body, house.tenants.get(call.provider))
    return list(_differ(expected, kept))


def fits(differences: list[Difference]) -> bool | None:
    """Whether there is none; None: nobody can say."""
    if not differences:
        return True
    return None if all(difference.masked for difference in differences) else False


def _differ(expected: Expectation, kept: "Kept") -> Iterator[Difference]:
    for path, pattern, test in expected.where:
        if kept.is_masked(path):
            yield Difference(path, pattern, MASK, masked=True)
            continue
        value = kept.value(path)
        if not test(value):
            yield Difference(path, pattern, UNSET if value is ABSENT else value)


def _read_asked(call: CallRecord, house: House) -> Mapping[str, Json]:
    """What a call asks of each operation that it carries; most carry one."""
    tenant = house.tenants.get(call.provider)
    body: Json = call.request.body  # type: ignore[assignment] # as it was decoded
    if tenant is not None and tenant.door.read_kept is not None:
        asked = tenant.door.read_kept(body)
        if asked:
            return asked
    return {call.operation or "": body}


class Kept:
    """A call of the journal, to be looked into by paths."""

    def __init__(self, call: CallRecord, body: object, tenant: Tenant | None) -> None:
        self._call = call
        self._body = body
        self._parameters = _read_parameters(call, tenant)
        self._request = Request(lambda: body, call.request.headers, lambda: None, self._parameters)

    def value(self, path: str) -> object:
        """What stands there; ABSENT when nothing does."""
        if path in OUTCOMES:
            return getattr(self._call, path)
        if not path.startswith(RESPONSE):
            return self._request.value(path.removeprefix(REQUEST))
        path = path.removeprefix(RESPONSE)
        response = self._call.response
        if path.startswith(HEADER):
            name = path.removeprefix(HEADER).lower()
            named = {key.lower(): value for key, value in response.headers.items()}
            return named.get(name, ABSENT)
        return step_into(response.body, path)

    def is_masked(self, path: str) -> bool:
        """Whether what stands there, or all around it, is masked."""
        if path in OUTCOMES or HEADER in path:
            return False
        if path.startswith(RESPONSE):
            return _is_masked(self._call.response.body, path.removeprefix(RESPONSE))
        path = path.removeprefix(REQUEST)
        return _is_masked(self._body, path) or self._parameters.get(path) == MASK


def _is_masked(body: object, path: str) -> bool:
    steps = path.split(".")
    prefixes = (".".join(steps[:length]) for length in range(1, len(steps) + 1))
    return body == MASK or any(_has_mask(step_into(body, prefix)) for prefix in prefixes)


def _has_mask(value: object) -> bool:
    return value == MASK or (isinstance(value, list) and MASK in value)


def _read_parameters(call: CallRecord, tenant: Tenant | None) -> dict[str, str]:
    """Those of path and query, as the journal has them."""
    path, _, query = (call.request.target or "").partition("?")
    found = tenant.routes.match(call.request.method or "", path) if tenant else None
    return {**(found[1] if found else {}), **dict(parse_qsl(query, keep_blank_values=True))}


def check_call(house: House, body: CallBody, path: str) -> Iterator[Failure]:
    """Everything that no journal could ever say."""
    name, _, operation = body.operation.partition(".")
    provider = house.providers.get(name)
    if provider is None or operation not in _list_operations(provider):
        known = [f"{p.name}.{o}" for p in house.providers.values() for o in _list_operations(p)]
        near = name_nearest(body.operation, known)
        yield Failure(f"{path}/operation", f"is no operation; there is {near}")
        return
    for asked in body.where:
        message = _explain_unkept(provider, asked)
        if message:
            yield Failure(path + point("where", asked), message)


def _list_operations(provider: Provider) -> tuple[str, ...]:
    """What may be asked of a provider, or what it sends by itself."""
    return (*provider.operations, *provider.due, ALL)


def _explain_unkept(provider: Provider, path: str) -> str | None:
    """Why a path can't be judged; None: it can."""
    if path in OUTCOMES or path.startswith(RESPONSE + HEADER):
        return None
    asked = path.removeprefix(REQUEST)
    if asked == CALLER:
        return "is a credential, which the journal does not keep: a fault's match may ask for it"
    if asked.startswith(HEADER):
        kept = KEPT_HEADERS | provider.kept_headers
        if asked.removeprefix(HEADER).lower() in kept:
            return None
        return f"is not kept in the journal: it has {', '.join(sorted(kept))}"
    private = sorted(set(asked.removeprefix(RESPONSE).split(".")) & provider.private)
    if private:
        return f"is masked in the journal, because {private[0]} is personal or secret"
    return None
