import logging

import httpx
import msgspec
import pytest

from emulator.app import PROVIDERS, Emulator
from emulator.edge.provider import Provider
from emulator.settings import Settings
from tests.contract.canaries import CANARIES, REQUESTS

pytestmark = pytest.mark.anyio

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)


@pytest.fixture
def settings() -> Settings:
    """A line in the log for every call."""
    return Settings(log_calls=True)


def leaks(text: str) -> set[str]:
    """The canaries that a text has, however they are escaped."""
    lowered = text.lower()
    return {
        canary
        for canary in CANARIES
        if canary.lower() in lowered or canary.lower().replace("@", "%40") in lowered
    }


@every_provider
async def test_canaries_are_found_nowhere(
    emulator: Emulator,
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    provider: Provider,
) -> None:
    """No personal value and no secret of any request is in journal, hints, log or problems."""
    caplog.set_level(logging.DEBUG)
    minted: set[str] = set()
    statuses = set()
    for request in REQUESTS[provider.name]():
        answer = await client.request(**request)
        statuses.add(answer.status_code)
        own = {n: v for n, v in answer.headers.items() if n.startswith("x-emulator-")}
        assert not leaks(repr(own)), request
        if answer.status_code == 201 and "token" in answer.json()["message"]:
            minted.add(answer.json()["message"]["token"])
    sandbox = await emulator.directory.open("default")
    calls = list(reversed(sandbox.journal))
    assert len(calls) == len(REQUESTS[provider.name]())
    for call in calls:
        assert not leaks(msgspec.json.encode(call).decode()), call
    logged = repr([vars(entry) for entry in caplog.records if entry.name.startswith("emulator")])
    assert logged.count("'call_") == len(calls)
    assert not leaks(logged)
    kept = repr(calls) + logged
    assert minted
    assert not any(token in kept for token in minted)
    assert {200, 201, 400, 403, 404, 405} <= statuses
    assert 500 not in statuses


@every_provider
async def test_canaries_do_arrive(
    client: httpx.AsyncClient, emulator: Emulator, provider: Provider
) -> None:
    """The requests are such that a canary could leak: without masking the search would find it."""
    assert REQUESTS.keys() == {provider.name for provider in PROVIDERS}
    assert emulator.providers
    sent = "".join(
        f"{request['url']} {request['headers']} {request['content']!r}"
        for request in REQUESTS[provider.name]()
    )
    assert leaks(sent) == set(CANARIES) - {CANARIES[-3]}
    answered = [(await client.request(**request)).text for request in REQUESTS[provider.name]()]
    assert leaks("".join(answered))
