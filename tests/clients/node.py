"""Node with the npm package `jose`, installed by name once into the user's cache folder."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "jose"
SCRIPTS = Path(__file__).parent
TIMEOUT_S = 50.0


def find_jose() -> Path:
    """The folder that holds jose's `node_modules`."""
    return find_packages(PACKAGE)


def find_packages(*packages: str) -> Path:
    """The folder that holds `node_modules`; the test is skipped, with the reason, without one."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node and npm are not installed")
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    home = caches / "token-emulator-tests" / packages[0].replace("/", "-")
    if not all((home / "node_modules" / name / "package.json").exists() for name in packages):
        home.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        try:
            done = subprocess.run(  # noqa: S603 - npm itself
                [npm, "install", *options, "--prefix", str(home), *packages],
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not install {packages[0]} within {TIMEOUT_S:.0f} s")
        if done.returncode != 0:
            pytest.skip(f"npm could not install {packages[0]} (exit code {done.returncode})")
    return home


class Script:
    """A script of ours that runs, answering each line of JSON with one."""

    def __init__(self, name: str, *arguments: str) -> None:
        home = find_jose()
        copy = home / name
        copy.write_text((SCRIPTS / name).read_text(encoding="utf-8"), encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [str(shutil.which("node")), str(copy), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **question: object) -> Any:  # noqa: ANN401 - JSON
        """The answer to one question."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Let the script end."""
        self._process.communicate()
