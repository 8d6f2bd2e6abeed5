"""useGrant's surface as served here, as an OpenAPI 3.1 document.

Made from what serves it: the routes, the shapes that validate, the catalogue that refuses. Nothing
here is on the way of a start or a call: it is imported when somebody asks for the document.
"""

import re
from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from emulator.edge.call import Route
from emulator.edge.openapi import JSON, STRING, bare, describe_refusals
from emulator.edge.provider import Provider
from emulator.providers.usegrant.openapi.operations import ANSWERS, OPERATIONS, Operation

_ABOUT = (
    "The REST API and the OpenID side of useGrant as this emulator serves them. Paths and shapes "
    "are those that the client library 2.1.0 demands, where the published document differs. Every "
    "refusal is an example under its status, with where it is known from in x-source."
)

_UUID = {"type": "string", "format": "uuid"}
_HOST = {
    "name": "X-UG-Host",
    "in": "header",
    "description": "The issuer's host name, before Host.",
    "schema": STRING,
}


def describe(provider: Provider, routes: Sequence[Route]) -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        described = _describe_operation(provider, route, OPERATIONS[route.operation])
        paths.setdefault(route.path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{provider.title}, emulated", "version": "2.1.0", "description": _ABOUT},
        "servers": [{"url": f"/{provider.name}"}],
        "paths": paths,
        "components": {
            "schemas": {**_request_schemas(), **ANSWERS},
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
        },
    }


def _describe_operation(provider: Provider, route: Route, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _name(route),
        "summary": operation.summary,
        "security": [{"apiKey": []}] if operation.keyed else [],
        "parameters": _parameters(route),
        "responses": {
            str(operation.status): _success(operation),
            **describe_refusals(provider.row(name) for name in operation.rows),
        },
    }
    if operation.body is not None:
        schema = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        required = any(field.is_required() for field in operation.body.model_fields.values())
        described["requestBody"] = {"required": required, "content": {JSON: {"schema": schema}}}
    return described


def _name(route: Route) -> str:
    """The operation's name; issuers answer the same operation under several paths."""
    names = re.findall(r"\{(\w+)\}", route.path)
    return "_".join([route.operation, *names]) if "url_id" in names else route.operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", route.path)
    in_path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _UUID if name.endswith("Id") else STRING,
        }
        for name in names
    ]
    return [*in_path, *([_HOST] if route.host_bound else ())]


def _success(operation: Operation) -> dict[str, Any]:
    response: dict[str, Any] = {"description": operation.answers}
    if operation.answer is not None:
        schema: dict[str, Any] = {"$ref": f"#/components/schemas/{operation.answer}"}
        if operation.listed:
            schema = {"type": "array", "items": schema}
        response["content"] = {JSON: {"schema": schema}}
    return response


def _request_schemas() -> dict[str, Any]:
    """The shapes that validate bodies, as they publish themselves."""
    shapes = [operation.body for operation in OPERATIONS.values() if operation.body is not None]
    _, schema = models_json_schema(
        [(shape, "validation") for shape in shapes], ref_template="#/components/schemas/{model}"
    )
    published: dict[str, Any] = bare(schema["$defs"])
    return published
