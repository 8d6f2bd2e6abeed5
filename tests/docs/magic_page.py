"""Writes docs/magic-values.md from the providers' records: `python -m tests.docs.magic_page`."""

from pathlib import Path

from emulator.app import PROVIDERS
from emulator.edge.faults.magic import SLOW_S, name_ways
from emulator.edge.provider import FAULT_ALIASES, Provider

PAGE = Path(__file__).parents[2] / "docs" / "magic-values.md"

HEAD = """\
# Magic values

Values of a provider's own vocabulary that ask for a fault, for clients that can neither send a
header nor reach the control API. Made by `python -m tests.docs.magic_page` from the providers'
records: do not edit it by hand.

A value is the provider's prefix as it is written here, and the name of what is wanted, in which
letter case does not count, nor does `-` for `_`. A name that asks for nothing, or for what the
operation can't do (a token defect where nothing is minted), makes it a value like any other. All
doors and their precedence: [docs/faults.md](faults.md).

| provider | where | for example |
|---|---|---|
"""

WAYS = f"""
## What can be asked for

Everywhere: the aliases `{" ".join(FAULT_ALIASES)}`;
`slow` (the answer waits {SLOW_S:g} s); the kinds of transport, and behind `token_` the defects of a
token (`token_expired`). Each provider's own errors besides:
"""


def write_page() -> str:
    """The page as it should be."""
    rows = [
        f"| {provider.title} | {where} | `{example}` |"
        for provider in PROVIDERS
        if provider.magic
        for where, example in provider.magic.places
    ]
    return HEAD + "\n".join(rows) + "\n" + WAYS + "".join(map(_write_provider, PROVIDERS))


def _write_provider(provider: Provider) -> str:
    assert provider.magic is not None
    shared = {*FAULT_ALIASES, *(way for way in name_ways(provider) if way in _others(provider))}
    own = sorted(name for name in name_ways(provider) if name not in shared)
    names = ", ".join(f"`{name}`" for name in own)
    return f"\n### {provider.title}: `{provider.magic.prefix}`\n\n{names}\n"


def _others(provider: Provider) -> set[str]:
    """What is no error of the provider's catalogue."""
    errors = {*provider.catalogue, *provider.aliases}
    return {way for way in name_ways(provider) if way not in errors}


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
