"""token-emulator sign."""

import asyncio
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from emulator.app import PROVIDERS, create_emulator
from emulator.cli.client import Emulator, with_sandbox, with_url
from emulator.cli.credentials import pick_credentials, read_credentials
from emulator.cli.errors import Misuse, NotRunning, Refused
from emulator.core.clock import wall
from emulator.core.state import DEFAULT
from emulator.edge.call import Headers
from emulator.edge.provider import Provider, Unsigned
from emulator.settings import read_settings

_SIGNERS = {provider.name: provider for provider in PROVIDERS if provider.sign is not None}


@click.command("sign", short_help="Sign a provider's request: headers, or a ready curl line.")
@click.argument("method")
@click.argument("path")
@click.option("--body", default="", metavar="JSON|@FILE|-", help="The body; - is standard input.")
@click.option("--curl", is_flag=True, help="Print a curl command instead of headers.")
@click.option(
    "--provider",
    type=click.Choice(list(_SIGNERS)),
    default=next(iter(_SIGNERS)),
    show_default=True,
    help="Whose signature.",
)
@with_sandbox
@with_url
def command(
    emulator: Emulator,
    sandbox: str,
    method: str,
    path: str,
    body: str,
    provider: str,
    *,
    curl: bool,
) -> None:
    """Sign a request of METHOD to PATH as the provider's clients do.

    With the sandbox's credentials when an emulator runs, else with those of the fixtures. PATH is
    the provider's own, with its query; the emulator's prefix (/zerohash) may stand before it.

    \b
    token-emulator sign GET /participants --curl
    token-emulator sign POST /client_auth_token --curl \\
      --body '{"participant_code":"CUST01","permissions":["crypto-buy"]}'
    """  # noqa: D301 - click: \b keeps the lines as they are
    tenant = _SIGNERS[provider]
    credentials = _find_credentials(emulator, sandbox, tenant)
    request = Unsigned(method.upper(), _parse_path(path, provider), _read_body(body), wall())
    headers = _sign(tenant, credentials, request)
    lines = _render_curl(credentials, request, headers) if curl else map(": ".join, headers)
    for line in lines:
        click.echo(line)


def _find_credentials(emulator: Emulator, sandbox: str, tenant: Provider) -> Mapping[str, str]:
    try:
        return pick_credentials(read_credentials(emulator, sandbox), tenant.name)
    except NotRunning:
        if sandbox != DEFAULT:
            raise
    click.echo(f"nothing runs at {emulator.url}: signed with the fixtures' credentials", err=True)
    return asyncio.run(_read_fixtures(emulator.url, tenant))


async def _read_fixtures(url: str, tenant: Provider) -> Mapping[str, str]:
    """What an emulator with these settings would have."""
    try:
        stand_in = create_emulator(read_settings())
    except ValueError as error:
        raise Misuse(str(error)) from None
    sandbox = await stand_in.directory.open(DEFAULT)
    return tenant.credentials(sandbox.view(), url)


def _parse_path(path: str, provider: str) -> str:
    own = path.removeprefix(f"/{provider}")
    path = own if own.startswith("/") else path
    if not path.startswith("/") or not path.isascii() or not path.isprintable() or " " in path:
        raise Misuse(f"PATH begins with / and is encoded as it is sent, not {path!r}")
    return path


def _read_body(text: str) -> bytes:
    """The body, without the white space around it that editors and shells leave."""
    if text == "-":
        return sys.stdin.buffer.read().strip()
    if not text.startswith("@"):
        return text.strip().encode()
    try:
        return Path(text[1:]).read_bytes().strip()
    except OSError as error:
        raise Misuse(f"{text[1:]} can't be read: {error.strerror}") from None


def _sign(tenant: Provider, credentials: Mapping[str, str], request: Unsigned) -> Headers:
    assert tenant.sign is not None  # noqa: S101 - _SIGNERS holds no other
    try:
        return tenant.sign(credentials, request)
    except KeyError as error:
        raise Refused(f"the sandbox's credentials have no {error}") from None


def _render_curl(
    credentials: Mapping[str, str], request: Unsigned, headers: Headers
) -> Iterator[str]:
    url = f"{credentials['base_url']}{request.route}"
    yield f"curl -sS -i -X {shlex.quote(request.method)} {shlex.quote(url)} \\"
    parts = [f"-H {shlex.quote(': '.join(header))}" for header in headers]
    if request.body:
        parts.append("-H 'Content-Type: application/json'")
        parts.append(f"--data-raw {shlex.quote(request.body.decode(errors='surrogateescape'))}")
    for part in parts[:-1]:
        yield f"  {part} \\"
    yield f"  {parts[-1]}"
