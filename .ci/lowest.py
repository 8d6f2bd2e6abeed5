"""Print the lowest version of each run-time dependency that pyproject.toml allows, as constraints."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"

for requirement in tomllib.loads(PROJECT.read_text())["project"]["dependencies"]:
    print(re.sub(r"^([\w-]+)>=([\w.]+).*", r"\1==\2", requirement))
