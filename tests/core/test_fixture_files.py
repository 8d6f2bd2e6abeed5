from pathlib import Path

import jsonschema
import pytest
import yaml

from emulator.app import PROVIDERS
from emulator.core.fixture_files import describe_fixtures, render_world
from emulator.shipped import load_worlds, shipped_fixtures

BLUEPRINTS = [provider.blueprint for provider in PROVIDERS]


def validate(document: object) -> None:
    """Check a document against the schema, and the schema itself."""
    schema = describe_fixtures(BLUEPRINTS)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("provider", [provider.name for provider in PROVIDERS])
def test_the_shipped_world_fits_its_schema(provider: str) -> None:
    """What an editor would check against accepts what we ship."""
    validate(yaml.safe_load((shipped_fixtures() / f"{provider}.yaml").read_text()))


@pytest.mark.parametrize(
    "document",
    [
        {"zerohsh": {}},
        {"zerohash": {"participant": []}},
        {"zerohash": {"platforms": {}}},
        {"zerohash": {"platforms": [{"id": "x"}]}},
        {"zerohash": {"platforms": [{"id": 1, "platform_code": "FAKE01", "name": "x"}]}},
        {"zerohash": {"replace": "yes"}},
    ],
)
def test_a_wrong_document_does_not(document: object) -> None:
    """The schema refuses what the reader refuses."""
    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def test_an_exported_world_is_that_world_again(tmp_path: Path) -> None:
    """Read alone, over whatever ships, it gives the same world."""
    world = load_worlds(PROVIDERS, []).current()
    file = tmp_path / "world.yaml"
    file.write_text(render_world(world, BLUEPRINTS))
    assert load_worlds(PROVIDERS, [file]).current().digest == world.digest
    validate(yaml.safe_load(file.read_text()))
