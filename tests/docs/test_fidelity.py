"""docs/fidelity.md says what the code says now, and its marks are read rightly."""

from pathlib import Path

import pytest

from emulator.app import PROVIDERS
from tests.docs.fidelity import PAGE, ROOMS, write_page
from tests.docs.marks import Remark, kinds_of, remarks_of, remarks_of_script


def test_the_page_is_not_stale() -> None:
    """Whoever changes a mark, a row or an exchange writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == write_page(), "python -m tests.docs.fidelity"


@pytest.mark.parametrize("name", [provider.name for provider in PROVIDERS])
def test_a_provider_tells_its_sources_and_gaps(name: str) -> None:
    """The docstring of a provider's package says where it is from and what is missing."""
    text = (ROOMS / name / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    assert "Sources:" in text
    assert "Gaps:" in text


def test_marks_are_found_where_they_stand(tmp_path: Path) -> None:
    """In docstrings, in comments of several lines and behind code; with the name they stand at."""
    module = tmp_path / "module.py"
    module.write_text(
        '"""A module. It is so. [doc] H"""\n\n'
        "# A comment\n# of two lines [sdk] M. Another sentence.\nNAME = 1\n\n"
        "WINDOW = 60  # [openapi] H; inclusive [guess]\n\n\n"
        'def does() -> None:\n    """Do it. Nothing marked."""\n'
        "    x: list[guess]  # nothing\n"
        "    # inside [repo a/b]\n    return None\n"
    )
    assert list(remarks_of(module)) == [
        Remark("", "A module. It is so. [doc] H"),
        Remark("NAME", "A comment of two lines [sdk] M. Another sentence."),
        Remark("WINDOW", "`WINDOW = 60`: [openapi] H; inclusive [guess]"),
        Remark("does", "inside [repo a/b]"),
    ]


def test_marks_are_found_in_scripts(tmp_path: Path) -> None:
    """In comments of several lines and behind code, with the name that is declared there."""
    script = tmp_path / "script.js"
    script.write_text(
        "// A page. Nothing marked.\n\n// A message\n// of the host [sdk] H.\n"
        'export const TYPE = "X";\n\nasync function ask() {\n  say(1); // once [guess] M\n'
        '  fetch("http://[doc]"); // nothing\n}\n'
    )
    assert list(remarks_of_script(script)) == [
        Remark("TYPE", "A message of the host [sdk] H."),
        Remark("", "`say(1);`: once [guess] M"),
    ]


def test_a_long_paragraph_is_told_by_its_sentences(tmp_path: Path) -> None:
    """Of many sentences only those with a mark are told."""
    module = tmp_path / "module.py"
    module.write_text(f'"""A module.\n\n{"Much is said. " * 20}One thing is known [doc] H."""\n')
    assert list(remarks_of(module)) == [Remark("", "One thing is known [doc] H.")]


def test_what_marks_mean() -> None:
    """Each mark has a meaning; the surest is told first."""
    assert kinds_of("text [guess] M; shape [openapi Code403] H") == "documented, guessed"
    assert kinds_of("[sdk e2e] [repo x]") == "seen in an SDK, seen in public code"
    assert kinds_of("list[doc]ument") == "documented"
