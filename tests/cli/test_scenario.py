from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.conftest import Cli
from tests.cli.stub import Stub

RUN = {
    "id": "scenario_1",
    "title": "Mine",
    "started_at": "2030-01-01T00:00:00Z",
    "done": [{"at": "2030-01-01T00:00:00Z", "key": "scenario_1/1", "outcome": "done"}],
    "waiting": [
        {"key": "scenario_1/2", "at": "2030-01-01T00:01:00Z", "step": {}},
        {"key": "scenario_0/9", "at": "2030-01-01T00:02:00Z", "step": {}},
    ],
}


class Sent(msgspec.Struct):
    """What is sent of a file."""

    scenario: dict[str, Any]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A scenario file."""
    file = tmp_path / "own.yaml"
    file.write_text("title: Mine\nsteps: [{revoke: {}}, {at: 1m, clock: {mode: real}}]")
    return file


def test_the_library_is_listed(cli: Cli, own: Path) -> None:
    """The shipped ones and own ones, by name."""
    told = cli("scenario", "list", EMULATOR_SCENARIOS=str(own))
    assert told.code == 0
    assert "flaky-fifth" in told.out
    assert "own                         Mine" in told.out


def test_files_are_checked(cli: Cli, own: Path) -> None:
    """What is right is told with its steps, what is wrong with its place."""
    assert cli("scenario", "check", str(own)).out == "ok  own: 2 steps\n"
    own.write_text("title: Mine\nsteps: [{at: 1m}]")
    told = cli("scenario", "check", str(own))
    assert told.code == 1
    assert "own.yaml: /steps/0 must do one thing" in told.err
    assert cli("scenario", "check", str(own.parent / "none.yaml")).code == 1


def test_one_is_run_by_name(here: Cli, stub: Stub) -> None:
    """What was done and what is to come of this run is printed."""
    stub.on("POST", "/sandboxes/s1/scenarios", RUN, 201)
    told = here("scenario", "run", "--sandbox", "s1", "flaky-fifth")
    assert told.code == 0
    assert told.out.splitlines() == [
        "scenario_1  Mine",
        "  2030-01-01T00:00:00Z  done",
        "  2030-01-01T00:01:00Z  to come",
    ]
    assert stub.asked[-1].body == {"name": "flaky-fifth"}


def test_a_file_is_run_as_it_is_written(here: Cli, stub: Stub, own: Path) -> None:
    """Its steps are sent whole, after they were checked here."""
    stub.on("POST", "/sandboxes/default/scenarios", RUN, 201)
    assert here("scenario", "run", str(own)).code == 0
    sent = msgspec.convert(stub.asked[-1].body, Sent).scenario
    assert sent["title"] == "Mine"
    assert [step["at"] for step in sent["steps"]] == ["PT0S", "PT60S"]
    own.write_text("title: [")
    assert here("scenario", "run", str(own)).code == 1


def test_the_schema_is_printed(cli: Cli) -> None:
    """For editors that complete and check."""
    assert '"Scenario"' in cli("scenario", "schema").out
