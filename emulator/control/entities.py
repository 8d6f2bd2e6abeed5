"""A provider's world: look at it and change it. Secrets are never shown."""

from collections.abc import Callable
from typing import Any

from emulator.control.endpoint import NO_CONTENT, Asked, bad_body, render
from emulator.control.newborn import check_fake
from emulator.control.pages import Page, cut_page
from emulator.core.decisions import Decision
from emulator.core.entities import Put, add_entity, drop_entity, put_entity, show_entity
from emulator.core.records import Unfit, name_nearest, point
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.core.world import AnyKind
from emulator.edge.call import Answer
from emulator.edge.problems import Problem

Counts = dict[str, int]
Entity = dict[str, Any]

SCHEMA = {"type": "object", "description": "A record of that kind; `***` keeps a secret as it is."}


async def count(asked: Asked) -> Answer:
    """Show a provider's kinds with how many records each has."""
    sandbox = await asked.sandbox()
    kinds = asked.provider().blueprint.kinds
    return render(
        await sandbox.look(lambda view: {kind.name: len(view.table(kind)) for kind in kinds})
    )


async def index(asked: Asked) -> Answer:
    """List the records of a kind."""
    sandbox = await asked.sandbox()
    kind = _find_kind(asked)
    page = await sandbox.look(
        lambda view: cut_page(asked, reversed(list(view.table(kind))), kind.key_of)
    )
    return render(Page([show_entity(kind, record) for record in page.items], page.next))


async def show(asked: Asked) -> Answer:
    """Show a record."""
    sandbox = await asked.sandbox()
    kind = _find_kind(asked)
    record = await sandbox.look(lambda view: view.table(kind).get(asked.params["key"]))
    if record is None:
        raise _no_entity(asked)
    return render(show_entity(kind, record))


async def put(asked: Asked, values: dict[str, object]) -> Answer:
    """Replace a record, or create it under a key of one's choice."""
    sandbox = await asked.sandbox()
    kind = _find_kind(asked)
    key = asked.params["key"]
    check_fake(key, point(kind.key))  # the path names a field of the record
    return await _place(sandbox, kind, values, lambda view: put_entity(view, kind, key, values))


async def add(asked: Asked, values: dict[str, object]) -> Answer:
    """Create a record under a key that is drawn."""
    sandbox = await asked.sandbox()
    kind = _find_kind(asked)
    return await _place(sandbox, kind, values, lambda view: add_entity(view, kind, values))


async def drop(asked: Asked) -> Answer:
    """Drop a record, and all that hangs on it."""
    sandbox = await asked.sandbox()
    kind = _find_kind(asked)

    def decide(view: View) -> Decision[None]:
        facts = drop_entity(view, kind, asked.params["key"])
        if not facts:
            raise _no_entity(asked)
        return Decision(None, facts)

    await sandbox.transact(decide)
    return NO_CONTENT


async def _place(
    sandbox: Sandbox, kind: AnyKind, values: dict[str, object], place: Callable[[View], Put]
) -> Answer:
    check_fake(values)

    def decide(view: View) -> Decision[Put]:
        try:
            put = place(view)
        except Unfit as unfit:
            raise bad_body(unfit.failures) from None
        return Decision(put, (put.fact,))

    placed = (await sandbox.transact(decide)).reply
    return render(show_entity(kind, placed.record), 201 if placed.is_new else 200)


def _find_kind(asked: Asked) -> AnyKind:
    kinds = {kind.name: kind for kind in asked.provider().blueprint.kinds}
    kind = kinds.get(asked.params["kind"])
    if kind is None:
        near = name_nearest(asked.params["kind"], kinds)
        raise Problem(404, "No such kind", f"There is {near}.")
    return kind


def _no_entity(asked: Asked) -> Problem:
    kind = asked.params["kind"]
    detail = f"There is none of that key: GET .../entities/{asked.params['provider']}/{kind} lists."
    return Problem(404, f"No such record of {kind}", detail)
