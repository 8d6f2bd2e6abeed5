"""Every command of these pages is run against a live server, and answers as shown."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live import Live, serve

DOCS = Path(__file__).parents[2] / "docs"

# A page, or one section of it.
PAGES = (
    "zerohash",
    "highnote",
    "usegrant",
    "hyperswitch",
    "faults#Token defects",
    "testing#Tokens that end: which knob for which test",
)
every_page = pytest.mark.parametrize("page", PAGES)

BLOCK = re.compile(r"^```(sh|python|js|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKER = "@@ next block @@"


class Step(NamedTuple):
    """A block to run, and the answer that the page shows."""

    language: str
    code: str
    answer: str


def steps(page: str) -> list[Step]:
    """A page's blocks, each with the text that follows it."""
    found: list[Step] = []
    name, _, section = page.partition("#")
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    if section:
        text = text.split(f"## {section}\n")[1].split("\n## ")[0]
    for language, code in BLOCK.findall(text):
        if language == "text":
            found[-1] = found[-1]._replace(answer=code)
        else:
            found.append(Step(language, code, ""))
    return found


def run(command: list[str], code: str) -> str:
    """What a program prints."""
    ran = subprocess.run(command, input=code, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def answers(page: str, live: Live) -> Iterator[tuple[Step, str]]:
    """Each step with what it printed. The page's shell blocks are one session."""
    origin = "http://127.0.0.1:4600"
    here = [step._replace(code=step.code.replace(origin, live.origin)) for step in steps(page)]
    shell = [step for step in here if step.language == "sh"]
    script = f"\necho; echo '{MARKER}'\n".join(step.code for step in shell)
    yield from zip(shell, run(["bash", "-e"], script).split(f"{MARKER}\n"), strict=True)
    programs = {"python": [sys.executable, "-"], "js": ["node", "-"]}
    for step in here:
        if step.language in programs:
            yield step, run(programs[step.language], step.code)


@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "openssl", "node"))), reason="needs curl and Node"
)
@every_page
def test_every_command_answers_as_shown(page: str) -> None:
    """What the page shows is what is printed, but for what its dots stand for."""
    with serve() as live:
        for step, printed in answers(page, live):
            shown = re.escape(step.answer.strip()).replace("…", ".*")
            assert re.fullmatch(shown, printed.strip(), re.DOTALL), (step, printed)


@every_page
def test_every_block_shows_its_answer(page: str) -> None:
    """No block stands without what it prints, so none goes unchecked."""
    assert len(steps(page)) >= 3
    assert all(step.answer for step in steps(page))
