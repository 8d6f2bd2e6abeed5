"""Writes docs/fidelity.md from the marks in the code: `python -m tests.docs.fidelity`."""

import json
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

from emulator.app import PROVIDERS
from emulator.edge.provider import Provider
from tests.docs.marks import kinds_of, remarks_of, remarks_of_script
from tests.examples import graphql_exchanges
from tests.examples.exchanges import FOLDER, Exchange, load

Told = Exchange | graphql_exchanges.Exchange

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fidelity.md"
ROOMS = ROOT / "emulator" / "providers"

HEAD = """\
# Fidelity

What is emulated, and how it is known to be so. Made by `python -m tests.docs.fidelity` from the
marks in the code, the catalogues of errors and the golden exchanges: do not edit it by hand.

| mark | means |
|---|---|
| `[doc]` `[example]` | documented by a page, or by a value that one shows |
| `[openapi]` `[schema]` | documented by the machine-readable description that is published |
| `[sdk]` | seen in the provider's own client code, or in a client that works |
| `[repo]` | seen in other public code |
| `[design]` | the emulator's own, beside what the provider has |
| `[guess]` | nothing public says: a proposal, in one place to change |
| `H` `M` `L` | how sure: high, middling, low |
"""


SAMPLE_HEAD = ("a sample, sent as it is printed", "answer", "the emulator's hint")


def write_page() -> str:
    """The whole page."""
    parts = [HEAD, *(_section(provider) for provider in PROVIDERS)]
    return "\n".join(parts)


def _section(provider: Provider) -> str:
    folder = ROOMS / provider.name
    exchanges = _exchanges(provider)
    tables = (
        ("What the published samples get", SAMPLE_HEAD, _samples(exchanges)),
        ("Behaviour", ("where", "what", "known"), _behaviours(folder)),
        ("Errors", ("row", "status", "body", "source"), _rows(provider)),
        ("Golden exchanges", ("exchange", "status", "source", "sure"), _golden(exchanges)),
    )
    lines = [f"## {provider.title}", "", *_tell_gaps(folder), ""]
    for title, head, rows in tables:
        lines += _table(title, head, list(rows))
    return "\n".join(lines)


def _exchanges(provider: Provider) -> list[Told]:
    if provider.name == "highnote":
        files = graphql_exchanges.files()
        return [exchange for file in files for exchange in graphql_exchanges.load(file)]
    files = sorted((FOLDER / provider.name).glob("*.yaml"))
    return [exchange for file in files for exchange in load(file)]


def _tell_gaps(folder: Path) -> list[str]:
    """What the provider's own docstring says: sources, and what is not emulated."""
    text = (folder / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    about = " ".join(text.split())
    sources, _, gaps = about.partition("Gaps:")
    return [sources.strip(), "", f"**Not emulated:** {gaps.strip()}"]


def _samples(exchanges: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    for exchange in exchanges:
        if exchange.published and exchange.answer is not None:
            hint = exchange.answer.hint or ""
            yield exchange.title, _answer(exchange), hint


def _answer(exchange: Told) -> str:
    """The status, and of a refusal what it says."""
    answer = exchange.answer
    if answer is None:
        return ""
    if isinstance(answer.body, dict) and "extensions" in answer.body:
        told = {name: part for name, part in answer.body.items() if name != "extensions"}
        return f"{answer.status} {_code(told)}"
    refused = answer.status >= HTTPStatus.BAD_REQUEST and answer.body is not None
    return f"{answer.status} {_code(answer.body)}" if refused else str(answer.status)


def _behaviours(folder: Path) -> Iterator[tuple[str, ...]]:
    for path in sorted(folder.rglob("*.py")):
        room = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        for remark in remarks_of(path):
            where = f"{room}.{remark.subject}".strip(".")
            yield f"`{where}`", remark.text, kinds_of(remark.text)
    for path in sorted(folder.rglob("*.js")):
        for remark in remarks_of_script(path):
            where = f"{path.relative_to(folder)} {remark.subject}".strip()
            yield f"`{where}`", remark.text, kinds_of(remark.text)


def _rows(provider: Provider) -> Iterator[tuple[str, ...]]:
    for row in provider.catalogue.values():
        yield f"`{row.name}`", str(row.status), _code(row.body), row.source


def _golden(exchanges: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    for exchange in exchanges:
        status = str(exchange.answer.status) if exchange.answer else ""
        yield exchange.title, status, exchange.source, exchange.confidence


def _code(body: object) -> str:
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    return f"`{text}`"


def _table(title: str, head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A table under its title; nothing where there is nothing to tell."""
    if not rows:
        return []
    lines = map(_line, (head, ["---"] * len(head), *rows))
    return [f"### {title}", "", *lines, ""]


def _line(cells: Sequence[str]) -> str:
    escaped = (re.sub(r"\s+", " ", cell).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
