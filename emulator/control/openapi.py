"""The control API as an OpenAPI 3.1 document, made from the same table as its routes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from emulator.control.endpoint import Endpoint, Taking, TakingObject
from emulator.edge.http import CONTROL
from emulator.edge.problems import MEDIA_TYPE
from emulator.edge.shapes import describe_shape

Schema = dict[str, Any]

_REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")

_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457: what happened, and in `detail` what to do.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Everything that is wrong; `path`: a JSON Pointer, or `?<parameter>`.",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "nearest": {"type": "array", "items": {"type": "string"}},
    },
}
_PARAMETERS = {
    "id": "A sandbox; `default` is always there.",
    "provider": "A provider's name.",
    "jti": "A token's id.",
    "fault": "A fault's id.",
    "call": "A call's id.",
    "kind": "A kind of the provider's world.",
    "key": "A record's key.",
}


def describe_api(endpoints: Sequence[Endpoint], version: str) -> Schema:
    """The document."""
    types = list(_list_types(endpoints))
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=describe_shape, ref_template=_REF
    )
    by_type = {repr(of): _ease(schema) for of, schema in zip(types, schemas, strict=True)}
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        path = _PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _describe(endpoint, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "token-emulator control API",
            "version": version,
            "description": "Looks at and changes what the emulator does, one sandbox at a time.",
        },
        "servers": [{"url": CONTROL}],
        "paths": paths,
        "components": {
            "schemas": {**_ease(components), "Problem": _PROBLEM},
            "securitySchemes": {"control_token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _ease(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema without `"items": false`, which generators of clients stumble over.

    It says nothing new: where it stands, `maxItems` bounds the array.
    """
    if isinstance(schema, list):
        return [_ease(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {k: _ease(v) for k, v in schema.items() if not (k == "items" and v is False)}


def _list_types(endpoints: Iterable[Endpoint]) -> Iterable[Any]:
    for endpoint in endpoints:
        if isinstance(endpoint.handle, Taking):
            yield endpoint.handle.shape
        yield from (of for of in endpoint.answers.values() if of is not None)


def _describe(endpoint: Endpoint, by_type: Mapping[str, Schema]) -> Schema:
    described: Schema = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.name.partition("_")[0]],
        "parameters": _describe_parameters(endpoint),
        "responses": _describe_answers(endpoint, by_type),
        "security": [] if endpoint.is_open else [{"control_token": []}, {}],
    }
    if endpoint.takes_body:
        described["requestBody"] = {
            "required": endpoint.method != "POST",
            "content": {"application/json": {"schema": _body_schema(endpoint, by_type)}},
        }
    return described


def _body_schema(endpoint: Endpoint, by_type: Mapping[str, Schema]) -> Schema:
    if isinstance(endpoint.handle, TakingObject):
        return dict(endpoint.handle.schema)
    return by_type[repr(endpoint.handle.shape)] if isinstance(endpoint.handle, Taking) else {}


def _describe_parameters(endpoint: Endpoint) -> list[Schema]:
    in_path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PARAMETERS[name],
            "schema": {"type": "string"},
        }
        for name in _PARAMETER.findall(endpoint.path)
    ]
    given = [
        {
            "name": parameter.name,
            "in": where,
            "description": parameter.description,
            "schema": dict(parameter.schema),
        }
        for where, parameters in (("query", endpoint.query), ("header", endpoint.headers))
        for parameter in parameters
    ]
    return [*in_path, *given]


def _describe_answers(endpoint: Endpoint, by_type: Mapping[str, Schema]) -> Schema:
    answers: Schema = {}
    for status, of in endpoint.answers.items():
        answer: Schema = {"description": HTTPStatus(status).phrase}
        if of is not None:
            answer["content"] = {endpoint.media_type: {"schema": by_type[repr(of)]}}
        answers[str(status)] = answer
    for status in sorted(_list_problems(endpoint)):
        answers[str(status)] = _describe_problem(HTTPStatus(status).phrase)
    answers["default"] = _describe_problem("Anything else that went wrong.")
    return answers


def _list_problems(endpoint: Endpoint) -> set[int]:
    """The statuses of its own, and those that follow from what it takes."""
    problems = set(endpoint.problems)
    if not endpoint.is_open:
        problems |= {400, 401, 403}
    if endpoint.takes_body:
        problems |= {400, 413}
    if "{" in endpoint.path:
        problems |= {400, 404}
    return problems


def _describe_problem(description: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
