"""token-emulator fixtures: own worlds, checked and written out."""

from pathlib import Path

import click
import msgspec

from emulator.app import PROVIDERS
from emulator.core.fixture_files import describe_fixtures, render_world
from emulator.core.fixtures import FixtureError
from emulator.core.world import World
from emulator.settings import read_settings
from emulator.shipped import load_worlds

_BLUEPRINTS = tuple(provider.blueprint for provider in PROVIDERS)


@click.group("fixtures", short_help="Check, export and describe fixture files.")
def command() -> None:
    """Own worlds: YAML files laid over the shipped ones (EMULATOR_FIXTURES)."""


@command.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check that the files or folders PATHS can be laid over the shipped world."""
    world = _load(paths)
    for blueprint in _BLUEPRINTS:
        counts = (f"{len(world.bases[kind.id].records)} {kind.name}" for kind in blueprint.kinds)
        click.echo(f"ok  {blueprint.provider}: {', '.join(counts)}")


@command.command("export")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def export(paths: tuple[Path, ...]) -> None:
    """Print the world as one YAML file, with PATHS (else EMULATOR_FIXTURES) over the shipped."""
    world = _load(paths or read_settings().fixtures)
    click.echo(render_world(world, _BLUEPRINTS), nl=False)


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of fixture files, for editors."""
    raw = msgspec.json.encode(describe_fixtures(_BLUEPRINTS))
    click.echo(msgspec.json.format(raw).decode())


def _load(paths: tuple[Path, ...]) -> World:
    try:
        return load_worlds(PROVIDERS, paths).current()
    except FixtureError as error:
        raise click.ClickException(str(error)) from None
