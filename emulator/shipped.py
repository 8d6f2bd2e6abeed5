"""What comes with the emulator: fixture worlds, test keys, scenarios; and own ones over them."""

from collections.abc import Sequence
from pathlib import Path

from emulator.control.scenarios.files import Repertoire
from emulator.core.fixtures import Worlds
from emulator.core.state import Entry
from emulator.edge.provider import Provider
from emulator.edge.publicity import list_public


def load_worlds(providers: Sequence[Provider], fixtures: Sequence[Path]) -> Worlds:
    """The shipped worlds of these providers with own fixtures over them, to be read on demand."""
    shipped = shipped_fixtures()
    files = [shipped / f"{provider.name}.yaml" for provider in providers]
    return Worlds([provider.blueprint for provider in providers], [*files, *fixtures])


def public_keys(providers: Sequence[Provider]) -> frozenset[Entry]:
    """The names and credentials of the shipped worlds, which everybody can read."""
    blueprints = [provider.blueprint for provider in providers]
    return list_public(load_worlds(providers, ()).current(), blueprints)


def load_scenarios(providers: Sequence[Provider], paths: Sequence[Path]) -> Repertoire:
    """The shipped scenarios with own ones beside them. `providers`: all, enabled or not.

    Raises:
        FixtureError: a file can't be used.
    """
    named = {provider.name: provider for provider in providers}
    if paths:  # the shipped ones are known to be good, and reading them takes 20 ms
        Repertoire(named, paths).read()
    return Repertoire(named, [shipped_fixtures() / "scenarios", *paths])


def shipped_fixtures() -> Path:
    """The fixtures that come with the emulator: in the wheel, else in the checkout."""
    packed = Path(__file__).parent / "_fixtures"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "fixtures"
