"""The control API's door to the faults: arm, look, disarm."""

from collections.abc import Mapping

import msgspec

from emulator.control.endpoint import NO_CONTENT, Asked, bad_body, render
from emulator.control.pages import Page, cut_page
from emulator.core.clock import render_duration, render_time
from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed, FaultsDisarmed
from emulator.core.faults import Hits, Pattern, Rule
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.faults.bodies import FaultBody, ThenBody, show_rule_then
from emulator.edge.faults.checks import check_fault
from emulator.edge.faults.defects import check_defects
from emulator.edge.problems import Problem
from emulator.edge.provider import Providers

MAX_RULES = 1000


class HitsShape(msgspec.Struct, frozen=True):
    """How many calls a rule matched, and for how many it fired."""

    matched: int
    fired: int


class WhenShape(msgspec.Struct, frozen=True, rename={"for_": "for"}):
    """Which of the calls: null, without end."""

    after: int
    times: int | None
    every: int
    probability: float
    for_: str | None


class RuleShape(msgspec.Struct, frozen=True):
    """An armed rule with its hits."""

    id: str
    operation: str
    match: dict[str, Pattern]
    when: WhenShape
    then: ThenBody
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


async def arm(asked: Asked, body: FaultBody) -> Answer:
    """Arm a fault."""
    failures = check_fault(asked.house.providers, body)
    if failures:
        raise bad_body(failures)

    def decide(view: View) -> Decision[Rule]:
        rule = make_rule(asked.house.providers, view, body, view.now)
        return Decision(rule, (FaultArmed(view.now, rule),))

    rule = (await (await asked.sandbox()).transact(decide)).reply
    return render(show_rule(rule, Hits()), 201)


def make_rule(providers: Providers, view: View, body: FaultBody, armed_at: float) -> Rule:
    """The rule of a fault that was checked. `armed_at`: Unix seconds.

    Raises:
        Problem: 400, tokens as they are here can't have the defect; 409, too many are armed.
    """
    name, _, operation = body.operation.partition(".")
    unfit = list(check_defects(view, providers[name], operation, body.then, "/then"))
    if unfit:
        raise bad_body(unfit)
    if len(view.faults) >= MAX_RULES:
        detail = f"{MAX_RULES} faults are armed in this sandbox: DELETE some."
        raise Problem(409, "Too many faults", detail)
    return body.record(f"fault_{view.draw_number('fault')}", armed_at)


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


def show_rule(rule: Rule, hits: Hits) -> Mapping[str, object]:
    """A rule as it is told: what it was written as, with every default."""
    when = rule.when
    return {
        "id": rule.id,
        "operation": rule.operation,
        "match": dict(rule.match),
        "when": {
            "after": when.after,
            "times": when.times,
            "every": when.every,
            "probability": when.probability,
            "for": None if when.for_s is None else render_duration(when.for_s),
        },
        "then": show_rule_then(rule),
        "hits": {"matched": hits.matched, "fired": hits.fired},
        "armed_at": render_time(rule.armed_at),
    }


def _no_fault(asked: Asked) -> Problem:
    sandbox = asked.params["id"]
    detail = f"GET /_emulator/sandboxes/{sandbox}/faults lists those that are armed."
    return Problem(404, "No such fault", detail)
