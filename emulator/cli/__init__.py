"""The command line. Each command is a module of its own, imported when it is asked for."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from emulator import __version__
from emulator.settings import SettingsError, skip_plugins

PROGRAM = "token-emulator"

_COMMANDS = {
    "serve": "serve",
    "healthcheck": "health",
    "credentials": "credentials",
    "sign": "sign",
    "mint": "mint",
    "inspect": "inspect",
    "audit": "audit",
    "fixtures": "fixtures",
    "snapshot": "snapshot",
    "scenario": "scenario",
}


class Commands(click.Group):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which they are wanted."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"emulator.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=PROGRAM)
@click.pass_context
def command(context: click.Context) -> None:
    """A local emulator of payment and identity providers' token APIs.

    Start it with "serve". The other commands talk to one that runs; they find it by --url, else
    by EMULATOR_HOST and EMULATOR_PORT, and show it EMULATOR_CONTROL_TOKEN when that is set.

    Exit codes: 0 done or yes, 1 no or failed, 2 asked wrongly.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code. Errors are one line to standard error."""
    try:
        code = command.main(list(arguments), prog_name=PROGRAM, standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else PROGRAM
        return _fail(f"{error.format_message()} ({where} --help)", error.exit_code)
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except SettingsError as error:
        return _fail(str(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return 1
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"{PROGRAM}: {' '.join(message.split())}", err=True)
    return code


def main() -> None:
    """The command `token-emulator`."""
    # Loading makes next to no garbage. A server turns the collector on when it listens.
    gc.disable()
    skip_plugins()
    sys.exit(run(sys.argv[1:]))
