"""A local emulator of payment and identity providers' token APIs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.edge.gate import Gate
    from emulator.settings import Settings

__version__ = "0.1.0.dev0"


def create_app(settings: "Settings | None" = None) -> "Gate":
    """An emulator as an ASGI application, without a port: `httpx.ASGITransport(create_app())`.

    It works whether or not its lifespan is run; run, idle sandboxes are dropped from time to time.
    `settings` None: the defaults, whatever the environment says. It has no gRPC surface.

    Raises:
        ValueError: a fixture, key or provider can't be used.
    """
    from emulator.app import create_emulator  # noqa: PLC0415 - the name alone loads nothing
    from emulator.settings import Settings  # noqa: PLC0415 - as above

    return create_emulator(settings or Settings(), listens=False).gate()
