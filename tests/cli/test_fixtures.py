import json
from pathlib import Path

import yaml

from tests.cli.conftest import Cli

OWN = """
zerohash:
  participants:
    - {participant_code: OWN001, platform: acme, email: own@example.com}
"""


def test_a_good_file_is_counted(cli: Cli, tmp_path: Path) -> None:
    """The counts are of the world with the file laid over it."""
    file = tmp_path / "own.yaml"
    bare = cli("fixtures", "check", str(tmp_path)).out
    file.write_text(OWN)
    outcome = cli("fixtures", "check", str(file))
    assert outcome.code == 0
    assert "11 participants" in bare
    assert "12 participants" in outcome.out


def test_a_bad_file_is_told(cli: Cli, tmp_path: Path) -> None:
    """The one line says where, and what there is instead."""
    file = tmp_path / "own.yaml"
    file.write_text(OWN.replace("participants", "participant"))
    outcome = cli("fixtures", "check", str(file))
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        f"token-emulator: {file}: zerohash: no kind 'participant'; there is participants\n"
    )


def test_an_export_can_be_loaded(cli: Cli, tmp_path: Path) -> None:
    """The world as printed, from the paths or else from the settings, passes the check."""
    own = tmp_path / "own.yaml"
    own.write_text(OWN)
    exported = cli("fixtures", "export", str(own))
    assert exported.out == cli("fixtures", "export", EMULATOR_FIXTURES=str(own)).out
    codes = [
        row["participant_code"] for row in yaml.safe_load(exported.out)["zerohash"]["participants"]
    ]
    assert codes[-1] == "OWN001"
    whole = tmp_path / "whole.yaml"
    whole.write_text(exported.out)
    assert cli("fixtures", "check", str(whole)).code == 0


def test_the_schema_is_json(cli: Cli) -> None:
    """It names the providers and their kinds."""
    schema = json.loads(cli("fixtures", "schema").out)
    assert "participants" in schema["properties"]["zerohash"]["properties"]
