"""One setting as a person gives it: its variable, its flag, and how it is read."""

from collections.abc import Callable
from typing import Any

import msgspec

PREFIX = "EMULATOR_"


class Option(msgspec.Struct, frozen=True):
    """One setting as a person gives it.

    `field`: of the record; `default`: in words; `parse`: from text, raising a ValueError that ends
    the sentence "PORT ..."; `alone`: what the flag without a value means; `secret`: its value is
    never shown; `shows_value` False: nor is one that can't be read, for a part may be secret.
    """

    name: str
    field: str
    metavar: str
    default: str
    parse: Callable[[str], Any]
    help: str
    alone: str | None = None
    secret: bool = False
    shows_value: bool = True

    @property
    def variable(self) -> str:
        """`EMULATOR_SANDBOX_TTL`."""
        return f"{PREFIX}{self.name.upper()}"

    @property
    def flag(self) -> str:
        """`--sandbox-ttl`."""
        return f"--{self.name.replace('_', '-')}"
