"""Faults of a sandbox: armed, looked at, disarmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from emulator.testing.exchange import Resource, S, Steps, ask, drop, operation
from emulator.testing.records import FaultState, Hits
from emulator.testing.wire import (
    MAX_PAGE,
    Span,
    place,
    read,
    read_items,
    render_duration,
    with_query,
)

Delay: TypeAlias = Span | Mapping[str, Span]


@dataclass(frozen=True)
class Fault(Resource[S]):
    """An armed fault."""

    id: str

    @operation
    def show(self) -> Steps[FaultState]:
        """The rule with its hits."""
        return read(FaultState, (yield from ask("GET", self.path)))

    @operation
    def hits(self) -> Steps[Hits]:
        """How many calls it matched, and for how many it fired."""
        return read(FaultState, (yield from ask("GET", self.path))).hits

    @operation
    def disarm(self) -> Steps[None]:
        """Let it befall no call any more."""
        yield from drop(self.path)


class Faults(Resource[S]):
    """The armed faults."""

    @operation
    def list(self) -> Steps[tuple[FaultState, ...]]:
        """The rules with their hits, the last armed first."""
        return read_items(
            FaultState, (yield from ask("GET", with_query(self.path, limit=MAX_PAGE)))
        )

    @operation
    def clear(self) -> Steps[None]:
        """Disarm all."""
        yield from drop(self.path)


def arm(path: str, rule: dict[str, object]) -> Steps[str]:
    """Arm a rule; its id."""
    return read(FaultState, (yield from ask("POST", path, rule))).id


def write_rule(
    operation: str,
    *,
    error: str | None,
    retry_after: int | None,
    delay: Delay | None,
    lifetime: Span | None,
    token: str | None,
    transport: str | None,
    effect: Literal["before", "after"] | None,
    graphql: Mapping[str, object] | None,
    grpc: Mapping[str, object] | None,
    sequence: Sequence[object] | None,
    repeat: bool | None,
    match: Mapping[str, object] | None,
    after: int | None,
    times: int | None,
    every: int | None,
    probability: float | None,
    during: Span | None,
) -> dict[str, object]:
    """A rule as the control API takes it; only what is given."""
    then: dict[str, object] = {
        "error": error,
        "retry_after": retry_after,
        "delay": None if delay is None else _render_delay(delay),
        "lifetime": None if lifetime is None else render_duration(lifetime),
        "token": token,
        "transport": transport,
        "effect": effect,
        "graphql": None if graphql is None else dict(graphql),
        "grpc": None if grpc is None else dict(grpc),
        "sequence": None if sequence is None else [*sequence],
        "repeat": repeat,
    }
    when: dict[str, object] = {
        "after": after,
        "times": times,
        "every": every,
        "probability": probability,
        "for": None if during is None else render_duration(during),
    }
    rule: dict[str, object] = {"operation": operation, "then": _given(then)}
    if match:
        rule["match"] = dict(match)
    if _given(when):
        rule["when"] = _given(when)
    return rule


def fault_path(faults: str, fault: str) -> str:
    """Where a fault is."""
    return faults + place(fault)


def _given(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _render_delay(delay: Delay) -> object:
    if isinstance(delay, Mapping):
        return {name: render_duration(value) for name, value in delay.items()}
    return render_duration(delay)
