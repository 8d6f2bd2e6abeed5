from pathlib import Path

import pytest
import yaml

from emulator.core.fixtures import Worlds
from tests.core.toys import DOCUMENT, TOY


@pytest.fixture
def worlds(tmp_path: Path) -> Worlds:
    """The toy world, from a file."""
    file = tmp_path / "toy.yaml"
    file.write_text(yaml.safe_dump(DOCUMENT))
    return Worlds([TOY], [file])
