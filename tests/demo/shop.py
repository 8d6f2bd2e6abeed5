"""A shop's backend: its pages ask it for the tokens that they need, and tell it when to end one.

Providers are slow, limit rates and fail at times: it waits where they say for how long, tries again
where that can help, and otherwise tells the page.
"""

from collections.abc import Awaitable, Callable

import anyio
import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.demo.providers import PRODUCTS, Env, sign_zerohash

TRIES = 3
PATIENCE_S = 30.0

Sleep = Callable[[float], Awaitable[None]]


class Busy(Exception):  # noqa: N818 - what the provider is
    """A provider does not answer now. `after_s`: when it may."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"busy for {after_s} s")
        self.after_s = after_s


class Shop:
    """The backend. `sleep`: how it waits."""

    def __init__(self, env: Env, http: httpx.AsyncClient, sleep: Sleep = anyio.sleep) -> None:
        self._env = env
        self._http = http
        self._sleep = sleep

    def app(self) -> Starlette:
        """The application that its pages talk to."""
        return Starlette(
            routes=[
                Route("/tokens/{product}", self.give_token, methods=["POST"]),
                Route("/logout", self.log_out, methods=["POST"]),
            ]
        )

    async def give_token(self, request: Request) -> Response:
        """A token for the page of a product."""
        ask, read = PRODUCTS[request.path_params["product"]]
        try:
            answer = await self._send(lambda: ask(self._env))
        except Busy as busy:
            return Response("busy", 503, {"Retry-After": f"{busy.after_s:.0f}"})
        if not answer.is_success:
            return Response("refused", 502)
        return JSONResponse({"token": read(answer)})

    async def log_out(self, request: Request) -> Response:
        """End the customer's token."""
        body = await request.json()
        ended = await self._send(lambda: sign_zerohash(self._env, "/revoke_auth_token", body))
        return Response(status_code=204 if ended.is_success else 502)

    async def _send(self, make: Callable[[], httpx.Request]) -> httpx.Response:
        """Send a request, again if that can help: each time made anew, for its signature ages.

        Raises:
            Busy: the provider's patience is longer than ours.
        """
        for number in range(TRIES):
            after_s = 0.2 * 2**number
            try:
                answer = await self._http.send(make())
            except httpx.TransportError:
                await self._sleep(after_s)
                continue
            if answer.status_code not in {429, 503}:
                return answer
            after_s = float(answer.headers.get("Retry-After", after_s))
            if after_s > PATIENCE_S:
                raise Busy(after_s)
            await self._sleep(after_s)
        raise Busy(after_s)
