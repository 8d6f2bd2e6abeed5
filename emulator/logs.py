"""Logs: one line per event to standard error, as text for people or as JSON for machines.

What is logged goes as `extra={"fields": {...}}`; names, ids and numbers only, never a secret.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from typing import Literal

from emulator.core.clock import render_time

_PLAIN = re.compile(r"[^\s\"=\x00-\x1f\x7f]+")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}


def configure_logs(form: Literal["text", "json"], level: str) -> None:
    """Set the process's logging up. `level` rules the emulator; others are heard from warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("emulator").setLevel(_LEVELS.get(level, logging.ERROR))
    # Left unset, it reports every connection to a level that nobody hears.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


class _Text(logging.Formatter):
    """`2026-01-01T00:00:00.123Z info emulator.calls: call sandbox=default status=201`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={_word(value)}" for name, value in _fields(record).items())
        line = (
            f"{render_time(record.created)} {record.levelname.lower()} {record.name}: "
            f"{record.getMessage()}{fields}"
        )
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": render_time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    fields: Mapping[str, object] = getattr(record, "fields", {})
    return {name: value for name, value in fields.items() if value is not None}


def _word(value: object) -> str:
    """A value that can't be mistaken for two, nor begin a line of its own."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
