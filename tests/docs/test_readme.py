import re
from pathlib import Path

from emulator.setting_option import PREFIX
from emulator.setting_options import OPTIONS
from emulator.settings import CLIENTS

README = Path(__file__).parent.parent.parent / "README.md"


def test_every_variable_that_the_readme_sets_is_a_setting() -> None:
    """Whoever copies a line gets an environment in which the commands start."""
    named = set(re.findall(rf"(?<![A-Z_]){PREFIX}[A-Z_]+", README.read_text(encoding="utf-8")))
    assert named
    assert named <= {option.variable for option in OPTIONS} | {CLIENTS}
