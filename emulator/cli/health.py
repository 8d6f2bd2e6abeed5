"""token-emulator healthcheck."""

import http

import click

from emulator.cli.client import Emulator, with_url
from emulator.cli.errors import NotRunning


@click.command("healthcheck", short_help="Ask whether the emulator is ready.")
@with_url
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=2.0,
    metavar="SECONDS",
    help="How long to wait for the answer.  [default: 2]",
)
def command(emulator: Emulator, timeout_s: float) -> int:
    """Exit with 0 when every surface of the emulator listens, else with 1 and the reason."""
    try:
        status = emulator.status("/health", timeout_s)
    except NotRunning as error:
        click.echo(error.format_message(), err=True)
        return 1
    if status != http.HTTPStatus.OK:
        click.echo(f"{emulator.url} is not ready: its health answers {status}", err=True)
        return 1
    return 0
