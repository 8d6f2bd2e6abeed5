"""Replicas as processes of their own, as in docker-compose.yml: shared, behind its proxy."""

import asyncio
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import yaml

from emulator.core.ids import draw_seed
from tests.control.answers import read
from tests.process.running import ROOT, Running, start
from tests.redis_server import free_port, shared_server
from tests.signing import Key, Request, signed

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

TOKEN = "fake-control-token"
MASTER = {"authorization": f"Bearer {TOKEN}"}
CONFIG = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["configs"]["proxy"]["content"]
SERVING_S = 10.0  # in which a proxy is expected to have found its servers


@pytest.fixture
def replicas() -> Iterator[list[Running]]:
    """Two processes on one Redis."""
    ledger = f"{shared_server().url}?prefix={draw_seed()}:"
    variables = {
        "EMULATOR_LEDGER": ledger,
        "EMULATOR_SHARED": "1",
        "EMULATOR_CONTROL_TOKEN": TOKEN,
    }
    with ExitStack() as stack:
        yield [stack.enter_context(start(**variables)) for _ in range(2)]


def minting(made: dict[str, dict[str, dict[str, str]]], url: str) -> Request:
    """A request for a token of a sandbox, with its own keys."""
    own = made["credentials"]["zerohash"]
    key = Key(own["api_key"], own["secret"], own["passphrase"])
    body = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
    return signed("POST", "/client_auth_token", body, key=key, prefix=f"{url}/zerohash")


async def test_processes_act_as_one(replicas: list[Running]) -> None:
    """A sandbox made at one is used at the other; a fault that fires twice does so over both."""
    one, other = (f"{replica.url}/_emulator/sandboxes" for replica in replicas)
    async with httpx.AsyncClient() as client:
        made = read(await client.post(one, json={"id": "ann"}, headers=MASTER), 201)
        own = {"authorization": f"Bearer {made['control_token']}"}
        rule = {
            "operation": "zerohash.client_auth_token",
            "when": {"times": 2},
            "then": {"error": "unavailable"},
        }
        read(await client.post(f"{other}/ann/faults", json=rule, headers=own), 201)
        asked = [client.request(**minting(made, replica.url)) for replica in replicas * 8]
        answers = await asyncio.gather(*asked)
        assert Counter(answer.status_code for answer in answers) == {503: 2, 201: 14}
        token = next(a.json()["message"]["token"] for a in answers if a.is_success)
        for url in (one, other):
            told = await client.post(f"{url}/ann/introspect", json={"token": token}, headers=own)
            assert read(told)["active"] is True


async def test_a_replica_may_go_at_any_time(replicas: list[Running]) -> None:
    """Killed, it takes nothing with it that it had answered."""
    killed, left = replicas
    async with httpx.AsyncClient() as client:
        path = "/_emulator/sandboxes"
        made = read(await client.post(killed.url + path, json={"id": "ann"}, headers=MASTER), 201)
        answer = await client.request(**minting(made, killed.url))
        token = read(answer, 201)["message"]["token"]
        killed.stop(signal.SIGKILL)
        asked = await client.post(
            f"{left.url}{path}/ann/introspect", json={"token": token}, headers=MASTER
        )
        assert read(asked)["active"] is True


@contextmanager
def proxying(config: str, folder: Path) -> Iterator[None]:
    """A proxy with this configuration."""
    program = shutil.which("haproxy")
    if program is None:
        pytest.skip("there is no haproxy: `make tools` installs it where it may")
    file = folder / "haproxy.cfg"
    file.write_text(config)
    with subprocess.Popen([program, "-f", str(file)], stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield
        finally:
            process.kill()


def read_rpc_port(replica: Running) -> int:
    """Where a replica speaks gRPC."""
    health = replica.get("/_emulator/health").json()
    return int(health["ports"]["grpc"])


def aim(config: str, replicas: list[Running], http: int, rpc: int) -> str:
    """The compose file's configuration with the addresses of processes here."""
    for number, replica in enumerate(replicas, 1):
        config = config.replace(f" replica-{number}:4600", f" 127.0.0.1:{replica.port}")
        config = config.replace(f" replica-{number}:4601", f" 127.0.0.1:{read_rpc_port(replica)}")
    return config.replace(":4600", f"127.0.0.1:{http}").replace(":4601", f"127.0.0.1:{rpc}")


async def test_the_compose_files_proxy_leads_to_all(
    replicas: list[Running], tmp_path: Path
) -> None:
    """HTTP and gRPC are spread over the replicas, and served on when one is gone."""
    http, rpc = free_port(), free_port()
    config = aim(CONFIG, replicas, http, rpc)
    assert not re.search(r"replica-\d:", config)
    with proxying(config, tmp_path):
        url = f"http://127.0.0.1:{http}"
        wait_for(url)
        transport = httpx.AsyncHTTPTransport(retries=0)
        async with httpx.AsyncClient(base_url=url, transport=transport) as client:
            made = read(
                await client.post("/_emulator/sandboxes", json={"id": "ann"}, headers=MASTER), 201
            )
            calls = [await client.request(**minting(made, url)) for _ in range(8)]
            assert {call.status_code for call in calls} == {201}
            replicas[0].stop(signal.SIGKILL)
            wait_for(url)
            calls = [await client.request(**minting(made, url)) for _ in range(8)]
            assert {call.status_code for call in calls} == {201}
        metadata = (("x-emulator-sandbox", "ann"),)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{rpc}") as channel:
            method = "/ucs.v2.MerchantAuthenticationService/CreateAccessToken"
            ask: Any = channel.unary_unary(method)
            with pytest.raises(grpc.aio.AioRpcError) as told:
                await ask(b"", metadata=metadata)
        trailing = dict(told.value.trailing_metadata() or ())
        assert trailing["x-emulator-sandbox"] == "ann; by=header"


def wait_for(url: str) -> None:
    """Wait until a proxy has found a server that is well, and has passed over others."""
    until = time.perf_counter() + SERVING_S
    served = 0
    while served < 4:
        try:
            answer = httpx.get(f"{url}/_emulator/health", timeout=1.0)
            served = served + 1 if answer.is_success else 0
        except httpx.TransportError:
            served = 0
        assert time.perf_counter() < until, "the proxy finds no server"
