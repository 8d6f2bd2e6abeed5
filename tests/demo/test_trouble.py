"""What the shop does when a provider is in trouble."""

import httpx
import pytest

from emulator.testing import Sandbox
from tests.demo.conftest import Pages
from tests.demo.test_tokens import EACH, OPERATIONS

pytestmark = pytest.mark.anyio


@EACH
async def test_a_provider_that_is_down_for_a_moment_is_asked_again(
    pages: Pages, token_sandbox: Sandbox, product: str
) -> None:
    """Twice it is unavailable, the third try is served; the page notices nothing."""
    token_sandbox.fail(OPERATIONS[product], error="unavailable", times=2)
    assert (await pages.open(product)).status_code == httpx.codes.OK
    assert pages.slept == [0.2, 0.4]
    token_sandbox.calls(OPERATIONS[product]).assert_called(times=3)


@EACH
async def test_a_rate_limit_is_waited_for_as_long_as_it_says(
    pages: Pages, token_sandbox: Sandbox, product: str
) -> None:
    """Retry-After, and not a second less."""
    token_sandbox.fail(OPERATIONS[product], error="rate_limited", retry_after=7, times=1)
    assert (await pages.open(product)).status_code == httpx.codes.OK
    assert pages.slept == [7]


@EACH
async def test_a_wait_that_is_too_long_is_told_to_the_page(
    pages: Pages, token_sandbox: Sandbox, product: str
) -> None:
    """The shop does not hold the page up; nor does it ask again."""
    token_sandbox.fail(OPERATIONS[product], error="rate_limited", retry_after=120)
    answer = await pages.open(product)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
    assert pages.slept == []
    token_sandbox.calls(OPERATIONS[product]).assert_called(times=1)


@EACH
async def test_a_refusal_is_not_tried_again(
    pages: Pages, token_sandbox: Sandbox, product: str
) -> None:
    """A wrong key stays wrong."""
    token_sandbox.fail(OPERATIONS[product], error="unauthorized")
    assert (await pages.open(product)).status_code == httpx.codes.BAD_GATEWAY
    token_sandbox.calls(OPERATIONS[product]).assert_called(times=1)


async def test_the_real_limit_is_kept(pages: Pages, token_sandbox: Sandbox) -> None:
    """With the provider's own limiter on, the third page within its window waits for the next."""
    limit = {"enabled": True, "limit": 2, "window": "PT10S"}
    token_sandbox.settings.change(zerohash={"rate_limit": limit})
    token_sandbox.clock.freeze()
    for _ in range(3):
        assert (await pages.open("crypto")).status_code == httpx.codes.OK
    assert pages.slept == [10]


async def test_an_answer_that_is_lost_costs_a_token_and_no_customer(
    pages: Pages, token_sandbox: Sandbox
) -> None:
    """The provider minted, the connection broke: the shop asks again, and two tokens are out."""
    token_sandbox.fail(
        OPERATIONS["account"], transport="close_before_headers", effect="after", times=1
    )
    assert (await pages.open("account")).status_code == httpx.codes.OK
    assert len(token_sandbox.tokens.list("usegrant")) == 2


async def test_a_page_waits_for_a_slow_provider(pages: Pages, token_sandbox: Sandbox) -> None:
    """The delay is real, and one call's alone."""
    token_sandbox.fail(OPERATIONS["card"], delay="50ms", times=1)
    assert (await pages.open("card")).status_code == httpx.codes.OK
    assert token_sandbox.calls(OPERATIONS["card"]).last().duration_ms >= 50
