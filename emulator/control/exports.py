"""A sandbox's world as a fixture file. Like a snapshot it holds the sandbox's own, fake secrets."""

from emulator.control.endpoint import Asked, Parameter
from emulator.control.pages import bad_parameter
from emulator.core.fixture_files import Chosen, render_fixtures
from emulator.core.records import name_nearest
from emulator.core.world import AnyKind
from emulator.edge.call import Answer
from emulator.edge.provider import Provider

MEDIA_TYPE = "application/yaml"

CHOICE = (
    Parameter("provider", "Only this provider's records.", {"type": "string"}),
    Parameter("kind", "Only this kind of the provider's: laid over the rest.", {"type": "string"}),
)


async def show(asked: Asked) -> Answer:
    """Write the world, or a part of it, as a fixture file."""
    chosen = [(p.name, _choose_kinds(asked, p)) for p in _choose_providers(asked)]
    is_whole = "kind" not in asked.query
    sandbox = await asked.sandbox()
    text = await sandbox.look(
        lambda view: render_fixtures(
            [
                Chosen(name, is_whole, {kind.name: list(view.table(kind)) for kind in kinds})
                for name, kinds in chosen
            ]
        )
    )
    return Answer(200, text.encode(), media_type=MEDIA_TYPE)


def _choose_providers(asked: Asked) -> list[Provider]:
    providers = asked.house.providers
    name = asked.query.get("provider")
    if name is None and "kind" in asked.query:
        raise bad_parameter("kind", "goes with a provider")
    if name is None:
        return list(providers.values())
    if name not in providers:
        raise bad_parameter("provider", f"is no provider; there is {name_nearest(name, providers)}")
    return [providers[name]]


def _choose_kinds(asked: Asked, provider: Provider) -> list[AnyKind]:
    kinds = {kind.name: kind for kind in provider.blueprint.kinds}
    name = asked.query.get("kind")
    if name is None:
        return list(kinds.values())
    if name not in kinds:
        raise bad_parameter("kind", f"is no kind of it; there is {name_nearest(name, kinds)}")
    return [kinds[name]]
