"""A sandbox's switches, per provider."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from emulator.control.endpoint import Asked, bad_body, render
from emulator.control.house import House
from emulator.core.decisions import Decision
from emulator.core.facts import Fact, SettingsSet
from emulator.core.records import Failure, Unfit, convert_record, name_nearest, point, take
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.provider import Providers
from emulator.edge.shapes import describe_shape

# provider -> switch -> value, the defaults included
Settings = dict[str, dict[str, Any]]

SCHEMA = {
    "type": "object",
    "description": "Per provider the switches that change; null restores a default, or all.",
    "additionalProperties": {"type": ["object", "null"]},
}


async def show(asked: Asked) -> Answer:
    """Show every switch as it stands."""
    sandbox = await asked.sandbox()
    house = asked.house
    return render(await sandbox.look(lambda view: _show(house, view.state.overrides)))


async def describe(asked: Asked) -> Answer:
    """Describe the switches as a JSON Schema: what each takes, and its default."""
    shapes = {name: p.blueprint.settings for name, p in asked.house.providers.items()}
    schemas, defs = msgspec.json.schema_components(
        list(shapes.values()), schema_hook=describe_shape, ref_template="#/$defs/{name}"
    )
    properties = dict(zip(shapes, schemas, strict=True))
    described = {"type": "object", "properties": properties, "$defs": defs}
    return Answer(200, msgspec.json.encode(described), media_type="application/schema+json")


async def put(asked: Asked, patch: dict[str, object]) -> Answer:
    """Change switches (RFC 7396): absent keeps, null restores the default."""
    providers = asked.house.providers
    sandbox = await asked.sandbox()
    await sandbox.transact(lambda view: Decision(None, change_settings(providers, view, patch)))
    return await show(asked)


def change_settings(
    providers: Providers, view: View, patch: Mapping[str, object]
) -> tuple[Fact, ...]:
    """What a patch changes.

    Raises:
        Problem: 400, with everything in the patch that can't be.
    """
    before = view.state.overrides
    after = {provider: dict(values) for provider, values in before.items()}
    failures = take(_merge_into(after, providers, patch))
    if failures:
        raise bad_body(failures)
    return tuple(
        SettingsSet(view.now, provider, msgspec.Raw(msgspec.json.encode(after[provider])))
        for provider in patch
        if after[provider] != before.get(provider, {})
    )


def check_settings(providers: Providers, patch: Mapping[str, object]) -> list[Failure]:
    """Everything in a patch that can't be."""
    return take(_merge_into({}, providers, patch))


def _merge_into(
    after: dict[str, dict[str, object]], providers: Providers, patch: Mapping[str, object]
) -> Iterator[Failure]:
    for name, change in patch.items():
        if name not in providers:
            near = name_nearest(name, providers)
            yield Failure(point(name), f"is no provider; there is {near}")
        elif change is not None and not isinstance(change, Mapping):
            yield Failure(point(name), "must be an object or null")
        else:
            # null takes away, as RFC 7396 has it: a provider's name as well as a switch's.
            after[name] = {} if change is None else merge_patch(after.get(name, {}), change)
            shape = providers[name].blueprint.settings
            yield from _check(name, shape, after[name], change or {})


def _check(
    provider: str,
    shape: type[msgspec.Struct],
    values: Mapping[str, object],
    change: Mapping[str, object],
) -> Iterator[Failure]:
    known = {field.encode_name for field in msgspec.structs.fields(shape)}
    for name, value in change.items():
        if value is None and name not in known:
            near = name_nearest(name, known)
            yield Failure(point(provider, name), f"is no field here; there is {near}")
    try:
        convert_record(values, shape)
    except Unfit as unfit:
        for path, message in unfit.failures:
            yield Failure(point(provider) + path, message)


def merge_patch(target: object, patch: Mapping[str, object]) -> dict[str, object]:
    """RFC 7396, for a patch that is an object."""
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = (
                merge_patch(merged.get(name), value) if isinstance(value, Mapping) else value
            )
    return merged


def _show(house: House, overrides: Mapping[str, Mapping[str, object]]) -> Settings:
    return {
        name: msgspec.to_builtins(
            msgspec.convert(overrides.get(name, {}), provider.blueprint.settings)
        )
        for name, provider in house.providers.items()
    }
