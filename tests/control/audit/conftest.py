"""An emulator with all four providers, clients of them, and what the audit says."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from emulator.settings import Settings
from tests.conftest import client_of
from tests.control.answers import DEFAULT, read
from tests.graphql import CARD, MINTED, mutation, posted
from tests.providers.hyperswitch.calling import PAYPAL, config
from tests.providers.usegrant.calls import KEY, TOKENS
from tests.signing import Request, minting


def mint_zerohash(headers: Mapping[str, str]) -> Request:
    """A mint at zerohash."""
    return _laid(minting(), headers)


def mint_highnote(headers: Mapping[str, str]) -> Request:
    """A mint at Highnote."""
    document = mutation("generatePaymentCardClientToken", MINTED)
    values = {"paymentCardId": CARD, "permissions": ["READ_RESTRICTED_DETAILS"]}
    return _laid(posted(document, {"input": values}), headers)


def mint_usegrant(headers: Mapping[str, str]) -> Request:
    """A mint at useGrant."""
    path = f"/usegrant{TOKENS}"
    sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    return _laid({"method": "POST", "url": path, "headers": sent, "content": b"{}"}, headers)


def mint_hyperswitch(headers: Mapping[str, str]) -> Request:
    """A mint in Hyperswitch's HTTP mode."""
    path = "/hyperswitch/payments/create_access_token"
    sent = {**config(Paypal=PAYPAL), "Content-Type": "application/json"}
    return _laid({"method": "POST", "url": path, "headers": sent, "content": b"{}"}, headers)


def _laid(request: Request, headers: Mapping[str, str]) -> Request:
    return {**request, "headers": {**request["headers"], **headers}}


MINTS: Mapping[str, Callable[[Mapping[str, str]], Request]] = {
    "zerohash.client_auth_token": mint_zerohash,
    "highnote.generatePaymentCardClientToken": mint_highnote,
    "usegrant.createToken": mint_usegrant,
    "hyperswitch.create_access_token": mint_hyperswitch,
}


@pytest.fixture
def settings() -> Settings:
    """All four providers."""
    return Settings()


@pytest.fixture(params=MINTS)
def operation(request: pytest.FixtureRequest) -> str:
    """An operation that mints, of each provider."""
    return str(request.param)


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """A client of every provider."""
    async with client_of(emulator) as made:
        yield made


class Audited:
    """The sandbox `default` through the control API."""

    def __init__(self, control: httpx.AsyncClient) -> None:
        self.control = control

    async def fail(self, operation: str, then: Mapping[str, object], times: int = 1) -> None:
        """Arm a fault."""
        rule = {"operation": operation, "then": then, "when": {"times": times}}
        read(await self.control.post(f"{DEFAULT}/faults", json=rule), 201)

    async def advance(self, by: str) -> None:
        """Move the clock on."""
        read(await self.control.post(f"{DEFAULT}/clock/advance", json={"by": by}))

    async def tell(self, sandbox: str = "default", **query: str) -> Any:  # noqa: ANN401 - JSON
        """The audit."""
        return read(await self.control.get(f"/sandboxes/{sandbox}/audit", params=query))

    async def names(self, **query: str) -> list[str]:
        """The kinds of its findings."""
        return [finding["finding"] for finding in (await self.tell(**query))["items"]]


async def mint(client: httpx.AsyncClient, operation: str, **headers: str) -> httpx.Response:
    """Mint once."""
    return await client.request(**MINTS[operation](headers))


@pytest.fixture
def audited(control: httpx.AsyncClient) -> Audited:
    """The sandbox whose client is judged."""
    return Audited(control)
