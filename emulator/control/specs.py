"""The providers' surfaces as they are served here."""

import msgspec
import orjson

from emulator.control.endpoint import Asked, render
from emulator.control.pages import Page
from emulator.edge.call import Answer
from emulator.edge.http import CONTROL


class Spec(msgspec.Struct, frozen=True):
    """A description of a provider's surface."""

    provider: str
    title: str
    format: str
    url: str


async def index(asked: Asked) -> Answer:
    """List the descriptions."""
    return render(
        Page(
            [
                Spec(name, provider.title, "openapi", f"{asked.origin}{CONTROL}/specs/{name}.json")
                for name, provider in asked.house.providers.items()
            ]
        )
    )


async def show(asked: Asked) -> Answer:
    """Show a provider's surface as an OpenAPI document."""
    name = asked.provider().name
    return Answer(200, orjson.dumps(asked.house.tenants[name].door.openapi()))
