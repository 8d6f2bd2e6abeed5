"""What the environment says of a test run: which emulator, which worker."""

import os
from pathlib import Path
from time import time

DEFAULT_URL = "http://127.0.0.1:4600"


def find_url() -> str | None:
    """The emulator outside this process that EMULATOR_URL names."""
    return os.environ.get("EMULATOR_URL", "").rstrip("/") or None


def find_token() -> str | None:
    """The control token: EMULATOR_CONTROL_TOKEN, or what EMULATOR_CONTROL_TOKEN_FILE holds."""
    token = os.environ.get("EMULATOR_CONTROL_TOKEN")
    file = os.environ.get("EMULATOR_CONTROL_TOKEN_FILE")
    return token or (Path(file).read_text().strip() if file else None)


def find_worker() -> str:
    """The name of the pytest-xdist worker; `main` without."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def name_run() -> str:
    """A name of this run, the same in all its workers where pytest-xdist gives one."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}-{time()}"


def read_time() -> float:
    """Real time, Unix seconds."""
    return time()
