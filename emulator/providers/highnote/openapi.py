"""Highnote's surface over HTTP as an OpenAPI 3.1 document; the GraphQL schema is beside it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.edge.call import Route
from emulator.edge.provider import Provider

_SUMMARIES: Mapping[str, str] = {
    "graphql": "Every query and mutation: see the GraphQL schema.",
    "upload": "A document's file, at the uploadUrl of its link: PDF, PNG or JPEG, at most 10 MB.",
    "card_viewer": "A frame of the card viewer, and its files.",
    "secure_inputs": "The frame of the PIN input, and its files.",
    "document_upload": "The stand-in for the document upload SDK, and a page to try it on.",
}

_REQUEST: Mapping[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["query"],
                "properties": {
                    "query": {"type": "string"},
                    "variables": {"type": ["object", "null"]},
                    "operationName": {"type": ["string", "null"]},
                },
            }
        }
    },
}


def describe(provider: Provider, routes: Sequence[Route]) -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _describe_route(route)
    basic = {"type": "http", "scheme": "basic", "description": "An API key and a colon."}
    bearer = {"type": "http", "scheme": "bearer", "description": "A client token."}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{provider.title}, emulated", "version": "2026-06"},
        "servers": [{"url": f"/{provider.name}"}],
        "paths": paths,
        "components": {"securitySchemes": {"apiKey": basic, "clientToken": bearer}},
    }


def _describe_route(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{route.operation}_{re.sub(r'[^a-z]+', '_', route.path.lower())}",
        "summary": _SUMMARIES[route.operation],
        "security": [{"apiKey": []}, {"clientToken": []}] if route.operation == "graphql" else [],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", route.path)
        ],
        "responses": {"200": {"description": "Done, or an error told as data."}},
    }
    if route.operation == "graphql":
        described["requestBody"] = _REQUEST
        described["responses"]["400"] = {
            "description": "The document or its variables are invalid."
        }
        described["responses"]["401"] = {"description": "The credential opens nothing."}
    return described
