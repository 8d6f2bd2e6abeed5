import re

import pytest

from emulator import __version__
from tests.cli.conftest import Cli

COMMANDS = [
    "serve",
    "healthcheck",
    "credentials",
    "sign",
    "mint",
    "inspect",
    "audit",
    "fixtures",
    "snapshot",
    "scenario",
]


def test_without_a_command_it_explains_itself(cli: Cli) -> None:
    """Somebody who types only the name gets the commands, as with --help."""
    bare = cli()
    assert bare.code == 0
    assert bare == cli("--help")
    assert [line.split()[0] for line in bare.out.split("Commands:\n")[1].splitlines()] == COMMANDS


def test_it_tells_its_version(cli: Cli) -> None:
    """The version is the package's."""
    assert cli("--version").out == f"token-emulator, version {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli: Cli, command: str) -> None:
    """Each says in a sentence what it does, and each option what it means."""
    told = cli(command, "--help")
    assert told.code == 0
    assert told.out.startswith(f"Usage: token-emulator {command}")
    listed = told.out.partition("\nOptions:\n")[2]
    options = re.findall(r"^  (?:-\w, )?--\S+.*?(?=^  -|\Z)", listed, re.MULTILINE | re.DOTALL)
    assert options
    assert all(re.search(r"  \w", option.strip()) for option in options), options


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("serv",), "No such command 'serv'"),
        (("serve", "--prot", "1"), "No such option"),
        (("mint",), "Missing argument 'PROVIDER'"),
        (("sign", "GET"), "Missing argument 'PATH'"),
        (("fixtures", "check"), "Missing argument"),
        (("serve", "--port", "x"), "--port must be a whole number from 0 to 65535, not 'x'"),
        (("credentials", "--sandbox", "A B"), "a sandbox id is"),
        (("credentials", "--url", "emulator"), "--url must be an origin"),
        (("mint", "zerohash", "--claim", "x"), "--claim takes NAME=JSON, not 'x'"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_one_line(
    cli: Cli, arguments: tuple[str, ...], told: str
) -> None:
    """One line to standard error, nothing to standard output, exit code 2."""
    outcome = cli(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("token-emulator: ")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_bad_variable_stops_every_command(cli: Cli) -> None:
    """A command that talks to the emulator reads the same settings, as strictly."""
    outcome = cli("credentials", EMULATOR_PROT="1")
    assert outcome.code == 2
    assert outcome.err == (
        "token-emulator: EMULATOR_PROT is no setting: did you mean EMULATOR_PORT?\n"
    )
