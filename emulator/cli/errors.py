"""How a command fails: one line to standard error, and an exit code."""

import click


class Misuse(click.ClickException):
    """It was asked wrongly; the text says what to change."""

    exit_code = 2


class NotRunning(click.ClickException):
    """Nothing answers where the emulator should be."""


class Refused(click.ClickException):
    """The emulator said no."""
