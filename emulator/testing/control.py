"""An emulator as a test holds it, wherever it runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from emulator.testing import environment
from emulator.testing.exchange import Resource, S, Steps, ask, operation
from emulator.testing.records import Health, SandboxState
from emulator.testing.sandbox import Sandbox
from emulator.testing.senders import ASGIApp, Awaiting, Blocking, Where
from emulator.testing.wire import (
    MAX_PAGE,
    as_object,
    place,
    read,
    read_items,
    render_duration,
    render_time,
    with_query,
)

SANDBOXES = "/sandboxes"


class Sandboxes(Resource[S]):
    """The sandboxes of an emulator."""

    @operation
    def list(self) -> Steps[tuple[SandboxState, ...]]:
        """Those there are, newest first, at most 1,000."""
        page = yield from ask("GET", with_query(self.path, limit=MAX_PAGE))
        return read_items(SandboxState, page)

    @operation
    def create(
        self,
        id: str | None = None,  # noqa: A002 - the API's word
        *,
        seed: str | int | None = None,
        now: str | datetime | None = None,
        fixtures: Mapping[str, object] | None = None,
        credentials: Mapping[str, Mapping[str, str]] | None = None,
        ttl: str | float | timedelta | None = None,
    ) -> Steps[Sandbox[S]]:
        """A new one with credentials of its own.

        `now`: where its clock is frozen; `fixtures`: laid over the fixture world, provider -> kind
        -> records; `ttl`: how long it may lie idle in real time.
        """
        body: dict[str, object] = {}
        if id is not None:
            body["id"] = id
        if seed is not None:
            body["seed"] = str(seed)
        if now is not None:
            body["clock"] = {"mode": "frozen", "at": render_time(now)}
        if fixtures is not None:
            body["fixtures"] = dict(fixtures)
        if credentials is not None:
            body["credentials"] = {name: dict(values) for name, values in credentials.items()}
        if ttl is not None:
            body["ttl"] = render_duration(ttl)
        made = as_object((yield from ask("POST", self.path, body)))
        name = str(made["id"])
        given = as_object(made["credentials"])
        return Sandbox(self.sender, self.path + place(name), name, given)

    @operation
    def get(self, id: str = "default") -> Steps[Sandbox[S]]:  # noqa: A002 - the API's word
        """One that is there."""
        path = self.path + place(id)
        given = as_object((yield from ask("GET", f"{path}/credentials")))
        return Sandbox(self.sender, path, id, given)


class Emulator(Resource[S]):
    """A running emulator."""

    @property
    def url(self) -> str:
        """Its origin."""
        return self.sender.where.url

    @property
    def sandboxes(self) -> Sandboxes[S]:
        """Its sandboxes."""
        return Sandboxes(self.sender, SANDBOXES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go; a later request opens another."""
        self.sender.close()

    @operation
    def health(self) -> Steps[Health]:
        """How it is."""
        return read(Health, (yield from ask("GET", "/health")))


def connect(url: str | None = None, *, token: str | None = None) -> Emulator[Blocking]:
    """An emulator whose operations block.

    `url`: its origin, EMULATOR_URL when None; `token`: the control token, EMULATOR_CONTROL_TOKEN's
    when None. Nothing is sent yet.
    """
    return Emulator(Blocking(_find(url, token)), "")


def connect_async(
    url: str | None = None, *, token: str | None = None, app: ASGIApp | None = None
) -> Emulator[Awaiting]:
    """An emulator whose operations are awaited. `app`: one without a port, of `create_app`."""
    return Emulator(Awaiting(_find(url, token, app)), "")


def _find(url: str | None, token: str | None, app: ASGIApp | None = None) -> Where:
    origin = url or environment.find_url() or environment.DEFAULT_URL
    return Where(origin.rstrip("/"), token or environment.find_token(), app)
