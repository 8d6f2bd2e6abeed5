"""HTTP mode and the upstream role as served here, as an OpenAPI 3.1 document."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from emulator.core.decisions import Row
from emulator.edge.call import Route
from emulator.edge.openapi import JSON, STRING, describe_object, describe_refusals
from emulator.edge.provider import Provider
from emulator.providers.hyperswitch.connectors import AUTH_HEADERS
from emulator.providers.hyperswitch.upstream.endpoints import ENDPOINTS
from emulator.providers.hyperswitch.wire.http import AccessTokenBody, SessionBody

_HEADERS = ("x-connector-config", "x-connector-auth", "x-connector", "x-auth", "x-request-id")
_WORDS = ", ".join(AUTH_HEADERS)

_INTEGER: Mapping[str, Any] = {"type": "integer"}
_ACCESS = describe_object(
    {
        "access_token": STRING,
        "token_type": STRING,
        "expires_in_seconds": _INTEGER,
        "status": {"enum": ["OPERATION_STATUS_SUCCESS", "OPERATION_STATUS_FAILURE"]},
        "status_code": _INTEGER,
        "merchant_access_token_id": STRING,
        "error": {"type": "object"},
    },
    *("access_token", "token_type", "expires_in_seconds", "merchant_access_token_id", "error"),
)
_SESSION = describe_object({"session_token": STRING, "status_code": _INTEGER})
_HEALTH = describe_object({"status": STRING, "service": STRING})
_ANY: Mapping[str, Any] = {"type": "object"}

_FORMS = {endpoint.operation: endpoint.encoding for endpoint in ENDPOINTS}


def describe(provider: Provider, routes: Sequence[Route]) -> dict[str, Any]:
    """The document."""
    (access, session), components = msgspec.json.schema_components(
        [AccessTokenBody, SessionBody], ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        body = session if "session" in route.operation else access
        item = paths.setdefault(route.path, {})
        item[route.method.lower()] = _describe(route, body, provider.catalogue)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{provider.title}, HTTP mode and upstream role", "version": "1"},
        "paths": paths,
        "components": {"schemas": components},
    }


def _describe(route: Route, body: Any, catalogue: Mapping[str, Row]) -> dict[str, Any]:  # noqa: ANN401 - a schema
    operation: dict[str, Any] = {"operationId": f"{route.operation}{_suffix(route)}"}
    if route.operation == "health":
        return {**operation, "responses": {"200": _answer(_HEALTH)}}
    if route.operation.startswith("upstream_"):
        medium = "application/x-www-form-urlencoded"
        sent = medium if _FORMS.get(route.operation) == "form" else JSON
        return {
            **operation,
            "summary": "A connector's own endpoint.",
            "requestBody": {"content": {sent: {"schema": _ANY}}},
            "responses": {"200": _answer(_ANY), "4XX": _answer(_ANY), "5XX": _answer(_ANY)},
        }
    refusals = describe_refusals(row for row in catalogue.values() if row.status >= 400)  # noqa: PLR2004
    schema = _SESSION if "session" in route.operation else _ACCESS
    return {
        **operation,
        "parameters": [
            {"name": name, "in": "header", "schema": STRING, "description": _say(name)}
            for name in _HEADERS
        ],
        "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
        "responses": {"200": _answer(schema), **refusals},
    }


def _suffix(route: Route) -> str:
    """Two paths of one connector need two names."""
    return "_jwt" if route.path.endswith("/jwt") else ""


def _say(name: str) -> str:
    return f"One of {_WORDS}." if name == "x-auth" else "See docs/hyperswitch.md."


def _answer(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": "The answer.", "content": {JSON: {"schema": dict(schema)}}}
