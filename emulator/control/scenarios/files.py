"""Scenario files: read, checked, described by a JSON Schema. A scenario is called as its file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from emulator.control.scenarios.acts import check_scenario
from emulator.control.scenarios.bodies import Scenario
from emulator.core.fixture_files import DRAFT
from emulator.core.fixtures import FixtureError, list_files, read_yaml
from emulator.core.records import Unfit, convert_record
from emulator.edge.provider import Providers
from emulator.edge.shapes import describe_shape, read_shape


class Repertoire:
    """The scenarios that can be run by name. `paths`: files or folders, later over earlier.

    `providers`: all that there are, enabled or not.
    """

    def __init__(self, providers: Providers, paths: Sequence[Path]) -> None:
        self.providers = providers
        self.paths = tuple(paths)

    def read(self) -> dict[str, Scenario]:
        """The scenarios by name, as their files have them now.

        Raises:
            FixtureError: a file is missing, or holds none.
        """
        files = sorted(
            (file for path in self.paths for file in list_files(path)), key=lambda file: file.stem
        )
        return {file.stem: read_scenario(self.providers, file) for file in files}


def read_scenario(providers: Providers, file: Path) -> Scenario:
    """The scenario of a file.

    Raises:
        FixtureError: it holds none; the text says all that is wrong.
    """
    written: object = read_yaml(file)
    if not isinstance(written, dict):
        raise FixtureError(f"{file.name}: must be a mapping with names")
    try:
        scenario = convert_record(written, Scenario, read_shape)
    except Unfit as unfit:
        raise FixtureError(f"{file.name}: {unfit}") from None
    failures = check_scenario(providers, scenario)
    if failures:
        raise FixtureError(f"{file.name}: {Unfit(failures)}")
    return scenario


def describe_scenarios() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    (shape,), components = msgspec.json.schema_components(
        [Scenario], schema_hook=describe_shape, ref_template="#/$defs/{name}"
    )
    return {"$schema": DRAFT, **shape, "$defs": components}
