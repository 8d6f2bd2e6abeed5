"""The control API's door to the faults: arm, look, disarm."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from emulator.control.endpoint import NO_CONTENT, Asked, bad_body, render
from emulator.control.house import House
from emulator.control.pages import Page, cut_page
from emulator.control.shapes import Delay, Lifetime
from emulator.core.clock import render_duration, render_time
from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed, FaultsDisarmed
from emulator.core.faults import Hits, Rule, Then, When
from emulator.core.records import Failure, name_nearest
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.problems import Problem
from emulator.edge.provider import Provider

MAX_COUNT = 1_000_000_000
MAX_RETRY_AFTER_S = 86_400
MAX_RULES = 1000


class WhenBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the calls it meets: not the first `after`, and then at most `times` (null: all)."""

    after: Annotated[int, Meta(ge=0, le=MAX_COUNT)] = 0
    times: Annotated[int, Meta(ge=1, le=MAX_COUNT)] | None = None


class ThenBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to the call: an `error` or a `lifetime`, a `delay` with either or alone.

    `error`: a row of the provider's catalogue or an alias; `retry_after`: whole seconds, with it.
    """

    error: str | None = None
    retry_after: Annotated[int, Meta(ge=0, le=MAX_RETRY_AFTER_S)] | None = None
    delay: Delay | None = None
    lifetime: Lifetime | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule to be armed. `operation`: `<provider>.<operation>`."""

    operation: str
    then: ThenBody
    when: WhenBody = WhenBody()


class HitsShape(msgspec.Struct, frozen=True):
    """How many calls a rule matched, and for how many it fired."""

    matched: int
    fired: int


class WhenShape(msgspec.Struct, frozen=True):
    """Which of the calls: null, without end."""

    after: int
    times: int | None


class ThenShape(msgspec.Struct, frozen=True):
    """What happens; only what the rule has."""

    error: str | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET
    delay: str | UnsetType = UNSET
    lifetime: int | UnsetType = UNSET


class RuleShape(msgspec.Struct, frozen=True):
    """An armed rule with its hits."""

    id: str
    operation: str
    when: WhenShape
    then: ThenShape
    hits: HitsShape
    armed_at: str


async def index(asked: Asked) -> Answer:
    """List the armed faults with their hits."""
    sandbox = await asked.sandbox()
    page = await sandbox.look(
        lambda view: cut_page(asked, reversed(list(view.faults.items())), lambda armed: armed[0].id)
    )
    return render(Page([show_rule(*armed) for armed in page.items], page.next))


async def show(asked: Asked) -> Answer:
    """Show a fault with its hits."""
    sandbox = await asked.sandbox()
    armed = await sandbox.look(lambda view: view.faults.get(asked.params["fault"]))
    if armed is None:
        raise _no_fault(asked)
    return render(show_rule(*armed))


async def arm(asked: Asked, body: Fault) -> Answer:
    """Arm a fault."""
    _check(asked.house, body)
    when = When(after=body.when.after, times=body.when.times)
    then = Then(
        error=body.then.error,
        retry_after=body.then.retry_after,
        delay_s=float(body.then.delay or 0.0),
        lifetime_s=None if body.then.lifetime is None else int(body.then.lifetime),
    )

    def decide(view: View) -> Decision[Rule]:
        if len(list(view.faults.items())) >= MAX_RULES:
            detail = f"{MAX_RULES} faults are armed in this sandbox: DELETE some."
            raise Problem(409, "Too many faults", detail)
        name = f"fault_{view.draw_number('fault')}"
        rule = Rule(name, body.operation, view.now, when, then)
        return Decision(rule, (FaultArmed(view.now, rule),))

    rule = (await (await asked.sandbox()).transact(decide)).reply
    return render(show_rule(rule, Hits()), 201)


async def disarm(asked: Asked) -> Answer:
    """Disarm a fault."""

    def decide(view: View) -> Decision[None]:
        name = asked.params["fault"]
        if view.faults.get(name) is None:
            raise _no_fault(asked)
        return Decision(None, (FaultsDisarmed(view.now, (name,)),))

    await (await asked.sandbox()).transact(decide)
    return NO_CONTENT


async def disarm_all(asked: Asked) -> Answer:
    """Disarm all faults."""

    def decide(view: View) -> Decision[None]:
        rules = tuple(rule.id for rule, _ in view.faults.items())
        return Decision(None, (FaultsDisarmed(view.now, rules),) if rules else ())

    await (await asked.sandbox()).transact(decide)
    return NO_CONTENT


def show_rule(rule: Rule, hits: Hits) -> RuleShape:
    """A rule as it is told."""
    then = rule.then
    return RuleShape(
        id=rule.id,
        operation=rule.operation,
        when=WhenShape(rule.when.after, rule.when.times),
        then=ThenShape(
            error=UNSET if then.error is None else then.error,
            retry_after=UNSET if then.retry_after is None else then.retry_after,
            delay=render_duration(then.delay_s) if then.delay_s else UNSET,
            lifetime=UNSET if then.lifetime_s is None else then.lifetime_s,
        ),
        hits=HitsShape(hits.matched, hits.fired),
        armed_at=render_time(rule.armed_at),
    )


def _check(house: House, body: Fault) -> None:
    """Refuse what could never fire.

    Raises:
        Problem: 400, with all of it.
    """
    name, _, operation = body.operation.partition(".")
    provider = house.providers.get(name)
    failures = list(_check_combination(body.then))
    if provider is None or operation not in provider.operations:
        operations = [f"{p.name}.{o}" for p in house.providers.values() for o in p.operations]
        near = name_nearest(body.operation, operations)
        failures.append(Failure("/operation", f"is no operation; there is {near}"))
    else:
        failures += _check_fit(provider, operation, body.then)
    if failures:
        raise bad_body(failures)


def _check_combination(then: ThenBody) -> list[Failure]:
    failures = []
    if then.error is None and then.delay is None and then.lifetime is None:
        failures.append(Failure("/then", "does nothing: give an error, a delay or a lifetime"))
    if then.error is not None and then.lifetime is not None:
        message = "contradicts the error: a call that fails mints no token"
        failures.append(Failure("/then/lifetime", message))
    if then.error is None and then.retry_after is not None:
        failures.append(Failure("/then/retry_after", "goes with an error only"))
    return failures


def _check_fit(provider: Provider, operation: str, then: ThenBody) -> list[Failure]:
    failures = []
    if then.error is not None and then.error not in {*provider.catalogue, *provider.aliases}:
        near = name_nearest(then.error, {*provider.catalogue, *provider.aliases})
        message = f"is no error of {provider.name}'s; there is {near}"
        failures.append(Failure("/then/error", message))
    if then.lifetime is not None and operation not in provider.lifetimes:
        near = ", ".join(f"{provider.name}.{name}" for name in provider.lifetimes)
        message = f"goes with operations that mint only: {near}"
        failures.append(Failure("/then/lifetime", message))
    return failures


def _no_fault(asked: Asked) -> Problem:
    sandbox = asked.params["id"]
    detail = f"GET /_emulator/sandboxes/{sandbox}/faults lists those that are armed."
    return Problem(404, "No such fault", detail)
