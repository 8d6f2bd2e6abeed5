"""token-emulator serve."""

from collections.abc import Callable
from typing import Any

import click

from emulator.cli.banner import announce
from emulator.cli.errors import Misuse
from emulator.logs import configure_logs
from emulator.server import StartError, serve
from emulator.setting_options import OPTIONS
from emulator.settings import read_settings


def _with_flags(function: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for every setting."""
    for option in reversed(OPTIONS):
        text = f"{option.help}  [{option.variable}; default: {option.default}]"
        decorate = click.option(option.flag, option.name, metavar=option.metavar, help=text)
        function = decorate(function)
    return function


@click.command("serve", short_help="Start the emulator.")
@_with_flags
def command(**flags: str | None) -> None:
    """Start the emulator and serve until it is told to stop (Ctrl+C, SIGTERM).

    Every flag has a variable of the same meaning; the flag wins.
    """
    settings = read_settings({name: text for name, text in flags.items() if text is not None})
    configure_logs(settings.log_format, settings.log_level)
    try:
        serve(settings, lambda emulator: announce(emulator, settings))
    except StartError as error:
        raise Misuse(str(error)) from None
