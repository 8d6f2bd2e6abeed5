import json
import logging
from collections.abc import Sequence

import httpx
import msgspec
import pytest

from emulator.app import PROVIDERS, Emulator
from emulator.edge.provider import Provider
from emulator.settings import Settings
from tests.contract.canaries import DOCUMENT, REQUESTS
from tests.signing import PRIMARY

pytestmark = pytest.mark.anyio

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)


OPAQUE = ("access_token", "client_secret")  # names of tokens that may be no JWT


@pytest.fixture
def settings() -> Settings:
    """A line in the log for every call."""
    return Settings(log_calls=True)


def leaks(text: str, canaries: Sequence[str]) -> set[str]:
    """The canaries that a text has, however they are written in a URL."""
    lowered = text.lower()
    return {
        canary
        for canary in canaries
        if canary.lower() in lowered or canary.lower().replace("@", "%40") in lowered
    }


def tokens_in(answer: httpx.Response) -> list[str]:
    """The texts in an answer that are a token by their look or their name."""
    waiting: list[object] = [json.loads(answer.content)] if answer.is_success else []
    found = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found += [value[name] for name in OPAQUE if isinstance(value.get(name), str)]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and value.startswith("eyJ"):
            found.append(value)
    return found


@every_provider
async def test_canaries_are_found_nowhere(
    emulator: Emulator,
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    provider: Provider,
) -> None:
    """No personal value and no secret of any request is in journal, hints or log."""
    caplog.set_level(logging.DEBUG)
    flock = REQUESTS[provider.name]
    minted: list[str] = []
    statuses = set()
    for request in flock.requests():
        answer = await client.request(**request)
        statuses.add(answer.status_code)
        own = {n: v for n, v in answer.headers.items() if n.startswith("x-emulator-")}
        assert not leaks(repr(own), flock.canaries), request
        minted += tokens_in(answer)
    sandbox = await emulator.directory.open("default")
    calls = list(reversed(sandbox.journal))
    assert len(calls) == len(flock.requests())
    for call in calls:
        assert not leaks(msgspec.json.encode(call).decode(), flock.canaries), call
    logged = repr([vars(entry) for entry in caplog.records if entry.name.startswith("emulator")])
    assert logged.count("'call_") == len(calls)
    assert not leaks(logged, flock.canaries)
    kept = repr(calls) + logged
    assert minted
    assert not any(token in kept for token in minted)
    assert flock.statuses <= statuses
    assert 500 not in statuses


@every_provider
def test_every_canary_is_sent(provider: Provider) -> None:
    """A canary that no request carries could not leak, and would show nothing."""
    flock = REQUESTS[provider.name]
    sent = "".join(
        f"{request['url']} {request['headers']} {request['content']!r}"
        for request in flock.requests()
    )
    silent = set(flock.canaries) - leaks(sent, flock.canaries)
    assert silent <= {PRIMARY.secret, DOCUMENT}  # never sent; sent inside a token


@every_provider
async def test_what_is_masked_does_arrive(client: httpx.AsyncClient, provider: Provider) -> None:
    """The masks hide something: answers, which are not masked, have canaries or tokens."""
    flock = REQUESTS[provider.name]
    answers = [await client.request(**request) for request in flock.requests()]
    assert any(tokens_in(answer) or leaks(answer.text, flock.canaries) for answer in answers)
