import json
import shlex
import subprocess

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub import Stub

ENV = {"ZEROHASH_API_KEY": "FakeKey1", "ZEROHASH_SECRET": "ZmFrZQ==", "ODD": "a b$c`\"'\\"}
FOUND = {"zerohash": {"api_key": "FakeKey1"}, "hyperswitch": {"config": {"a": 1}}, "env": ENV}


@pytest.fixture(autouse=True)
def credentials(stub: Stub) -> None:
    """The stub has credentials for the default sandbox and for one more."""
    stub.on("GET", "/sandboxes/default/credentials", FOUND)
    stub.on("GET", "/sandboxes/other/credentials", {"env": {"A": "other"}})


@pytest.mark.parametrize("form", ["dotenv", "export"])
def test_a_shell_reads_them_back(here: Cli, form: str) -> None:
    """Both forms give a shell the very values, odd characters included."""
    text = here("credentials", "--format", form).out
    script = f'set -a\n{text}\nfor n in {" ".join(ENV)}; do printenv "$n"; done'
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607
    assert read.stdout.splitlines() == list(ENV.values())


def test_plain_values_stand_without_quotes(here: Cli) -> None:
    """Readers of dotenv files that know no quotes read the usual values too."""
    assert here("credentials").out.splitlines()[:2] == [
        "ZEROHASH_API_KEY=FakeKey1",
        "ZEROHASH_SECRET=ZmFrZQ==",
    ]


def test_export_lines_are_for_eval(here: Cli) -> None:
    """Every line is one export command."""
    lines = here("credentials", "--format", "export").out.splitlines()
    assert [shlex.split(line)[0] for line in lines] == ["export"] * len(ENV)


def test_json_has_everything(here: Cli) -> None:
    """The whole answer, nested values included."""
    assert json.loads(here("credentials", "--format", "json").out) == FOUND


def test_another_sandbox_has_its_own(here: Cli) -> None:
    """--sandbox says whose credentials."""
    assert here("credentials", "--sandbox", "other").out == "A=other\n"
