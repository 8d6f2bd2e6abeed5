"""The world of a sandbox: the records of its providers."""

from collections.abc import Mapping
from typing import TypeAlias

from emulator.testing.exchange import Resource, S, Steps, ask, drop, operation
from emulator.testing.wire import MAX_PAGE, Object, as_list, as_object, place, with_query

Record: TypeAlias = Object


class Entities(Resource[S]):
    """The records by provider and kind, such as `zerohash`, `participants`. Secrets are masked."""

    @operation
    def kinds(self, provider: str) -> Steps[Mapping[str, object]]:
        """A provider's kinds, with how many records each has."""
        return as_object((yield from ask("GET", self.path + place(provider))))

    @operation
    def list(self, provider: str, kind: str) -> Steps[tuple[Record, ...]]:
        """The records of a kind, newest first, at most 1,000."""
        path = with_query(self.path + place(provider, kind), limit=MAX_PAGE)
        page = as_object((yield from ask("GET", path)))
        return tuple(map(as_object, as_list(page.get("items"))))

    @operation
    def get(self, provider: str, kind: str, key: str) -> Steps[Record]:
        """A record."""
        return as_object((yield from ask("GET", self.path + place(provider, kind, key))))

    @operation
    def put(
        self, provider: str, kind: str, key: str, record: Mapping[str, object]
    ) -> Steps[Record]:
        """Replace a record, or create it."""
        path = self.path + place(provider, kind, key)
        return as_object((yield from ask("PUT", path, dict(record))))

    @operation
    def add(self, provider: str, kind: str, record: Mapping[str, object]) -> Steps[Record]:
        """Create a record under a key that is drawn."""
        return as_object((yield from ask("POST", self.path + place(provider, kind), dict(record))))

    @operation
    def drop(self, provider: str, kind: str, key: str) -> Steps[None]:
        """Drop a record, and all that hangs on it."""
        yield from drop(self.path + place(provider, kind, key))
