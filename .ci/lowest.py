"""Print constraints: the lowest version of each run-time dependency that is allowed."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"

for requirement in tomllib.loads(PROJECT.read_text())["project"]["dependencies"]:
    print(re.sub(r"^([\w-]+)>=([\w.]+).*", r"\1==\2", requirement))
