"""A fault as people write it: the same shape at the control API, in a header and in a scenario."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from emulator.core.defects import MISSING_CLAIM, SPELLINGS
from emulator.core.faults import Effect, GraphqlFault, GrpcFault, Rule, Scalar, Then, When
from emulator.core.records import Json
from emulator.edge.shapes import Delay, Duration, Lifetime

MAX_COUNT = 1_000_000_000
MAX_RETRY_AFTER_S = 86_400
MAX_STEPS = 100

Transport = Literal[
    "reset",
    "close_before_headers",
    "close_mid_body",
    "truncate",
    "dribble",
    "garble",
    "empty",
    "wrong_content_type",
    "deadline",
]
Pattern = Scalar | Annotated[list[Scalar], Meta(min_length=1, max_length=100)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
TokenDefect = Annotated[
    str,
    Meta(
        description=f"One of {', '.join(SPELLINGS)}.",
        examples=["expired", f"{MISSING_CLAIM}sub"],
        max_length=200,
    ),
]


class WhenBody(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"for_": "for"},
):
    """Which of the calls it matches.

    Not the first `after`; of the others each `every`th, with a `probability` (drawn from the
    sandbox's seed), at most `times` (null: all), and `for` so long on the sandbox's clock (null:
    for good).
    """

    after: Annotated[int, Meta(ge=0, le=MAX_COUNT)] = 0
    times: Annotated[int, Meta(ge=1, le=MAX_COUNT)] | None = None
    every: Annotated[int, Meta(ge=1, le=MAX_COUNT)] = 1
    probability: Annotated[float, Meta(gt=0, le=1)] = 1.0
    for_: Duration | None = None

    def record(self) -> When:
        """As the core has it."""
        for_s = None if self.for_ is None else float(self.for_)
        return When(self.after, self.times, self.every, self.probability, for_s)


class GraphqlBody(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What a GraphQL answer says: `errors` at its top, `null` at dotted paths of its data.

    `data: null` leaves no data at all. The operation runs.
    """

    errors: Annotated[tuple[dict[str, Any], ...], Meta(max_length=20)] = ()
    null: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()
    data: UnsetType | None = UNSET

    def record(self) -> GraphqlFault:
        """As the core has it."""
        return GraphqlFault(self.errors, self.null, self.data is None)


class GrpcBody(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A gRPC status in the answer's place: its code's name, message and trailing metadata."""

    code: str
    message: Annotated[str, Meta(max_length=4096)] = ""
    trailers: Annotated[dict[Name, str], Meta(max_length=20)] = {}

    def record(self) -> GrpcFault:
        """As the core has it."""
        return GrpcFault(self.code, self.message, tuple(self.trailers.items()))


class StepBody(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What happens to one call; several keys combine.

    `error`: a row of the provider's catalogue or an alias, instead of the operation;
    `retry_after`: whole seconds, with it. `delay`: the answer waits. `lifetime`, `token`: how long
    a minted token lives, and what is wrong with it. `transport`: what becomes of the answer on its
    way; `effect`: of an answer that never comes, whether the call was carried out (`after`) or not
    (`before`). `graphql`, `grpc`: what only these can say.
    """

    error: Name | None = None
    retry_after: Annotated[int, Meta(ge=0, le=MAX_RETRY_AFTER_S)] | None = None
    delay: Delay | None = None
    lifetime: Lifetime | None = None
    transport: Transport | None = None
    effect: Effect | None = None
    token: TokenDefect | None = None
    graphql: GraphqlBody | None = None
    grpc: GrpcBody | None = None

    def record(self) -> Then:
        """As the core has it."""
        return Then(
            error=self.error,
            retry_after=self.retry_after,
            delay=self.delay.delay if self.delay else None,
            lifetime_s=None if self.lifetime is None else int(self.lifetime),
            transport=self.transport,
            effect=self.effect or "before",
            token=self.token,
            graphql=self.graphql.record() if self.graphql else None,
            grpc=self.grpc.record() if self.grpc else None,
        )


Step = StepBody | Literal["pass"]


class HeaderFault(msgspec.Struct, frozen=True):
    """What a call asked for itself. `operation`: which of several is meant, by its short name."""

    body: StepBody
    operation: str | None = None


class ThenBody(StepBody, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What happens to the calls that it hits, or a `sequence` of this, one step for each.

    The step `pass` lets its call through; `repeat` begins again after the last.
    """

    sequence: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=MAX_STEPS)] | None = None
    repeat: bool | None = None

    def steps(self) -> tuple[Then, ...]:
        """The sequence as the core has it."""
        return tuple(
            step.record() if isinstance(step, StepBody) else Then() for step in self.sequence or ()
        )


class FaultBody(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A fault to be armed.

    `operation`: `<provider>.<operation>`, or `<provider>.*` for each of the provider's. `match`:
    dotted paths into the request (`input.items.0.id`), `header:<name>` or `caller` (the
    presented credential), with a value to be equal to, a text with `*` for anything, or a list of
    these.
    """

    operation: str
    then: ThenBody
    match: Annotated[dict[Name, Pattern], Meta(max_length=20)] = {}
    when: WhenBody = WhenBody()

    def record(self, name: str, armed_at: float) -> Rule:
        """As the core has it. `armed_at`: Unix seconds."""
        return Rule(
            name,
            self.operation,
            armed_at,
            self.when.record(),
            self.then.record(),
            self.match,
            self.then.steps(),
            bool(self.then.repeat),
        )


def show_then(then: Then) -> Mapping[str, Json]:
    """What happens, as it is written; only what there is of it."""
    values: tuple[tuple[str, Json], ...] = (
        ("error", then.error),
        ("retry_after", then.retry_after),
        ("delay", None if then.delay is None else Delay(then.delay).render()),
        ("lifetime", then.lifetime_s),
        ("transport", then.transport),
        ("effect", then.effect if then.is_silent else None),
        ("token", then.token),
        ("graphql", None if then.graphql is None else _show_graphql(then.graphql)),
        ("grpc", None if then.grpc is None else _show_grpc(then.grpc)),
    )
    return {name: value for name, value in values if value is not None}


def show_rule_then(rule: Rule) -> Mapping[str, Json]:
    """What happens to the calls that a rule hits, as it is written."""
    if not rule.sequence:
        return show_then(rule.then)
    steps: list[Json] = [dict(show_then(step)) or "pass" for step in rule.sequence]
    return {"sequence": steps, "repeat": rule.repeats}


def _show_graphql(fault: GraphqlFault) -> Json:
    shown: dict[str, Json] = {}
    if fault.errors:
        shown["errors"] = [dict(error) for error in fault.errors]
    if fault.nulls:
        shown["null"] = list(fault.nulls)
    if fault.drops_data:
        shown["data"] = None
    return shown


def _show_grpc(fault: GrpcFault) -> Json:
    return {"code": fault.code, "message": fault.message, "trailers": dict(fault.trailers)}
