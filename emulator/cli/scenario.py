"""token-emulator scenario: scenario files checked, and played in a running emulator."""

from pathlib import Path

import click
import msgspec

from emulator.app import PROVIDERS
from emulator.cli.client import Emulator, with_sandbox, with_url
from emulator.control.scenarios.bodies import Scenario
from emulator.control.scenarios.files import Repertoire, describe_scenarios
from emulator.core.fixtures import FixtureError
from emulator.core.records import Json
from emulator.edge.shapes import encode_shape
from emulator.settings import read_settings
from emulator.shipped import load_scenarios


class _Done(msgspec.Struct, frozen=True):
    at: str
    key: str
    outcome: str


class _Waiting(msgspec.Struct, frozen=True):
    key: str
    at: str


class _Run(msgspec.Struct, frozen=True):
    """What is read of a run."""

    id: str
    title: str
    done: tuple[_Done, ...]
    waiting: tuple[_Waiting, ...]


@click.group("scenario", short_help="Check scenario files and play them.")
def command() -> None:
    """Scripts of faults and clock: YAML files, the shipped ones and own (EMULATOR_SCENARIOS)."""


@command.command("list")
def list_all() -> None:
    """List the scenarios that can be run by name."""
    try:
        scenarios = load_scenarios(PROVIDERS, read_settings().scenarios).read()
    except FixtureError as error:
        raise click.ClickException(str(error)) from None
    width = max(map(len, scenarios))
    for name, scenario in scenarios.items():
        click.echo(f"{name:<{width}}  {scenario.title}")


@command.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check the scenarios in the files or folders PATHS."""
    for name, scenario in _read(paths).items():
        click.echo(f"ok  {name}: {len(scenario.steps)} steps")


@command.command("run")
@with_sandbox
@with_url
@click.argument("scenario")
def run(emulator: Emulator, sandbox: str, scenario: str) -> None:
    """Play SCENARIO, a name or a file, in a sandbox from now on.

    What is to come happens on the sandbox's clock: with time, or when that is advanced.
    """
    file = Path(scenario)
    body: dict[str, Json] = {"name": scenario}
    if file.suffix in {".yaml", ".yml"}:
        (read,) = _read((file,)).values()
        body = {"scenario": msgspec.json.decode(encode_shape(read))}
    told = emulator.post(f"/sandboxes/{sandbox}/scenarios", body, _Run)
    click.echo(f"{told.id}  {told.title}")
    for done in told.done:
        click.echo(f"  {done.at}  {done.outcome}")
    for step in told.waiting:
        if step.key.startswith(f"{told.id}/"):
            click.echo(f"  {step.at}  to come")


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    click.echo(msgspec.json.format(msgspec.json.encode(describe_scenarios())).decode())


def _read(paths: tuple[Path, ...]) -> dict[str, Scenario]:
    try:
        return Repertoire({provider.name: provider for provider in PROVIDERS}, paths).read()
    except FixtureError as error:
        raise click.ClickException(str(error)) from None
