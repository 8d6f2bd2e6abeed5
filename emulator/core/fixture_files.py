"""What fixture files look like: their JSON Schema, and a world written as one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import yaml

from emulator.core.decisions import Json
from emulator.core.world import AnyKind, Blueprint, World

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def describe_fixtures(blueprints: Sequence[Blueprint]) -> dict[str, Json]:
    """The JSON Schema of a fixture file of these providers."""
    kinds = [kind for blueprint in blueprints for kind in blueprint.kinds]
    shapes, components = msgspec.json.schema_components(
        [kind.record for kind in kinds], ref_template="#/$defs/{name}"
    )
    rows = {kind.id: shape for kind, shape in zip(kinds, shapes, strict=True)}
    return {
        "$schema": DRAFT,
        "title": "token-emulator fixtures",
        "description": "Records by provider and kind, laid over the shipped world by key.",
        **_closed({blueprint.provider: _describe(blueprint, rows) for blueprint in blueprints}),
        "$defs": dict(components),
    }


def _describe(blueprint: Blueprint, rows: Mapping[str, Json]) -> Json:
    replace: Json = {"type": "boolean", "description": "Start empty, not from the shipped world."}
    kinds: dict[str, Json] = {
        kind.name: {"type": "array", "items": rows[kind.id]} for kind in blueprint.kinds
    }
    return _closed({"replace": replace, **kinds})


def _closed(properties: dict[str, Json]) -> dict[str, Json]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


class Chosen(NamedTuple):
    """Records of a provider by kind. `replaces`: they are all there are, not laid over others."""

    provider: str
    replaces: bool
    records: Mapping[str, Sequence[msgspec.Struct]]


def render_fixtures(chosen: Sequence[Chosen]) -> str:
    """Records as one fixture file."""
    document = {
        one.provider: {
            **({"replace": True} if one.replaces else {}),
            **{
                kind: [msgspec.to_builtins(record) for record in records]
                for kind, records in one.records.items()
            },
        }
        for one in chosen
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def render_world(world: World, blueprints: Sequence[Blueprint]) -> str:
    """A world as one fixture file, which read alone gives that world again."""
    return render_fixtures(
        [
            Chosen(b.provider, replaces=True, records={k.name: _list(world, k) for k in b.kinds})
            for b in blueprints
        ]
    )


def _list(world: World, kind: AnyKind) -> list[msgspec.Struct]:
    return list(world.bases[kind.id].records.values())
