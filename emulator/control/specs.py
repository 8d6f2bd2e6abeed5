"""The providers' surfaces as they are served here."""

import msgspec
import orjson

from emulator.control.endpoint import Asked, render
from emulator.control.pages import Page
from emulator.edge.call import Answer
from emulator.edge.http import CONTROL
from emulator.edge.problems import Problem


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
                Spec(name, provider.title, form, f"{asked.origin}{CONTROL}/specs/{name}.{ending}")
                for name, provider in asked.house.providers.items()
                for form, ending in _forms(asked, name)
            ]
        )
    )


def _forms(asked: Asked, name: str) -> list[tuple[str, str]]:
    """The formats in which a surface is described, and how their files are called."""
    has_sdl = asked.house.tenants[name].door.sdl is not None
    return [("openapi", "json"), *([("graphql", "graphql")] if has_sdl else [])]


async def show_sdl(asked: Asked) -> Answer:
    """Show a provider's GraphQL schema."""
    provider = asked.provider()
    sdl = asked.house.tenants[provider.name].door.sdl
    if sdl is None:
        raise Problem(404, "No such description", f"{provider.title} has no GraphQL schema.")
    return Answer(200, sdl().encode(), media_type="text/plain; charset=utf-8")


async def show(asked: Asked) -> Answer:
    """Show a provider's surface as an OpenAPI document."""
    name = asked.provider().name
    return Answer(200, orjson.dumps(asked.house.tenants[name].door.openapi()))
