import json
import logging
from collections.abc import Iterator

import pytest

from emulator.logs import configure_logs

log = logging.getLogger("emulator.calls")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging is the process's: what a test sets is set back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


def fail(**fields: str) -> None:
    """Log a defect with its trace."""
    try:
        int("broken")
    except ValueError:
        log.exception("failed", extra={"fields": fields})


def test_text_puts_an_event_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Time, level, logger, message, then the fields; None is left out."""
    configure_logs("text", "info")
    log.info("call", extra={"fields": {"status": 201, "refusal": None, "call": "call_1"}})
    at, rest = capsys.readouterr().err.split(" ", 1)
    assert at.endswith("Z")
    assert rest == "info emulator.calls: call status=201 call=call_1\n"


def test_text_can_not_be_broken_by_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    """A value with white space, quotes or control characters is quoted and stays on its line."""
    configure_logs("text", "info")
    log.info("call", extra={"fields": {"a": "x y", "b": "1\n2", "c": 'say "x"', "d": ""}})
    line = capsys.readouterr().err
    assert line.endswith(r'call a="x y" b="1\n2" c="say \"x\"" d=""' + "\n")


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line parses, a trace included."""
    configure_logs("json", "info")
    fail(call="call_2")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    told = json.loads(lines[0])
    assert told["level"] == "error"
    assert told["logger"] == "emulator.calls"
    assert told["message"] == "failed"
    assert told["call"] == "call_2"
    assert "ValueError: invalid literal" in told["trace"]


def test_text_shows_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    """A defect is told with its trace."""
    configure_logs("text", "info")
    fail()
    trace = capsys.readouterr().err
    assert trace.endswith("ValueError: invalid literal for int() with base 10: 'broken'\n")


def test_the_level_rules_the_emulator_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Below its level the emulator is silent; other libraries are heard from warning."""
    configure_logs("text", "warning")
    log.info("quiet")
    logging.getLogger("other").info("quiet")
    logging.getLogger("other").warning("loud")
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == ["loud"]
