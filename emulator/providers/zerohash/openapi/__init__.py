"""zerohash's surface as served here, as an OpenAPI 3.1 document.

Made from what serves it: the routes, the shapes that validate, the catalogue that refuses. Nothing
here is on the way of a start or a call: it is imported when somebody asks for the document.
"""

from collections.abc import Sequence
from typing import Any

from emulator.edge.call import Route
from emulator.edge.openapi import describe_refusals
from emulator.edge.provider import Provider
from emulator.providers.zerohash.openapi.operations import (
    HEADERS,
    OPERATIONS,
    SIGNING,
    Operation,
)
from emulator.providers.zerohash.openapi.schemas import ANSWERS, request_schemas

_JSON = "application/json"

_ABOUT = (
    "The part of zerohash's API that this emulator serves. The provider's document allows one of "
    "ten request variants for a token; here a body is read against the full one, and the rules "
    "between its fields are told in the operation's description. Every refusal is an example "
    "under its status, with where it is known from in x-source."
)


def describe(provider: Provider, routes: Sequence[Route]) -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        described = _describe_operation(provider, route, OPERATIONS[route.operation])
        paths.setdefault(route.path, {})[route.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{provider.title}, emulated", "version": "1.7.0", "description": _ABOUT},
        "servers": [{"url": f"/{provider.name}"}],
        "paths": paths,
        "components": {
            "schemas": {**request_schemas(), **ANSWERS},
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-SCX-API-KEY"},
                "apiPassphrase": {"type": "apiKey", "in": "header", "name": "X-SCX-PASSPHRASE"},
            },
            "parameters": {**SIGNING, **HEADERS},
        },
    }


def _describe_operation(provider: Provider, route: Route, operation: Operation) -> dict[str, Any]:
    shared = [*(SIGNING if operation.signed else ()), *HEADERS]
    described: dict[str, Any] = {
        "operationId": route.operation,
        "summary": operation.summary,
        "description": operation.description,
        "security": [{"apiKey": [], "apiPassphrase": []}] if operation.signed else [],
        "parameters": [
            *operation.parameters,
            *({"$ref": f"#/components/parameters/{name}"} for name in shared),
        ],
        "responses": {
            str(operation.status): _success(operation),
            **describe_refusals(map(provider.row, operation.rows), _answer_headers()),
        },
    }
    if operation.body is not None:
        schema = {"$ref": f"#/components/schemas/{operation.body}"}
        described["requestBody"] = {"required": True, "content": {_JSON: {"schema": schema}}}
    return described


def _success(operation: Operation) -> dict[str, Any]:
    response: dict[str, Any] = {"description": operation.answers, "headers": _answer_headers()}
    if operation.answer is not None:
        schema = {"$ref": f"#/components/schemas/{operation.answer}"}
        response["content"] = {_JSON: {"schema": schema}}
    return response


def _answer_headers() -> dict[str, Any]:
    return {"X-Request-Id": {"schema": {"type": "string"}}}
