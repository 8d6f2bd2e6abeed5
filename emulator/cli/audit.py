"""token-emulator audit."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import click
import msgspec

from emulator.cli.client import Emulator, with_sandbox, with_url

SHOWN = 10  # calls of a finding


class _Finding(msgspec.Struct, frozen=True):
    finding: str
    severity: str
    title: str
    advice: str
    provider: str
    operation: str | None
    caller: str
    times: int
    first_at: str
    last_at: str
    calls: tuple[str, ...]
    details: Mapping[str, object]


class _Audit(msgspec.Struct, frozen=True):
    items: tuple[_Finding, ...]
    complete: bool
    judged: int
    next: str | None = None


@click.command("audit", short_help="Tell what the client did wrong.")
@click.option("--provider", metavar="NAME", help="Only what it did at this provider.")
@click.option("--finding", metavar="KIND", help="Only this kind, such as retry_too_early.")
@with_sandbox
@with_url
def command(emulator: Emulator, sandbox: str, provider: str | None, finding: str | None) -> int:
    """Tell what the client of a sandbox did wrong, with the calls as evidence.

    Exits with 0 only when nothing was wrong, notices aside, and no call was forgotten.
    """
    chosen = {"provider": provider, "finding": finding, "limit": "1000"}
    query = urlencode({name: value for name, value in chosen.items() if value is not None})
    told = emulator.get(f"/sandboxes/{sandbox}/audit?{query}", _Audit)
    for line in _tell(told):
        click.echo(line)
    is_clean = all(found.severity == "notice" for found in told.items)
    return 0 if is_clean and told.complete and told.next is None else 1


def _tell(told: _Audit) -> Iterator[str]:
    for found in told.items:
        yield from _tell_finding(found)
    count = f"{len(told.items)}{'' if told.next is None else ' or more'}"
    yield f"{count} {'finding' if count == '1' else 'findings'} in {told.judged} calls"
    if not told.complete:
        yield "earlier calls are forgotten and not judged: raise EMULATOR_JOURNAL_BYTES"


def _tell_finding(found: _Finding) -> Iterator[str]:
    times = "once" if found.times == 1 else f"{found.times} times"
    yield f"{found.severity}  {found.finding}: {found.title}, {times}"
    yield f"  where   {found.provider}.{found.operation or '?'} by {found.caller or 'nobody known'}"
    yield f"  when    {found.first_at} to {found.last_at}"
    more = "... " if len(found.calls) > SHOWN else ""
    yield f"  calls   {more}{' '.join(found.calls[-SHOWN:])}"
    yield from _tell_details(found.details)
    yield f"  advice  {found.advice}"
    yield ""


def _tell_details(details: Mapping[str, object]) -> Iterator[str]:
    told = ", ".join(f"{name} {value}" for name, value in details.items() if value is not None)
    if told:
        yield f"  what    {told}"
