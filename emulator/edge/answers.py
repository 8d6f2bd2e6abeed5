"""Refusals as answers: a row's body with the refusal's values filled in."""

import re
from collections.abc import Mapping

import orjson

from emulator.core.decisions import Json, Refusal
from emulator.core.faults import Firing
from emulator.edge.call import Answer


def render_json(body: object, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, orjson.dumps(body))


def render_refusal(refusal: Refusal, firing: Firing | None = None) -> Answer:
    """The provider's own words for a refusal."""
    row = refusal.row
    values = {**row.defaults, **refusal.values}
    body = fill(row.body, values)
    raw = body.encode() if isinstance(body, str) else orjson.dumps(body)
    given = {name.lower() for name, _ in refusal.headers}
    usual = (header for header in row.headers if header[0].lower() not in given)
    return Answer(
        row.status,
        raw,
        media_type=row.media_type,
        headers=(*usual, *refusal.headers),
        refusal=row.name,
        hint=refusal.hint,
        explanation=refusal.explanation,
        firing=firing,
    )


def fill(template: Json, values: Mapping[str, Json]) -> Json:
    """The template with every `{name}` in its strings replaced."""
    if isinstance(template, str):
        return _fill_text(template, values)
    if isinstance(template, list):
        return [fill(inner, values) for inner in template]
    if isinstance(template, dict):
        return {name: fill(inner, values) for name, inner in template.items()}
    return template


_PLACE = re.compile(r"\{(\w+)\}")


def _fill_text(template: str, values: Mapping[str, Json]) -> Json:
    """In one pass: a value that looks like a place is a value all the same."""
    whole = _PLACE.fullmatch(template)
    if whole and whole[1] in values:
        return values[whole[1]]
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), template)
