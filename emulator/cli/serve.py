"""token-emulator serve."""

from collections.abc import Callable
from typing import Any

import click

from emulator.cli.banner import announce
from emulator.cli.errors import Misuse
from emulator.logs import configure_logs
from emulator.setting_options import OPTIONS
from emulator.settings import Settings, read_settings
from emulator.sockets import StartError


def _with_flags(function: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for every setting."""
    for option in reversed(OPTIONS):
        text = f"{option.help}  [{option.variable}; default: {option.default}]"
        decorate = click.option(
            option.flag,
            option.name,
            metavar=option.metavar,
            help=text,
            is_flag=False,
            flag_value=option.alone,
        )
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
        _serve(settings)
    except StartError as error:
        raise Misuse(str(error)) from None


def _serve(settings: Settings) -> None:
    """In this process, or in workers: then what they load is not loaded here."""
    if settings.workers > 1:
        from emulator.workers import serve_by_workers  # noqa: PLC0415

        serve_by_workers(settings, lambda started: announce(started, settings))
    else:
        from emulator.server import serve  # noqa: PLC0415

        serve(settings, lambda emulator: announce(emulator.started, settings))
