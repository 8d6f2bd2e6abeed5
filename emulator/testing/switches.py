"""The switches and lifetimes of a sandbox: objects that are changed in part (RFC 7396)."""

from collections.abc import Mapping
from datetime import timedelta

from emulator.testing.exchange import Resource, S, Steps, ask, operation
from emulator.testing.wire import Object, as_object, render_duration


class Settings(Resource[S]):
    """The switches of each provider."""

    @operation
    def show(self) -> Steps[Object]:
        """All of them."""
        return as_object((yield from ask("GET", self.path)))

    @operation
    def change(self, /, **providers: Mapping[str, object]) -> Steps[Object]:
        """Change some: `change(zerohash={"timestamp_clock": "wall"})`; None is the default."""
        body: dict[str, object] = {name: dict(switches) for name, switches in providers.items()}
        return as_object((yield from ask("PUT", self.path, body)))


def put_lifetime(path: str, name: str, lifetime: str | float | timedelta | None) -> Steps[None]:
    """Set the lifetime of a provider's or an operation's tokens; None: the default."""
    value = lifetime if lifetime is None else render_duration(lifetime)
    yield from ask("PUT", path, {name: value})
