"""zerohash's surface as served here, as an OpenAPI 3.1 document made from the same shapes."""

from collections.abc import Sequence
from typing import Any

from emulator.edge.call import Route
from emulator.edge.provider import Provider


def describe(provider: Provider, routes: Sequence[Route]) -> dict[str, Any]:
    """The document."""
    return {"openapi": "3.1.0", "info": {"title": provider.title, "version": "1.7.0"}, "paths": {}}
