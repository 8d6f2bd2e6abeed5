"""How the client behaved, through the control client."""

import httpx
import pytest

from emulator.testing import Emulator, Sandbox
from tests.testing.minting import ask_zerohash

MINT = "zerohash.client_auth_token"


def test_a_good_client_is_clean(sandbox: Sandbox) -> None:
    """Nothing is found, and all calls were looked at."""
    httpx.request(**ask_zerohash(sandbox))
    audit = sandbox.audit()
    assert (audit.findings, audit.complete, audit.judged) == ((), True, 1)
    sandbox.assert_clean(notices=True)


def test_impatience_is_told(sandbox: Sandbox) -> None:
    """The assertion says what was wrong, where, and by which calls; other providers are clean."""
    sandbox.fail(MINT, error="rate_limited", retry_after=3, times=1)
    for _ in range(2):
        httpx.request(**ask_zerohash(sandbox))
    (found,) = sandbox.audit().findings
    assert (found.finding, found.times) == ("retry_too_early", 1)
    assert found.calls == ["call_1", "call_2"]
    assert found.details["retry_after_s"] == 3
    with pytest.raises(AssertionError, match=r"Retry-After had passed .*call_1, call_2"):
        sandbox.assert_clean()
    sandbox.assert_clean("highnote")
    sandbox.calls().clear()
    sandbox.assert_clean()


def test_notices_are_asked_for(sandbox: Sandbox) -> None:
    """A mint in doubt is an error only where the test says so."""
    sandbox.fail(MINT, error="timeout", times=1)
    for _ in range(2):
        httpx.request(**ask_zerohash(sandbox))
    sandbox.assert_clean()
    with pytest.raises(AssertionError, match="Minted again"):
        sandbox.assert_clean(notices=True)


@pytest.mark.anyio
async def test_it_is_awaited_too(running: Emulator) -> None:
    """The same for coroutines."""
    made = running.sandboxes.create()
    await made.aio.assert_clean()
    assert (await made.aio.audit()).judged == 0
    made.drop()
