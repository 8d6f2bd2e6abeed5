"""Digests of who calls and what is asked: equal where these are, and nothing else."""

import pytest

from emulator.app import PROVIDERS
from emulator.core.journal import Client
from emulator.edge.call import Call
from emulator.edge.client import MAX_BODY, describe_client
from emulator.edge.provider import Provider
from tests.graphql import API_KEY, basic

NAMED = {provider.name: provider for provider in PROVIDERS}

KEYS = {
    "zerohash": {"x-scx-api-key": "key"},
    "highnote": {"authorization": basic()},
    "usegrant": {"authorization": "Bearer key"},
    "hyperswitch": {"x-connector-config": '{"config": {}}'},
}


def describe(
    headers: dict[str, str],
    *,
    provider: Provider = NAMED["usegrant"],
    body: bytes = b"{}",
    target: str = "/v1/x",
    seed: str = "seed",
    client: str = "127.0.0.1",
) -> Client:
    """What is told of a call."""
    operation = f"{provider.name}.x"
    call = Call(operation, "POST", target, {}, headers, body, 7.0, client, "http://localhost")
    return describe_client(provider, call, seed)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_a_secret_names_the_caller(provider: Provider) -> None:
    """The same key is the same caller, another is another, and nothing of it can be read."""
    headers = KEYS[provider.name]
    one = describe(headers, provider=provider)
    assert one == describe({**headers, "x-request-id": "other"}, provider=provider)
    assert (one.presented, one.wall, len(one.caller)) == ("secret", 7.0, 12)
    changed = {name: f"{value}x" for name, value in headers.items()}
    assert one.caller != describe(changed, provider=provider).caller
    assert one.caller != describe(headers, provider=provider, seed="other").caller


def test_a_client_token_is_no_secret() -> None:
    """As Bearer or in a frame's query; an API key is one in any place."""
    highnote = NAMED["highnote"]
    assert describe({"authorization": "Bearer a.b.c"}, provider=highnote).presented == "token"
    assert describe({}, provider=highnote, target="/f?token=a.b.c").presented == "token"
    told = describe({"authorization": f"Bearer {API_KEY}"}, provider=highnote)
    assert told.presented == "secret"


def test_without_a_credential_the_address_names_the_caller() -> None:
    """And without an address nobody is named."""
    one = describe({})
    assert one.presented == ""
    assert one.caller
    assert one.caller != describe({}, client="127.0.0.2").caller
    assert describe({}, client="").caller == ""


def test_what_is_asked() -> None:
    """Method, path, query and body; too long a body is not looked at."""
    asked = {
        describe({}).asked,
        describe({}, body=b"{ }").asked,
        describe({}, target="/v1/x?a=1").asked,
        describe({}, target="/v1/y").asked,
    }
    assert len(asked) == 4
    assert describe({}, body=b"x" * MAX_BODY).asked
    assert describe({}, body=b"x" * (MAX_BODY + 1)).asked == ""


@pytest.mark.parametrize(
    ("headers", "is_page"),
    [
        ({"origin": "https://shop.example"}, True),
        ({"origin": "null"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-mode": "cors"}, False),
        ({"user-agent": "Mozilla/5.0"}, False),
    ],
)
def test_a_page_is_known_by_its_headers(headers: dict[str, str], is_page: bool) -> None:  # noqa: FBT001
    """Those that only browsers send."""
    assert describe(headers).browser is is_page
