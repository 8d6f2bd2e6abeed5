"""The control API's door to the scenarios: list, run, see what is to come, stop."""

from typing import Any

import msgspec
import orjson

from emulator.control.clock import DRAIN_S, DoneShape, show_done
from emulator.control.endpoint import NO_CONTENT, Asked, bad_body, render
from emulator.control.pages import Page
from emulator.control.scenarios.acts import check_scenario
from emulator.control.scenarios.bodies import Scenario
from emulator.control.scenarios.files import Repertoire, describe_scenarios
from emulator.control.scenarios.play import KIND, list_waiting, start, stop
from emulator.core.clock import render_time
from emulator.core.decisions import Decision
from emulator.core.due import Work
from emulator.core.fixtures import FixtureError
from emulator.core.records import Failure, name_nearest
from emulator.edge.call import Answer
from emulator.edge.problems import Problem


class Run(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which scenario to play: one that is known by `name`, or this one."""

    name: str | None = None
    scenario: Scenario | None = None


class ScenarioShape(msgspec.Struct, frozen=True):
    """A scenario that can be run by name."""

    name: str
    title: str
    about: str
    steps: int


class StepShape(msgspec.Struct, frozen=True):
    """A step that is still to come. `at`: on the sandbox's clock; `step`: as it was written."""

    key: str
    at: str
    step: dict[str, Any]


class RunShape(msgspec.Struct, frozen=True):
    """A run. `done`: what happened at once; `waiting`: what is to come, of every run."""

    id: str
    title: str
    started_at: str
    done: list[DoneShape]
    waiting: list[StepShape]


async def index(asked: Asked) -> Answer:
    """List the scenarios that can be run by name."""
    shapes = [
        ScenarioShape(name, scenario.title, scenario.about, len(scenario.steps))
        for name, scenario in _read(asked).items()
    ]
    return render(Page(shapes))


async def schema(_: Asked) -> Answer:
    """Show the JSON Schema of scenario files."""
    return Answer(200, orjson.dumps(describe_scenarios()), media_type="application/schema+json")


async def run(asked: Asked, body: Run) -> Answer:
    """Play a scenario in a sandbox, from now on."""
    sandbox, worker = await asked.sandbox(), asked.house.worker
    scenario = _choose(asked, body)
    with worker.watch(sandbox) as done:
        begun = await sandbox.transact(
            lambda view: Decision((name := start(view, scenario))[0], name[1])
        )
        await worker.drain(sandbox, DRAIN_S)
    now, waiting = await sandbox.look(lambda view: (view.now, list_waiting(view)))
    own = [show_done(one) for one in done if one.work.key.startswith(f"{begun.reply}/")]
    steps = [_show_step(work) for work in waiting]
    return render(RunShape(begun.reply, scenario.title, render_time(now), own, steps), 201)


async def waiting(asked: Asked) -> Answer:
    """List the steps that are still to come."""
    sandbox = await asked.sandbox()
    return render(Page([_show_step(work) for work in await sandbox.look(list_waiting)]))


async def stop_all(asked: Asked) -> Answer:
    """Let go of the steps that are still to come; what was done stays."""
    await (await asked.sandbox()).transact(lambda view: Decision(None, stop(view)))
    return NO_CONTENT


def _choose(asked: Asked, body: Run) -> Scenario:
    if (body.name is None) == (body.scenario is None):
        raise bad_body([Failure("", "must give a name or a scenario, one of them")])
    if body.scenario is not None:
        failures = check_scenario(asked.house.providers, body.scenario)
        if failures:
            raise bad_body([Failure(f"/scenario{path}", message) for path, message in failures])
        return body.scenario
    known = _read(asked)
    found = known.get(body.name or "")
    if found is None:
        near = name_nearest(body.name or "", known)
        raise bad_body([Failure("/name", f"is no {KIND} here; there is {near}")])
    return found


def _read(asked: Asked) -> dict[str, Scenario]:
    try:
        return Repertoire(asked.house.known, asked.house.scenarios).read()
    except FixtureError as error:
        raise Problem(409, "Unusable scenario", f"{error}. Put the file right.") from None


def _show_step(work: Work) -> StepShape:
    written = {k: v for k, v in msgspec.json.decode(work.data).items() if v is not None}
    return StepShape(work.key, render_time(work.due_at), written)
