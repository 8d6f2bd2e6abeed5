"""How the client under test behaved, as the emulator judges it."""

from collections.abc import Iterator

from emulator.testing.exchange import Steps, ask
from emulator.testing.records import Audit, Finding
from emulator.testing.wire import MAX_PAGE, as_object, read_items, with_query

SHOWN = 5


def ask_audit(sandbox: str, provider: str | None) -> Steps[Audit]:
    """The audit of the sandbox at that control path."""
    path = with_query(f"{sandbox}/audit", provider=provider, limit=MAX_PAGE)
    told = as_object((yield from ask("GET", path)))
    return Audit(read_items(Finding, told), told["complete"] is True, int(str(told["judged"])))


def check_audit(audit: Audit, *, notices: bool) -> None:
    """Nothing is wrong, for all that is known.

    Raises:
        AssertionError: something is, or calls were forgotten.
    """
    wrong = [found for found in audit.findings if notices or found.severity == "error"]
    if wrong or not audit.complete:
        raise AssertionError("\n".join(_explain(wrong, audit)))


def _explain(wrong: list[Finding], audit: Audit) -> Iterator[str]:
    if not audit.complete:
        yield "the journal has forgotten calls: clear it before, or raise EMULATOR_JOURNAL_BYTES"
    for found in wrong[:SHOWN]:
        where = f"{found.provider}.{found.operation or '?'}"
        yield f"{found.title} ({where}, {found.times} times): {', '.join(found.calls[-SHOWN:])}"
        yield f"  {found.advice}"
    if len(wrong) > SHOWN:
        yield f"and {len(wrong) - SHOWN} more"
