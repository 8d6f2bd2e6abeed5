"""Pages of Playwright's: what they ask the providers' own hosts is answered by a sandbox."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from emulator.app import PROVIDERS
from emulator.testing import Sandbox
from emulator.testing.browser import HOSTS, PARENT_HOSTS, is_provider_url
from tests.testing.minting import MINT_CARD


class Asked(NamedTuple):
    """A request as Playwright shows it."""

    method: str
    url: str
    headers: Mapping[str, str]
    post_data_buffer: bytes | None = None


class FakeRoute:
    """A route of the blocking API."""

    def __init__(self, request: Asked) -> None:
        self.request = request
        self.got: dict[str, Any] = {}

    def fulfill(self, **got: Any) -> None:  # noqa: ANN401 - Playwright's
        """Answer it."""
        self.got = got


class FakeAsyncRoute(FakeRoute):
    """A route of the awaited API."""

    async def fulfill(self, **got: Any) -> None:  # type: ignore[override] # noqa: ANN401
        """Answer it."""
        self.got = got


class FakePage:
    """A page of the blocking API."""

    def route(self, url: Callable[[str], bool], handler: Callable[[FakeRoute], Any], /) -> None:
        """Keep whom to ask."""
        self.wants, self.handle = url, handler


class FakeAsyncPage:
    """A page of the awaited API."""

    async def route(
        self, url: Callable[[str], bool], handler: Callable[[FakeRoute], Any], /
    ) -> None:
        """Keep whom to ask."""
        self.wants, self.handle = url, handler


def ask_card(sandbox: Sandbox) -> Asked:
    """What a page asks Highnote's own host, with the sandbox's key."""
    given = {
        "paymentCardId": sandbox.highnote.payment_card_id,
        "permissions": ["READ_RESTRICTED_DETAILS"],
    }
    body = json.dumps({"query": MINT_CARD, "variables": {"input": given}}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "origin": "https://shop.example",
    }
    return Asked(
        "POST",
        "https://api.us.test.highnote.com/graphql",
        {**headers, **{k.lower(): v for k, v in sandbox.highnote.headers.items()}},
        body,
    )


def test_the_hosts_are_the_providers() -> None:
    """The list that needs nothing of the server is the server's."""
    assert {host for provider in PROVIDERS for host in provider.hosts} == HOSTS
    assert {host for provider in PROVIDERS for host in provider.parent_hosts} == PARENT_HOSTS


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://api.cert.zerohash.com/client_auth_token", True),
        ("http://abc.auth.usegrant.dev/.well-known/jwks.json", True),
        ("https://sdk.usegrant.dev:443/v1/providers", True),
        ("https://evil-api.zerohash.com/", False),
        ("https://shop.example/?next=https://api.zerohash.com/", False),
        ("about:blank", False),
    ],
)
def test_only_their_hosts_are_routed(url: str, *, is_one: bool) -> None:
    """Everything else of a page goes where it went."""
    assert is_provider_url(url) is is_one


def test_a_page_is_answered_from_the_sandbox(sandbox: Sandbox) -> None:
    """By the provider of the host, with headers that the page may read."""
    page = FakePage()
    sandbox.route(page)
    asked = ask_card(sandbox)
    assert page.wants(asked.url)
    route = FakeRoute(asked)
    page.handle(route)
    assert route.got["status"] == 200
    assert json.loads(route.got["body"])["data"]["generatePaymentCardClientToken"]["value"]
    assert route.got["headers"]["access-control-allow-origin"] == "https://shop.example"
    assert "content-length" not in route.got["headers"]
    sandbox.calls("highnote.generatePaymentCardClientToken").assert_called(times=1)


@pytest.mark.anyio
async def test_a_page_of_the_awaited_api_is_too(sandbox: Sandbox) -> None:
    """The same, awaited; the sandbox is found by its header, whatever the credentials."""
    page = FakeAsyncPage()
    await sandbox.route(page)
    headers = sandbox.zerohash.sign("POST", "/client_auth_token", "{}")
    asked = Asked("POST", "https://api.cert.zerohash.com/client_auth_token", headers, b"{}")
    route = FakeAsyncRoute(asked)
    await page.handle(route)
    assert route.got["status"] == 400
    told = await sandbox.aio.calls("zerohash.client_auth_token").last()
    assert told.request.headers["host"] == "api.cert.zerohash.com"


def test_urls_in_answers_are_those_of_the_page(sandbox: Sandbox) -> None:
    """What the page was given it can ask for: same host, and https as it asked."""
    page = FakePage()
    sandbox.route(page)
    seat = sandbox.usegrant
    path = f"/v1/providers/{seat.provider_id}/clients/{seat.client_id}/tokens"
    route = FakeRoute(Asked("POST", f"https://sdk.usegrant.dev{path}", seat.headers, b"{}"))
    page.handle(route)
    token = json.loads(route.got["body"])["accessToken"]
    issuer = str(sandbox.tokens.get(token).claims["iss"])
    assert issuer.startswith("https://sdk.usegrant.dev/")
