"""What a fault could never do is refused when it is written, with everything that is wrong."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping

from emulator.core.defects import SPELLINGS, is_defect
from emulator.core.faults import SILENT
from emulator.core.records import Failure, name_nearest, point
from emulator.edge.faults.bodies import FaultBody, StepBody, ThenBody
from emulator.edge.provider import Provider

ALL = "*"

# The names of gRPC's status codes, but for OK.
GRPC_CODES = (
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)

_TRAILER = re.compile(r"[0-9a-z_.-]+")
# What these say of an answer is not for a fault to say: HTTP mode sends trailers as headers.
_RESERVED = frozenset(
    ("connection", "content-length", "content-type", "te", "trailer", "transfer-encoding")
)


def check_fault(providers: Mapping[str, Provider], body: FaultBody) -> list[Failure]:
    """Everything in a fault that could never happen."""
    name, _, operation = body.operation.partition(".")
    provider = providers.get(name)
    if provider is None or operation not in {*provider.operations, ALL}:
        known = [f"{p.name}.{o}" for p in providers.values() for o in (*p.operations, ALL)]
        near = name_nearest(body.operation, known)
        return [
            Failure("/operation", f"is no operation; there is {near}"),
            *check_then(None, "", body.then, "/then"),
        ]
    return list(check_then(provider, operation, body.then, "/then"))


def check_then(
    provider: Provider | None, operation: str, then: ThenBody, path: str
) -> Iterator[Failure]:
    """What can't happen to the operation. No provider: what can't happen to any."""
    if then.sequence is None:
        if then.repeat is not None:
            yield Failure(path + "/repeat", "goes with a sequence only")
        yield from check_step(provider, operation, then, path)
        return
    if not _is_empty(then):
        yield Failure(path + "/sequence", "goes alone: put the other keys into its steps")
    for number, step in enumerate(then.sequence):
        if isinstance(step, StepBody):
            place = path + point("sequence", number)
            if _is_empty(step):
                yield Failure(place, 'does nothing: "pass" lets a call through')
            yield from _check_step(provider, operation, step, place)


def check_step(
    provider: Provider | None, operation: str, step: StepBody, path: str
) -> Iterator[Failure]:
    """The same for what happens to one call."""
    if _is_empty(step):
        yield Failure(path, "does nothing: give an error, a delay or another of its keys")
    yield from _check_step(provider, operation, step, path)


def _is_empty(step: StepBody) -> bool:
    return all(getattr(step, name) is None for name in StepBody.__struct_fields__)


def _check_step(
    provider: Provider | None, operation: str, step: StepBody, path: str
) -> Iterator[Failure]:
    yield from _check_combination(step, path)
    if step.token is not None and not is_defect(step.token):
        near = name_nearest(step.token, SPELLINGS)
        yield Failure(path + "/token", f"is no defect; there is {near}")
    if step.grpc is not None and step.grpc.code not in GRPC_CODES:
        near = name_nearest(step.grpc.code, GRPC_CODES)
        yield Failure(path + "/grpc/code", f"is no status that a call fails with; there is {near}")
    if step.grpc is not None:
        yield from _check_trailers(step.grpc.trailers, path + "/grpc/trailers")
    if provider is not None:
        yield from _check_fit(provider, operation, step, path)


def _check_trailers(trailers: Mapping[str, str], path: str) -> Iterator[Failure]:
    """What gRPC would not send, or HTTP would take for its own."""
    for name, value in trailers.items():
        place = path + point(name)
        if not _TRAILER.fullmatch(name) or name in _RESERVED or name.startswith("grpc-"):
            yield Failure(place, "is no name for metadata: lower-case letters, digits, - _ .")
        elif name.endswith("-bin") and not _is_base64(value):
            yield Failure(place, "is binary by its name: write it in base64")
        elif not (value.isascii() and (value.isprintable() or not value)):
            yield Failure(place, "must be printable ASCII")


def _is_base64(value: str) -> bool:
    try:
        b64decode(value, validate=True)
    except ValueError:
        return False
    return True


def _check_combination(step: StepBody, path: str) -> Iterator[Failure]:
    """What contradicts itself."""
    instead = "error" if step.error is not None else "grpc" if step.grpc is not None else None
    unanswered = step.transport in SILENT
    minting = {"lifetime": step.lifetime is not None, "token": step.token is not None}
    for name, given in (*minting.items(), ("graphql", step.graphql is not None)):
        if given and instead is not None:
            yield Failure(f"{path}/{name}", f"contradicts {instead}: the operation does not run")
        elif given and unanswered and step.effect != "after":
            message = 'comes too late: the operation does not run, without "effect": "after"'
            yield Failure(f"{path}/{name}", message)
    if step.error is not None and step.grpc is not None:
        yield Failure(path + "/grpc", "contradicts error: an answer has one status")
    if instead is not None and unanswered:
        yield Failure(path + "/transport", f"contradicts {instead}: of the answer nothing is seen")
    if step.error is None and step.retry_after is not None:
        yield Failure(path + "/retry_after", "goes with an error only")
    if step.effect is not None and not unanswered:
        yield Failure(path + "/effect", f"goes with transport {' or '.join(sorted(SILENT))} only")


def _check_fit(provider: Provider, operation: str, step: StepBody, path: str) -> Iterator[Failure]:
    """What this provider, or this operation of it, can't do."""
    errors = {*provider.catalogue, *provider.aliases}
    if step.error is not None and step.error not in errors:
        near = name_nearest(step.error, errors)
        yield Failure(path + "/error", f"is no error of {provider.name}'s; there is {near}")
    for name, given, able in (
        ("lifetime", step.lifetime, provider.lifetimes),
        ("token", step.token, provider.lifetimes),
        ("graphql", step.graphql, provider.graphql),
        ("grpc", step.grpc, provider.grpc),
    ):
        if given is not None and operation not in able:
            yield Failure(f"{path}/{name}", _name_able(provider, name, able))
    if step.transport == "deadline" and operation not in provider.grpc:
        yield Failure(path + "/transport", _name_able(provider, "deadline", provider.grpc))


def _name_able(provider: Provider, what: str, able: Iterable[str]) -> str:
    names = ", ".join(f"{provider.name}.{name}" for name in able)
    if not names:
        return f"{what} is nothing that {provider.name} knows"
    return f"{what} goes with these alone, one at a time: {names}"
