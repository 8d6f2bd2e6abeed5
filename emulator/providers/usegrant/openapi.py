"""useGrant's surface as served here, as an OpenAPI 3.1 document made from the same shapes."""

from typing import Any

from emulator.edge.provider import Provider


def describe(provider: Provider) -> dict[str, Any]:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": provider.title, "version": "2025-03"},
        "paths": {},
    }
