"""A sandbox's switches, per provider."""

from collections.abc import Mapping
from typing import Any

import msgspec

from emulator.control.endpoint import Asked, bad_body, render
from emulator.control.house import House
from emulator.core.decisions import Decision
from emulator.core.facts import SettingsSet
from emulator.core.records import Failure, Unfit, convert_record, name_nearest, point
from emulator.core.view import View
from emulator.edge.call import Answer

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


async def put(asked: Asked, patch: dict[str, object]) -> Answer:
    """Change switches (RFC 7396): absent keeps, null restores the default."""
    house = asked.house

    def decide(view: View) -> Decision[Settings]:
        before = view.state.overrides
        after = _merge(house, before, patch)
        facts = tuple(
            SettingsSet(view.now, provider, msgspec.Raw(msgspec.json.encode(after[provider])))
            for provider in patch
            if after[provider] != before.get(provider, {})
        )
        return Decision(_show(house, after), facts)

    return render((await (await asked.sandbox()).transact(decide)).reply)


def _merge(
    house: House, before: Mapping[str, Mapping[str, object]], patch: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """What differs from the defaults once the patch is applied.

    Raises:
        Problem: 400, with everything in the patch that can't be.
    """
    after = {provider: dict(values) for provider, values in before.items()}
    failures: list[Failure] = []
    for name, change in patch.items():
        path = point(name)
        if name not in house.tenants:
            near = name_nearest(name, house.tenants)
            failures.append(Failure(path, f"is no provider; there is {near}"))
        elif change is not None and not isinstance(change, dict):
            failures.append(Failure(path, "must be an object or null"))
        else:
            # null takes away, as RFC 7396 has it: a provider's name as well as a switch's.
            after[name] = {} if change is None else merge_patch(after.get(name, {}), change)
            failures += _check(house, name, after[name], change)
    if failures:
        raise bad_body(failures)
    return after


def _check(
    house: House, provider: str, values: Mapping[str, object], change: Mapping[str, object] | None
) -> list[Failure]:
    shape = house.providers[provider].blueprint.settings
    known = {field.encode_name for field in msgspec.structs.fields(shape)}
    restored = [name for name, value in (change or {}).items() if value is None]
    failures = [
        Failure(point(provider, name), f"is no field here; there is {name_nearest(name, known)}")
        for name in restored
        if name not in known
    ]
    try:
        convert_record(values, shape)
    except Unfit as unfit:
        failures += [Failure(point(provider) + path, text) for path, text in unfit.failures]
    return failures


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
