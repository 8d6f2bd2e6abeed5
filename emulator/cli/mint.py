"""token-emulator mint."""

import click
import msgspec

from emulator.cli.client import Emulator, with_sandbox, with_url
from emulator.cli.errors import Misuse
from emulator.core.decisions import Json


class _Minted(msgspec.Struct):
    token: str


@click.command("mint", short_help="Mint a token without ceremony and print it.")
@click.argument("provider")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    metavar="NAME",
    help="What the token opens; may be given several times.",
)
@click.option("--participant", metavar="CODE", help="Whom it is for (zerohash: CUST01).")
@click.option("--lifetime", metavar="DURATION", help="How long it lives (90s, 10m, PT1H).")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="NAME=JSON",
    help="A claim laid over the provider's own; text that is no JSON counts as a string.",
)
@click.option("--defect", metavar="NAME", help="What is to be wrong with it (expired, alg_none).")
@with_sandbox
@with_url
def command(
    emulator: Emulator,
    sandbox: str,
    provider: str,
    permissions: tuple[str, ...],
    participant: str | None,
    lifetime: str | None,
    claims: tuple[str, ...],
    defect: str | None,
) -> None:
    """Mint a token of PROVIDER through the control API and print it.

    It counts like any other: it is in the sandbox's book, can be revoked and expires. To mint it
    by the provider's own signed call, see "token-emulator sign --help".

    \b
    token-emulator mint zerohash --permission crypto-buy --participant CUST01
    """  # noqa: D301 - click: \b keeps the lines as they are
    wanted: dict[str, Json] = dict(map(_parse_claim, claims))
    if permissions:
        wanted["permissions"] = list(permissions)
    if participant is not None:
        wanted["participant_code"] = participant
    body: dict[str, Json] = {"provider": provider}
    if wanted:
        body["claims"] = wanted
    if lifetime is not None:
        body["lifetime"] = int(lifetime) if lifetime.isdecimal() else lifetime
    if defect is not None:
        body["defect"] = defect
    click.echo(emulator.post(f"/sandboxes/{sandbox}/tokens", body, _Minted).token)


def _parse_claim(text: str) -> tuple[str, Json]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise Misuse(f"--claim takes NAME=JSON, not {text!r}")
    try:
        parsed: Json = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value
    return name, parsed
