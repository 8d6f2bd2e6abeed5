"""`GET .../audit`: how the client behaved, as far as the journal knows."""

import asyncio

import msgspec

from emulator.control.audit.findings import NAMES, Finding, audit
from emulator.control.audit.scene import set_scene
from emulator.control.endpoint import Asked, Parameter, render
from emulator.control.pages import PAGING, bad_parameter, cut_page
from emulator.core.journal import CallRecord, Journal
from emulator.core.records import name_nearest
from emulator.edge.call import Answer

AT_ONCE = 100  # calls read before others have a turn

FILTERS = (
    Parameter("provider", "The provider's name.", {"type": "string"}),
    Parameter("finding", "The kind of finding.", {"enum": [*NAMES]}),
    *PAGING,
)


class Audit(msgspec.Struct, frozen=True):
    """The findings, a page of them. `judged`: how many calls were looked at.

    `complete`: since the calls were cleared none was forgotten; else what the forgotten ones did
    wrong, or made wrong, is not among the findings.
    """

    items: list[Finding]
    next: str | None
    complete: bool
    judged: int


async def show(asked: Asked) -> Answer:
    """List what the client did wrong."""
    sandbox = await asked.sandbox()
    _check(asked)
    complete = sandbox.journal.forgotten == 0
    calls = await _read(sandbox.journal)
    scene = set_scene(calls, asked.house.providers)
    wanted = asked.query
    found = (
        finding
        for finding in audit(scene)
        if wanted.get("provider", finding.provider) == finding.provider
        and wanted.get("finding", finding.finding) == finding.finding
    )
    page = cut_page(asked, found, lambda finding: finding.id)
    return render(Audit(page.items, page.next, complete, len(scene.calls)))


def _check(asked: Asked) -> None:
    finding, provider = asked.query.get("finding"), asked.query.get("provider")
    if finding is not None and finding not in NAMES:
        near = name_nearest(finding, NAMES)
        raise bad_parameter("finding", f"is no kind of finding; there is {near}")
    if provider is not None and provider not in asked.house.providers:
        near = name_nearest(provider, asked.house.providers)
        raise bad_parameter("provider", f"is no provider here; there is {near}")


async def _read(journal: Journal) -> list[CallRecord]:
    """The calls that are kept, without holding up others for long."""
    calls: list[CallRecord] = []
    for call in reversed(journal):
        calls.append(call)
        if len(calls) % AT_ONCE == 0:
            await asyncio.sleep(0)
    calls.reverse()
    return calls
