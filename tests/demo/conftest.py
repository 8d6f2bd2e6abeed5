"""The shop of a test, on the sandbox of that test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from emulator.testing import Sandbox
from tests.demo.shop import Shop


@dataclass
class Pages:
    """The shop's pages in a browser. `slept`: how long the shop waited, second by second."""

    shop: httpx.AsyncClient
    slept: list[float] = field(default_factory=list)

    async def open(self, product: str) -> httpx.Response:
        """Open the page of a product: it asks for its token."""
        return await self.shop.post(f"/tokens/{product}")

    async def token(self, product: str) -> str:
        """The token with which a page begins."""
        answer = await self.open(product)
        assert answer.status_code == httpx.codes.OK, answer.text
        return str(answer.json()["token"])


@pytest.fixture
async def pages(token_sandbox: Sandbox, anyio_backend: str) -> AsyncIterator[Pages]:
    """The pages; where the shop waits, the sandbox's clock moves on instead."""
    assert anyio_backend
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await token_sandbox.aio.clock.advance(seconds)

    async with httpx.AsyncClient(trust_env=False) as providers:
        app = Shop(token_sandbox.env, providers, sleep).app()
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as shop:
            yield Pages(shop, slept)
