"""Writes docs/settings.md from the table of settings: `python -m tests.docs.settings_page`."""

from pathlib import Path

from emulator.setting_option import Option
from emulator.setting_options import OPTIONS

PAGE = Path(__file__).parent.parent.parent / "docs" / "settings.md"

HEAD = """\
# Settings

Made by `python -m tests.docs.settings_page` from the table in `emulator/setting_options.py`, which
`token-emulator serve --help` shows too: do not edit it by hand.

Each setting is a variable and a flag of `serve`; the flag wins. An empty variable counts as not
set. A variable that begins with `EMULATOR_` and is none of these, or a value that can't be read,
stops the start with one line that says what to change (exit code 2). What differs from the
defaults is printed at start, secrets masked. Lists are separated by commas. The other commands
read the same variables to find the emulator.

| variable | flag | default | |
|---|---|---|---|
"""


def write_page() -> str:
    """The page as it should be."""
    return HEAD + "".join(map(_row, OPTIONS))


def _row(option: Option) -> str:
    metavar = option.metavar.replace("|", r"\|")
    return (
        f"| `{option.variable}` | `{option.flag} {metavar}` | {option.default} | {option.help} |\n"
    )


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
