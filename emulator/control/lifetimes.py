"""How long tokens live: by provider or operation, laid over the providers' own defaults."""

from collections.abc import Iterator, Mapping

from emulator.control.endpoint import Asked, bad_body, render
from emulator.control.house import House
from emulator.core.decisions import Decision
from emulator.core.facts import LifetimesSet
from emulator.core.records import Failure, name_nearest, point, take
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.shapes import Lifetime, describe_shape, read_lifetime

# Every name there is, in seconds; null: the provider's own default holds.
Lifetimes = dict[str, int | None]

SCHEMA = {
    "type": "object",
    "description": "By provider, or by operation (`zerohash.client_auth_token`), which wins.",
    "additionalProperties": {"anyOf": [describe_shape(Lifetime), {"type": "null"}]},
}


async def show(asked: Asked) -> Answer:
    """Show every lifetime that can be set; null where the provider's default holds."""
    sandbox = await asked.sandbox()
    house = asked.house
    return render(await sandbox.look(lambda view: _show(house, view.state.lifetimes)))


async def put(asked: Asked, values: dict[str, object]) -> Answer:
    """Change lifetimes (RFC 7396): absent keeps, null restores the default."""
    house = asked.house
    changes = _read_changes(house, values)

    def decide(view: View) -> Decision[Lifetimes]:
        merged = {**view.state.lifetimes, **changes}
        lifetimes = {name: seconds for name, seconds in merged.items() if seconds is not None}
        changed = lifetimes != view.state.lifetimes
        facts = (LifetimesSet(view.now, lifetimes),) if changed else ()
        return Decision(_show(house, lifetimes), facts)

    return render((await (await asked.sandbox()).transact(decide)).reply)


def _read_changes(house: House, values: Mapping[str, object]) -> Lifetimes:
    changes: Lifetimes = {}
    failures = take(_read_into(changes, list_names(house), values))
    if failures:
        raise bad_body(failures)
    return changes


def _read_into(
    changes: Lifetimes, names: list[str], values: Mapping[str, object]
) -> Iterator[Failure]:
    for name, value in values.items():
        if name not in names:
            near = name_nearest(name, names)
            yield Failure(point(name), f"names nothing that mints; there is {near}")
            continue
        try:
            changes[name] = None if value is None else int(read_lifetime(value))
        except ValueError as error:
            yield Failure(point(name), str(error))


def list_names(house: House) -> list[str]:
    """The providers that mint, each before its operations that do."""
    names: list[str] = []
    for provider in house.providers.values():
        operations = [f"{provider.name}.{operation}" for operation in provider.lifetimes]
        names += [provider.name, *operations] if operations else []
    return names


def _show(house: House, lifetimes: Mapping[str, int]) -> Lifetimes:
    return {name: lifetimes.get(name) for name in list_names(house)}
