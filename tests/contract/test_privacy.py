import logging
from collections.abc import Mapping, Sequence

import httpx
import msgspec
import pytest

from emulator.app import PROVIDERS, Emulator
from emulator.edge.provider import Provider
from emulator.settings import Settings
from tests.contract.canaries import ZEROHASH
from tests.contract.canaries_highnote import HIGHNOTE
from tests.contract.canary_case import Case

pytestmark = pytest.mark.anyio

# A new provider joins here.
CASES: Mapping[str, Case] = {"zerohash": ZEROHASH, "highnote": HIGHNOTE}

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)


@pytest.fixture
def settings() -> Settings:
    """A line in the log for every call."""
    return Settings(log_calls=True)


def leaks(text: str, canaries: Sequence[str]) -> set[str]:
    """The canaries that a text has, however they are escaped."""
    lowered = text.lower()
    return {
        canary
        for canary in canaries
        if canary.lower() in lowered or canary.lower().replace("@", "%40") in lowered
    }


def test_every_provider_has_a_case() -> None:
    """No provider goes unsearched."""
    assert CASES.keys() == {provider.name for provider in PROVIDERS}


@every_provider
async def test_canaries_are_found_nowhere(
    emulator: Emulator,
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    provider: Provider,
) -> None:
    """No personal value and no secret of any request is in journal, hints, log or problems."""
    case = CASES[provider.name]
    caplog.set_level(logging.DEBUG)
    minted: set[str] = set()
    statuses = set()
    for request in case.requests():
        answer = await client.request(**request)
        statuses.add(answer.status_code)
        own = {n: v for n, v in answer.headers.items() if n.startswith("x-emulator-")}
        assert not leaks(repr(own), case.canaries), request
        minted |= case.minted(answer)
    sandbox = await emulator.directory.open("default")
    calls = list(reversed(sandbox.journal))
    assert len(calls) == len(case.requests())
    for call in calls:
        assert not leaks(msgspec.json.encode(call).decode(), case.canaries), call
    logged = repr([vars(entry) for entry in caplog.records if entry.name.startswith("emulator")])
    assert logged.count("'call_") == len(calls)
    assert not leaks(logged, case.canaries)
    kept = repr(calls) + logged
    assert minted
    assert not any(token in kept for token in minted)
    assert case.statuses <= statuses
    assert 500 not in statuses


@every_provider
async def test_canaries_do_arrive(
    client: httpx.AsyncClient, emulator: Emulator, provider: Provider
) -> None:
    """The requests are such that a canary could leak: without masking the search would find it."""
    case = CASES[provider.name]
    assert emulator.providers
    sent = "".join(
        f"{request['url']} {request['headers']} {request['content']!r}"
        for request in case.requests()
    )
    assert leaks(sent, case.canaries) == set(case.canaries) - case.unsent
    answered = [(await client.request(**request)).text for request in case.requests()]
    assert leaks("".join(answered), case.canaries)
