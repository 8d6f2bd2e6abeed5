"""The keys that verify a sandbox's tokens."""

import msgspec

from emulator.control.endpoint import Asked, render
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.provider import Provider


class Jwks(msgspec.Struct, frozen=True):
    """An RFC 7517 key set, public members only; the key that signs now comes first."""

    keys: list[dict[str, str]]


async def show(asked: Asked) -> Answer:
    """Show the keys that verify a provider's tokens."""
    sandbox = await asked.sandbox()
    provider = asked.provider()
    return render(Jwks(await sandbox.look(lambda view: _show_keys(asked, provider, view))))


def _show_keys(asked: Asked, provider: Provider, view: View) -> list[dict[str, str]]:
    """The keys, each with the `kid` that the provider's tokens give it."""
    shown = [
        (name, asked.house.services.keys.public_jwk(name)) for name in provider.issuer_keys(view)
    ]
    if provider.kid is None:
        return [jwk for _, jwk in shown]
    return [{**jwk, "kid": provider.kid(view, name)} for name, jwk in shown]
