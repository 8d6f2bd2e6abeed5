"""Which calls a sandbox got, and whether they were those that a test expects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from emulator.testing.exchange import Resource, S, Steps, ask, drop, operation
from emulator.testing.expectations import describe_misses, matches
from emulator.testing.records import Call, Explanation
from emulator.testing.wire import MAX_PAGE, place, read, read_items, render_time, with_query


@dataclass(frozen=True)
class Calls(Resource[S]):
    """The calls of a sandbox, or those of one operation of it, as far as the journal keeps them.

    `where` of an assertion: dotted paths into the request's body to the values that they have.
    """

    name: str | None = None

    @operation
    def list(
        self,
        *,
        status: int | None = None,
        refusal: str | None = None,
        since: str | datetime | Call | None = None,
        limit: int = MAX_PAGE,
    ) -> Steps[tuple[Call, ...]]:
        """The calls, the last first. `since`: a time of the sandbox's, or a call before."""
        if isinstance(since, Call):
            since = since.id
        elif since is not None:
            since = render_time(since)
        path = with_query(
            self.path,
            operation=self.name,
            status=status,
            refusal=refusal,
            since=since,
            limit=limit,
        )
        return read_items(Call, (yield from ask("GET", path)))

    @operation
    def last(self) -> Steps[Call]:
        """The last call.

        Raises:
            AssertionError: there was none.
        """
        found = yield from self._list()
        if not found:
            raise AssertionError(f"{self._label} was never called")
        return found[0]

    @operation
    def count(self) -> Steps[int]:
        """How many there were."""
        return len((yield from self._list()))

    @operation
    def clear(self) -> Steps[None]:
        """Forget the calls, of every operation."""
        yield from drop(self.path)

    @operation
    def explain(self, call: str | Call) -> Steps[Explanation]:
        """Why a call went as it did, and what to do."""
        name = call.id if isinstance(call, Call) else call
        return read(Explanation, (yield from ask("GET", self.path + place(name) + "/explain")))

    @operation
    def assert_called(
        self, where: Mapping[str, object] | None = None, *, times: int | None = None
    ) -> Steps[tuple[Call, ...]]:
        """There were such calls, exactly `times` where that is given.

        Raises:
            AssertionError: there were not; it tells how the nearest differ.
        """
        return (yield from self._expect(where or {}, times))

    @operation
    def assert_called_once_with(self, where: Mapping[str, object] | None = None) -> Steps[Call]:
        """There was one call, and its request had these values.

        Raises:
            AssertionError: there was not; it tells how the nearest differ.
        """
        found = yield from self._list()
        if len(found) > 1:
            raise AssertionError(f"{self._label} was called {len(found)} times, not once")
        return (yield from self._expect(where or {}, 1))[0]

    @operation
    def assert_not_called(self, where: Mapping[str, object] | None = None) -> Steps[None]:
        """There was no such call.

        Raises:
            AssertionError: there was one.
        """
        found = [call for call in (yield from self._list()) if matches(call, where or {})]
        if found:
            raise AssertionError(f"{self._label} was called {len(found)} times, not never")

    def _expect(self, where: Mapping[str, object], times: int | None) -> Steps[tuple[Call, ...]]:
        every: tuple[Call, ...] = yield from self._list()
        found = tuple(call for call in every if matches(call, where))
        if len(found) == times or (times is None and found):
            return found
        wanted = "" if times is None else f", not {times} times"
        so = " like that" if where else ""
        told = f"{self._label} was called {len(found)} times{so}{wanted}"
        raise AssertionError("\n".join((told, *describe_misses(every, where))))

    def _list(self) -> Steps[tuple[Call, ...]]:
        path = with_query(self.path, operation=self.name, limit=MAX_PAGE)
        return read_items(Call, (yield from ask("GET", path)))

    @property
    def _label(self) -> str:
        return self.name or "The sandbox"
