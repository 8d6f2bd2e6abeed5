"""HTTP mode and the upstream role as served here, as an OpenAPI 3.1 document."""

from typing import Any

from emulator.edge.provider import Provider


def describe(provider: Provider) -> dict[str, Any]:
    """The document."""
    return {"openapi": "3.1.0", "info": {"title": provider.title, "version": "1"}, "paths": {}}
