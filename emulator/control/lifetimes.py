"""How long tokens live: by provider or operation, laid over the providers' own defaults."""

from collections.abc import Iterator, Mapping

from emulator.control.endpoint import Asked, bad_body, render
from emulator.core.decisions import Decision
from emulator.core.facts import Fact, LifetimesSet
from emulator.core.records import Failure, name_nearest, point, take
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.provider import Providers
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
    providers = asked.house.providers
    return render(await sandbox.look(lambda view: _show(providers, view.state.lifetimes)))


async def put(asked: Asked, values: dict[str, object]) -> Answer:
    """Change lifetimes (RFC 7396): absent keeps, null restores the default."""
    providers = asked.house.providers
    sandbox = await asked.sandbox()
    await sandbox.transact(lambda view: Decision(None, change_lifetimes(providers, view, values)))
    return await show(asked)


def change_lifetimes(
    providers: Providers, view: View, values: Mapping[str, object]
) -> tuple[Fact, ...]:
    """What a patch changes.

    Raises:
        Problem: 400, with everything in it that can't be.
    """
    changes: Lifetimes = {}
    failures = take(_read_into(changes, list_names(providers), values))
    if failures:
        raise bad_body(failures)
    merged = {**view.state.lifetimes, **changes}
    lifetimes = {name: seconds for name, seconds in merged.items() if seconds is not None}
    return (LifetimesSet(view.now, lifetimes),) if lifetimes != view.state.lifetimes else ()


def check_lifetimes(providers: Providers, values: Mapping[str, object]) -> list[Failure]:
    """Everything in a patch that can't be."""
    return take(_read_into({}, list_names(providers), values))


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


def list_names(providers: Providers) -> list[str]:
    """The providers that mint, each before its operations that do."""
    names: list[str] = []
    for provider in providers.values():
        operations = [f"{provider.name}.{operation}" for operation in provider.lifetimes]
        names += [provider.name, *operations] if operations else []
    return names


def _show(providers: Providers, lifetimes: Mapping[str, int]) -> Lifetimes:
    return {name: lifetimes.get(name) for name in list_names(providers)}
