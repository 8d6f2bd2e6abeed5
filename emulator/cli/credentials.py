"""token-emulator credentials."""

import re
import shlex
from typing import Any

import click
import msgspec

from emulator.cli.client import Emulator, with_sandbox, with_url
from emulator.cli.errors import Refused

# By provider; `env`: as variables; `export`: as lines for a shell.
Credentials = dict[str, dict[str, Any] | list[str]]

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,-]*")


@click.command("credentials", short_help="Print a sandbox's keys and addresses.")
@with_sandbox
@with_url
@click.option(
    "--format",
    "form",
    type=click.Choice(["dotenv", "export", "json"]),
    default="dotenv",
    help="How they are written.  [default: dotenv]",
)
def command(emulator: Emulator, sandbox: str, form: str) -> None:
    """Print the credentials of a sandbox for every provider.

    \b
    eval "$(token-emulator credentials --format export)"
    token-emulator credentials > .env
    """  # noqa: D301 - click: \b keeps the lines as they are
    found = read_credentials(emulator, sandbox)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    for name, value in _section(found, "env").items():
        text = str(value)
        click.echo(
            f"export {name}={shlex.quote(text)}" if form == "export" else _dotenv(name, text)
        )


def read_credentials(emulator: Emulator, sandbox: str) -> Credentials:
    """A sandbox's credentials by provider, and under `env` as variables."""
    return emulator.get(f"/sandboxes/{sandbox}/credentials", Credentials)


def pick_credentials(found: Credentials, provider: str) -> dict[str, str]:
    """One provider's plain values.

    Raises:
        Refused: the sandbox has none.
    """
    values = _section(found, provider)
    if not values:
        raise Refused(f"the emulator serves no {provider}: add it to EMULATOR_PROVIDERS")
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _section(found: Credentials, name: str) -> dict[str, Any]:
    section = found.get(name)
    return section if isinstance(section, dict) else {}


def _dotenv(name: str, value: str) -> str:
    """A line that shells and dotenv readers take alike."""
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    escaped = re.sub(r'([\\"$`])', r"\\\1", value)
    return f'{name}="{escaped}"'
