"""What the providers' OpenAPI documents have in common: schemas by example, refusals by status."""

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.core.decisions import Json, Row
from emulator.edge.answers import fill

JSON = "application/json"
STRING: Mapping[str, Any] = {"type": "string"}


def describe_object(properties: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    """An object that requires all but the optional members."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


def schema_of(body: Json) -> dict[str, Any]:
    """What an error's body looks like, by its example."""
    if isinstance(body, dict):
        return describe_object({name: schema_of(value) for name, value in body.items()})
    if isinstance(body, list):
        return {"type": "array", "items": STRING}
    return {"const": body} if isinstance(body, bool) else dict(STRING)


def describe_refusals(
    rows: Iterable[Row], headers: Mapping[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """The rows by status, each an example of its media type. `headers`: on every answer."""
    responses: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row.status):
        response = responses.setdefault(
            str(row.status), {"description": "", "headers": dict(headers or {}), "content": {}}
        )
        response["description"] = f"{response['description']} {row.name}.".strip()
        response["headers"] |= {name: {"schema": STRING} for name, _ in row.headers}
        body = fill(row.body, row.defaults)
        medium = response["content"].setdefault(
            row.media_type, {"schema": {"anyOf": []}, "examples": {}}
        )
        schema = schema_of(body)
        if schema not in medium["schema"]["anyOf"]:
            medium["schema"]["anyOf"].append(schema)
        medium["examples"][row.name] = {
            "summary": row.hint or row.name,
            "value": body,
            "x-source": row.source,
        }
    return responses


def bare(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Without the members that shapes need and no reader: defaults, and titles of fields."""
    if isinstance(schema, list):
        return [bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: bare(part)
        for name, part in schema.items()
        if name != "default" and not (name == "title" and isinstance(part, str))
    }
