"""The keys that verify a sandbox's tokens."""

import msgspec

from emulator.control.endpoint import Asked, render
from emulator.edge.call import Answer


class Jwks(msgspec.Struct, frozen=True):
    """An RFC 7517 key set, public members only; the key that signs now comes first."""

    keys: list[dict[str, str]]


async def show(asked: Asked) -> Answer:
    """Show the keys that verify a provider's tokens."""
    sandbox = await asked.sandbox()
    provider = asked.provider()
    names = await sandbox.look(provider.issuer_keys)
    return render(Jwks([asked.house.services.keys.public_jwk(name) for name in names]))
