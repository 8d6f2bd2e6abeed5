"""token-emulator inspect."""

import sys
from collections.abc import Iterator, Mapping

import click
import msgspec

from emulator.cli.client import Emulator, with_sandbox, with_url
from emulator.cli.errors import Misuse, NotRunning
from emulator.core.clock import render_time
from emulator.core.decisions import Json
from emulator.core.jwt import MalformedToken, parse_token

_TIMES = ("iat", "nbf", "exp")


class _Verdict(msgspec.Struct):
    active: bool
    reason: str = "refused"
    detail: str = "no more is told"
    opens: bool | None = None


@click.command("inspect", short_help="Decode a token and ask what the emulator thinks of it.")
@click.argument("token", metavar="TOKEN|-")
@click.option("--module", metavar="NAME", help="Ask also whether it opens this module.")
@with_sandbox
@with_url
def command(emulator: Emulator, sandbox: str, token: str, module: str | None) -> int:
    """Decode TOKEN (- reads it from standard input) and say whether it is good, and if not why.

    Exits with 0 only when a running emulator calls the token active and, with --module, the token
    opens it.
    """
    text = (sys.stdin.read() if token == "-" else token).strip()  # noqa: S105 - a dash is no secret
    if not text:
        raise Misuse("there is no token to inspect")
    for line in _decode(text):
        click.echo(line)
    body: dict[str, Json] = {"token": text} if module is None else {"token": text, "module": module}
    try:
        verdict = emulator.post(f"/sandboxes/{sandbox}/introspect", body, _Verdict)
    except NotRunning as error:
        click.echo(f"verdict  unknown: {error.format_message()}")
        return 1
    click.echo(f"verdict  {_tell(verdict, sandbox, module)}")
    return 0 if verdict.active and (module is None or verdict.opens is True) else 1


def _decode(text: str) -> Iterator[str]:
    """The token as it reads: nothing here is proven."""
    try:
        read = parse_token(text)
    except MalformedToken as error:
        yield f"token    is no JWT: it {error}"
        return
    yield f"header   {_json(read.header)}"
    yield "claims"
    yield _json(read.claims, indent=2)
    for name in _TIMES:
        at = read.claims.get(name)
        if isinstance(at, int | float) and not isinstance(at, bool):
            yield f"{name:<8} {render_time(at)}"


def _tell(verdict: _Verdict, sandbox: str, module: str | None) -> str:
    why = f"{verdict.reason}: {verdict.detail}"
    if not verdict.active:
        return f"inactive in sandbox {sandbox}, {why}"
    if module is None:
        return f"active in sandbox {sandbox}"
    if verdict.opens:
        return f"active in sandbox {sandbox}, opens {module}"
    return f"active in sandbox {sandbox}, does not open {module}, {why}"


def _json(value: Mapping[str, Json], indent: int = 0) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
