"""The tokens of the shop's pages: minted, expired, revoked."""

from collections.abc import Mapping

import httpx
import pytest

from emulator.testing import Sandbox
from tests.demo.conftest import Pages

pytestmark = pytest.mark.anyio

OPERATIONS: Mapping[str, str] = {
    "crypto": "zerohash.client_auth_token",
    "card": "highnote.generatePaymentCardClientToken",
    "account": "usegrant.createToken",
    "payment": "hyperswitch.create_server_authentication_token",
}
EACH = pytest.mark.parametrize("product", OPERATIONS)

READ_CARD = """
query Read($id: ID!) {
  node(id: $id) {
    ... on PaymentCard {
      restrictedDetails { ... on PaymentCardRestrictedDetails { number } }
    }
  }
}
"""


@EACH
async def test_a_page_gets_a_token(pages: Pages, token_sandbox: Sandbox, product: str) -> None:
    """One call to the provider, and what comes back is good there."""
    token = await pages.token(product)
    assert (await token_sandbox.aio.tokens.introspect(token)).active
    await token_sandbox.aio.calls(OPERATIONS[product]).assert_called_once_with()


@EACH
async def test_a_token_expires(pages: Pages, token_sandbox: Sandbox, product: str) -> None:
    """It is good for its time and not a second longer; the next one is good again."""
    token_sandbox.lifetime(OPERATIONS[product].partition(".")[0], "5m")
    token_sandbox.clock.freeze()
    token = await pages.token(product)
    token_sandbox.clock.advance(299)
    assert token_sandbox.tokens.introspect(token).active
    token_sandbox.clock.advance(1)
    assert token_sandbox.tokens.introspect(token).reason == "expired"
    assert token_sandbox.tokens.introspect(await pages.token(product)).active


async def test_the_shop_says_what_is_bought(pages: Pages, token_sandbox: Sandbox) -> None:
    """For this customer, with this permission and no other."""
    await pages.open("crypto")
    token_sandbox.calls(OPERATIONS["crypto"]).assert_called_once_with(
        {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
    )


async def test_a_customer_who_logs_out_ends_the_token(pages: Pages, token_sandbox: Sandbox) -> None:
    """The provider was told, and refuses it from then on."""
    token = await pages.token("crypto")
    done = await pages.shop.post("/logout", json={"token": token})
    assert done.status_code == httpx.codes.NO_CONTENT
    assert token_sandbox.tokens.introspect(token).reason == "revoked"


async def test_a_page_whose_token_was_ended_gets_another(
    pages: Pages, token_sandbox: Sandbox
) -> None:
    """The provider answers 401 in mid-session; with a fresh token the card is shown."""
    token = await pages.token("card")
    assert (await read_card(token_sandbox, token)).status_code == httpx.codes.OK
    token_sandbox.tokens.revoke(token)
    assert (await read_card(token_sandbox, token)).status_code == httpx.codes.UNAUTHORIZED
    fresh = await read_card(token_sandbox, await pages.token("card"))
    assert fresh.json()["data"]["node"]["restrictedDetails"]["number"].startswith("411111")


async def test_keys_are_rotated_under_a_token(pages: Pages, token_sandbox: Sandbox) -> None:
    """What was issued before stays good."""
    token = await pages.token("account")
    token_sandbox.rotate_keys("usegrant")
    assert token_sandbox.tokens.introspect(token).active


@pytest.mark.parametrize("number", range(20))
async def test_tests_never_see_each_other(
    pages: Pages, token_sandbox: Sandbox, number: int
) -> None:
    """However many run at once: each has its own keys, tokens and calls."""
    for _ in range(number % 3 + 1):
        await pages.open("account")
    assert token_sandbox.calls().count() == number % 3 + 1
    assert len(token_sandbox.tokens.list()) == number % 3 + 1


async def read_card(sandbox: Sandbox, token: str) -> httpx.Response:
    """What the page asks Highnote with its token."""
    body = {"query": READ_CARD, "variables": {"id": sandbox.highnote.payment_card_id}}
    headers = sandbox.highnote.token_headers(token)
    async with httpx.AsyncClient(trust_env=False) as browser:
        return await browser.post(sandbox.highnote.graphql_url, headers=headers, json=body)
