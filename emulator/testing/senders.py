"""What carries requests to the control API: one sender that blocks, one that is awaited."""

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.testing.errors import ControlError
from emulator.testing.wire import Answer, Request

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]

CONTROL = "/_emulator"
TIMEOUT_S = 75.0  # a verification may wait for 60 s


@dataclass(frozen=True)
class Where:
    """An emulator's place. `url`: its origin; `token`: for its control API.

    `app`: the ASGI application that is asked in process; None: the network.
    """

    url: str
    token: str | None = None
    app: "ASGIApp | None" = None

    @property
    def headers(self) -> dict[str, str]:
        """What every control request carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def options(self) -> dict[str, Any]:
        """How a client of httpx is made for it: a proxy of the environment's is none of ours."""
        verify = self.url.startswith("https:")  # certificates take 20 ms to load
        return {
            "base_url": self.url,
            "timeout": TIMEOUT_S,
            "trust_env": False,
            "verify": verify,
        }

    def silence(self, error: Exception) -> ControlError:
        """Nothing answered."""
        told = f"{type(error).__name__}: {error}"
        advice = "start one (token-emulator serve), or set EMULATOR_URL to where it is"
        return ControlError(0, f"No emulator answers at {self.url}", f"{told}: {advice}")


@dataclass(frozen=True)
class Blocking:
    """Sends and waits. One connection is kept for as long as it lives."""

    where: Where

    def run(self, steps: Generator[Request, Answer, T]) -> T:
        """The result of an operation.

        Raises:
            ControlError: the emulator refuses, or nothing answers.
        """
        __tracebackhide__ = True
        try:
            request = next(steps)
            while True:
                request = steps.send(self._send(request))
        except StopIteration as done:
            result: T = done.value
            return result
        except (AssertionError, ControlError) as error:
            raise error.with_traceback(None) from None  # it is about the test, not about our steps

    def close(self) -> None:
        """Let the connection go; the next request opens another."""
        client = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    @cached_property
    def _client(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - 80 ms that only a test that asks pays

        return httpx.Client(**self.where.options(), headers=self.where.headers)

    def _send(self, request: Request) -> Answer:
        import httpx  # noqa: PLC0415 - as above

        try:
            answer = self._client.request(
                request.method, CONTROL + request.path, **_body_of(request)
            )
        except httpx.TransportError as error:
            raise self.where.silence(error) from None
        return Answer(answer.status_code, answer.content)


@dataclass(frozen=True)
class Awaiting:
    """Sends and is awaited, on whichever event loop: no connection outlives a request."""

    where: Where

    def close(self) -> None:
        """There is nothing to let go."""

    async def run(self, steps: Generator[Request, Answer, T]) -> T:
        """The result of an operation; raises like the blocking one."""
        __tracebackhide__ = True
        try:
            request = next(steps)
            while True:
                request = steps.send(await self._send(request))
        except StopIteration as done:
            result: T = done.value
            return result
        except (AssertionError, ControlError) as error:
            raise error.with_traceback(None) from None  # it is about the test, not about our steps

    async def _send(self, request: Request) -> Answer:
        import httpx  # noqa: PLC0415 - 80 ms that only a test that asks pays

        transport = httpx.ASGITransport(self.where.app) if self.where.app else None
        try:
            async with httpx.AsyncClient(**self.where.options(), transport=transport) as client:
                answer = await client.request(
                    request.method,
                    CONTROL + request.path,
                    headers=self.where.headers,
                    **_body_of(request),
                )
        except httpx.TransportError as error:
            raise self.where.silence(error) from None
        return Answer(answer.status_code, answer.content)


def _body_of(request: Request) -> dict[str, Any]:
    return {} if request.body is None else {"json": request.body}
