"""How the client speaks to the control API: each operation is written once, for both worlds.

An operation is a generator: it yields requests and is sent answers, and knows nothing of sockets.
A sender, blocking or awaiting, runs it. Where a class of operations stands on a blocking sender its
methods return, on an awaiting one they are to be awaited; type checkers know which.
"""

from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from emulator.testing.errors import ControlError, Failure
from emulator.testing.senders import Awaiting, Blocking
from emulator.testing.wire import Answer, Json, Request

T = TypeVar("T")
P = ParamSpec("P")
S = TypeVar("S", Blocking, Awaiting)

Steps = Generator[Request, Answer, T]

_BAD = 400
_GONE = 404


@dataclass(frozen=True)
class Resource(Generic[S]):
    """Something that the control API has. `sender`: how it is reached; `path`: where it is."""

    sender: S
    path: str


class operation(Generic[P, T]):  # noqa: N801 - reads as the decorator that it is
    """A method from steps: it blocks or is awaited as the sender of its resource does.

    `steps`: for another operation of which they are a part.
    """

    def __init__(self, steps: Callable[Concatenate[Any, P], Steps[T]]) -> None:
        self.steps = steps
        self.__doc__ = steps.__doc__

    @overload
    def __get__(self, at: None, owner: type) -> Self: ...
    @overload
    def __get__(self, at: Resource[Blocking], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, at: Resource[Awaiting], owner: type
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, at: Resource[Any] | None, owner: type) -> Any:
        if at is None:
            return self
        sender, steps = at.sender, MethodType(self.steps, at)

        @wraps(steps)  # for `help`
        def run(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - as the sender has it
            __tracebackhide__ = True  # what goes wrong is shown where the test made it
            return sender.run(steps(*args, **kwargs))

        return run


def ask(method: str, path: str, body: object = None) -> Steps[Json]:
    """The JSON that a control path answers.

    Raises:
        ControlError: it refuses, or what answers is no emulator.
    """
    answer = yield Request(method, path, body)
    if answer.status >= _BAD:
        raise _explain(answer)
    try:
        return answer.json()
    except ValueError:
        raise _doubt(answer) from None


def drop(path: str) -> Steps[None]:
    """Delete what may be gone already.

    Raises:
        ControlError: it is refused.
    """
    answer = yield Request("DELETE", path)
    if answer.status >= _BAD and answer.status != _GONE:
        raise _explain(answer)


def _explain(answer: Answer) -> ControlError:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "title" not in problem:
        return _doubt(answer)
    errors = problem.get("errors")
    failures = tuple(
        Failure(str(error.get("path", "")), str(error.get("message", "")))
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    )
    title, detail = str(problem["title"]), str(problem.get("detail", ""))
    return ControlError(answer.status, title, detail, failures)


def _doubt(answer: Answer) -> ControlError:
    told = f"HTTP {answer.status}"
    return ControlError(answer.status, told, "This is not how an emulator answers: is it one?")
