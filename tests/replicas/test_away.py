"""Redis is away, or stalls: every provider says so in its own words, within a second."""

import signal
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from emulator.app import PROVIDERS
from emulator.core.clock import monotonic
from emulator.edge.answers import render_refusal
from emulator.edge.provider import Provider
from tests.contract.arming import methods_of, routes_of, url_of
from tests.control.answers import read_problem
from tests.redis_server import RedisServer
from tests.replicas.conftest import Replica, open_replica
from tests.signing import minting

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

SOON_S = 2.0  # the promise is one second: a busy machine gets another

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)


@pytest.fixture
async def replica(anyio_backend: str, server: RedisServer) -> AsyncIterator[Replica]:
    """A replica on a Redis that can be hurt."""
    assert anyio_backend
    async with open_replica(server.url) as opened:
        yield opened


async def recover(replica: Replica) -> None:
    """Wait until Redis was found to answer again."""
    knocking = replica.emulator.ledger._link._knocking  # type: ignore[attr-defined]
    if knocking is not None:
        await knocking


@every_provider
@pytest.mark.parametrize("how", ["stalls", "is killed"])
async def test_it_is_told_in_the_providers_words(
    replica: Replica, server: RedisServer, provider: Provider, how: str
) -> None:
    """503 as the provider says it, within a second, with the reason in the hint."""
    if how == "stalls":
        server.signal(signal.SIGSTOP)
    else:
        server.kill()
    route = routes_of(provider)[0]
    began = monotonic()
    answer = await replica.client.request(route.method, url_of(provider, route))
    assert monotonic() - began < SOON_S
    told = render_refusal(provider.refusal("unavailable"))
    assert (answer.status_code, told.status) == (503, 503)
    assert answer.content == told.body
    assert answer.headers["x-emulator-hint"] == "Redis does not answer."


@every_provider
async def test_it_is_told_over_rpc(
    replica: Replica, server: RedisServer, provider: Provider
) -> None:
    """UNAVAILABLE, within a second."""
    methods = methods_of(provider)
    if not methods:
        return
    rpc = replica.emulator.open_rpc()
    port = rpc.listen("127.0.0.1", 0)
    await rpc.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        await channel.channel_ready()
        server.signal(signal.SIGSTOP)
        began = monotonic()
        asked: Any = channel.unary_unary(f"/{methods[0].service}/{methods[0].name}")
        with pytest.raises(grpc.aio.AioRpcError) as told:
            await asked(b"")
        assert monotonic() - began < SOON_S
    assert told.value.code() == grpc.StatusCode.UNAVAILABLE
    await rpc.stop(0)


async def test_the_control_api_tells_it_as_a_problem(replica: Replica, server: RedisServer) -> None:
    """503, and that it is not known whether anything changed."""
    server.signal(signal.SIGSTOP)
    began = monotonic()
    answer = await replica.client.get("/_emulator/sandboxes")
    assert monotonic() - began < SOON_S
    assert "Redis does not answer" in read_problem(answer, 503)["detail"]


async def test_it_recovers(replica: Replica, server: RedisServer) -> None:
    """Where Redis goes on, or is started anew, the next call is served."""
    server.signal(signal.SIGSTOP)
    assert (await replica.client.request(**minting())).status_code == 503
    server.signal(signal.SIGCONT)
    await recover(replica)
    assert (await replica.client.request(**minting())).status_code == 201
    server.kill()
    assert (await replica.client.request(**minting())).status_code == 503
    server.start()
    await recover(replica)
    assert (await replica.client.request(**minting())).status_code == 201
