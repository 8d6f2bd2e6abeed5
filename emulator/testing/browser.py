"""A browser's page of Playwright's whose calls to the providers' own hosts come to a sandbox.

It knows of Playwright only what a page and a route have: nothing of it is imported.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Protocol, overload
from urllib.parse import urlsplit

from emulator.testing.senders import Where

# Where the providers' pages and SDKs call when they are told nothing else.
HOSTS = frozenset(
    {
        "api.cert.zerohash.com",
        "api.zerohash.com",
        "api.cert.zerohash.eu",
        "api.zerohash.eu",
        "api.us.test.highnote.com",
        "api.us.highnote.com",
        "cdn.highnote.com",
        "sdk.usegrant.dev",
    }
)
PARENT_HOSTS = frozenset({"auth.usegrant.dev"})  # of the issuers' hosts

_DROPPED = frozenset({"host", "content-length", "connection", "accept-encoding"})
_FRAMING = frozenset({"content-length", "content-encoding", "transfer-encoding", "connection"})

Wanted = Callable[[str], bool]


class Page(Protocol):
    """A page, or a context, of Playwright's blocking API."""

    def route(self, url: Wanted, handler: Callable[[Any], Any], /) -> object:
        """Let a handler answer."""


class AsyncPage(Protocol):
    """The same of its awaited API."""

    def route(self, url: Wanted, handler: Callable[[Any], Any], /) -> Awaitable[object]:
        """Let a handler answer."""


@dataclass(frozen=True)
class Router:
    """Answers what pages ask the providers. `headers`: they lead to the sandbox."""

    where: Where
    headers: Mapping[str, str]

    @overload
    def route(self, page: AsyncPage) -> Awaitable[object]: ...
    @overload
    def route(self, page: Page) -> object: ...
    def route(self, page: Page | AsyncPage) -> object:
        """Route a page; of the awaited API, what to await."""

        async def answer_async(route: Any) -> None:  # noqa: ANN401 - Playwright's
            await self._answer_async(route)

        def answer(route: Any) -> None:  # noqa: ANN401 - Playwright's
            self._answer(route)

        # Plain functions: Playwright keeps notes on the object that a method is bound to.
        is_awaited = iscoroutinefunction(page.route)
        return page.route(is_provider_url, answer_async if is_awaited else answer)

    def _answer(self, route: Any) -> None:  # noqa: ANN401 - Playwright's
        import httpx  # noqa: PLC0415 - with the first call of a page

        with httpx.Client(**self.where.options()) as client:
            answer = client.request(**self._translate(route.request))
        route.fulfill(**_render(answer))

    async def _answer_async(self, route: Any) -> None:  # noqa: ANN401 - Playwright's
        import httpx  # noqa: PLC0415 - as above

        async with httpx.AsyncClient(**self.where.options()) as client:
            answer = await client.request(**self._translate(route.request))
        await route.fulfill(**_render(answer))

    def _translate(self, request: Any) -> dict[str, Any]:  # noqa: ANN401 - Playwright's
        """A page's request as httpx sends it to the emulator, addressed by its host."""
        url = urlsplit(request.url)
        kept = {k: v for k, v in request.headers.items() if k.lower() not in _DROPPED}
        query = f"?{url.query}" if url.query else ""
        return {
            "method": request.method,
            "url": f"{self.where.url}{url.path or '/'}{query}",
            "headers": {
                **kept,
                **self.headers,
                "Host": url.netloc,
                "X-Forwarded-Proto": url.scheme,
            },
            "content": request.post_data_buffer or b"",
        }


def is_provider_url(url: str) -> bool:
    """Whether a URL is at a provider's own host."""
    host = urlsplit(url).hostname or ""
    return host in HOSTS or host.partition(".")[2] in PARENT_HOSTS


def _render(answer: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's
    headers = {k: v for k, v in answer.headers.items() if k.lower() not in _FRAMING}
    return {"status": answer.status_code, "headers": headers, "body": answer.content}
