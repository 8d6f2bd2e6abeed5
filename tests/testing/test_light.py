"""What importing the seat of a test loads."""

import subprocess
import sys

import pytest

HEAVY = [
    "httpx",
    "starlette",
    "uvicorn",
    "grpc",
    "pydantic",
    "msgspec",
    "orjson",
    "cryptography",
    "strawberry",
    "yaml",
]
PRINT = f"import sys; print(*[name for name in {HEAVY} if name in sys.modules])"


@pytest.mark.parametrize("module", ["emulator", "emulator.testing", "emulator.testing.plugin"])
def test_an_import_loads_nothing_heavy(module: str) -> None:
    """Neither the client nor the plugin pays for the server, nor for httpx, before it is used."""
    assert run(f"import {module}; {PRINT}") == ""


def test_a_refused_request_loads_httpx_alone() -> None:
    """With an emulator elsewhere nothing of the server is needed."""
    ask = """
from emulator.testing import ControlError, connect
try:
    connect("http://127.0.0.1:1").health()
except ControlError as error:
    assert "No emulator answers at http://127.0.0.1:1" in str(error), error
"""
    assert run(ask + PRINT) == "httpx"


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
