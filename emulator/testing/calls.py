"""Which calls a sandbox got, and whether they were those that a test expects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from emulator.testing.exchange import Resource, S, Steps, ask, drop, operation
from emulator.testing.expectations import Where, explain_verdict, write_step
from emulator.testing.records import Call, Explanation, Verdict
from emulator.testing.wire import (
    MAX_PAGE,
    Object,
    Span,
    as_list,
    as_object,
    place,
    read,
    read_items,
    render_duration,
    render_time,
    with_query,
)


@dataclass(frozen=True)
class Calls(Resource[S]):
    """The calls of a sandbox, or those of one operation of it, as far as the journal keeps them.

    `where` of an assertion: dotted paths into the request to values (`*` in a text stands for any);
    of the answer `status`, `refusal`, `response.<path>`. docs/testing.md has the rest.
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
        found = yield from self._list(limit=1)
        if not found:
            raise AssertionError(f"{self.name or 'The sandbox'} was never called")
        return found[0]

    @operation
    def count(self) -> Steps[int]:
        """How many there were, of those that the journal keeps."""
        count, cursor = 0, None
        while True:
            path = with_query(self.path, operation=self.name, limit=MAX_PAGE, cursor=cursor)
            page = as_object((yield from ask("GET", path)))
            count += len(as_list(page.get("items")))
            following = page.get("next")
            if following is None:
                return count
            cursor = str(following)

    @operation
    def clear(self) -> Steps[None]:
        """Forget the calls, of every operation."""
        yield from drop(self.path)

    @operation
    def har(self) -> Steps[Object]:
        """All calls of the sandbox as an HTTP Archive, for a browser's network panel."""
        return as_object((yield from ask("GET", f"{self.path}.har")))

    @operation
    def explain(self, call: str | Call) -> Steps[Explanation]:
        """Why a call went as it did, and what to do."""
        name = call.id if isinstance(call, Call) else call
        return read(Explanation, (yield from ask("GET", self.path + place(name) + "/explain")))

    @operation
    def verify(
        self,
        where: Where | None = None,
        *,
        exact: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        order: Sequence[str | tuple[str, Where]] | None = None,
        since: str | Call | None = None,
        wait: Span | None = None,
    ) -> Steps[Verdict]:
        """Whether there were such calls, waiting at most `wait` for them; at least one by default.

        `order`: operations, each alone or with its `where`, that came one after another.
        """
        count = {"exact": exact, "at_least": at_least, "at_most": at_most}
        body = {
            "operation": self.name,
            "where": where,
            "count": {name: bound for name, bound in count.items() if bound is not None} or None,
            "order": None if order is None else [write_step(step) for step in order],
            "since": since.id if isinstance(since, Call) else since,
            "wait": None if wait is None else render_duration(wait),
        }
        given = {name: value for name, value in body.items() if value is not None}
        return read(Verdict, (yield from ask("POST", f"{self.path}/verify", given)))

    @operation
    def assert_called(
        self, where: Where | None = None, *, times: int | None = None, wait: Span | None = None
    ) -> Steps[None]:
        """There were such calls, exactly `times` where that is given, within `wait`.

        Raises:
            AssertionError: there were not, or the journal has forgotten; it tells the nearest.
        """
        least = 1 if times is None else None
        yield from self._expect(where, wait, at_least=least, exact=times)

    @operation
    def assert_called_once_with(
        self, where: Where | None = None, *, wait: Span | None = None
    ) -> Steps[Call]:
        """There was one call, within `wait`, and it was like that; it is returned.

        Raises:
            AssertionError: there was not; it tells how the nearest differ.
        """
        yield from self._expect(where, wait, at_least=1)
        yield from self._expect(None, exact=1)
        return (yield from self._list(limit=1))[0]

    @operation
    def assert_not_called(self, where: Where | None = None) -> Steps[None]:
        """There was no such call.

        Raises:
            AssertionError: there was one.
        """
        yield from self._expect(where, exact=0)

    @operation
    def assert_order(
        self, *steps: str | tuple[str, Where], wait: Span | None = None
    ) -> Steps[None]:
        """Calls came in this order, whatever lay between them: operations, or with a `where`.

        Raises:
            AssertionError: they did not.
        """
        verdict = yield from Calls.verify.steps(self, order=steps, wait=wait)
        if verdict.verified is not True:
            raise AssertionError("\n".join(explain_verdict("The calls in this order", verdict)))

    def _expect(
        self,
        where: Where | None,
        wait: Span | None = None,
        *,
        at_least: int | None = None,
        exact: int | None = None,
    ) -> Steps[None]:
        """Let the emulator say whether it is so.

        Raises:
            AssertionError: it is not, or nobody knows.
        """
        if self.name is None:
            raise ValueError("say calls of which operation, such as calls('usegrant.createToken')")
        verdict = yield from Calls.verify.steps(
            self, where, wait=wait, at_least=at_least, exact=exact
        )
        if verdict.verified is not True:
            raise AssertionError("\n".join(explain_verdict(self.name, verdict)))

    def _list(self, limit: int) -> Steps[tuple[Call, ...]]:
        path = with_query(self.path, operation=self.name, limit=limit)
        return read_items(Call, (yield from ask("GET", path)))
