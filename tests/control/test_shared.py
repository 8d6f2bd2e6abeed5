"""A deployment that strangers share: what is closed, and whose token opens what."""

from collections.abc import AsyncIterator

import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.facts import SandboxRestored, encode_facts
from emulator.settings import Settings, SettingsError, read_settings
from tests.conftest import client_of
from tests.control.answers import read, read_problem
from tests.providers.hyperswitch.calling import PAYPAL, Service, config
from tests.providers.hyperswitch.conftest import service as service  # noqa: PLC0414 - a fixture
from tests.signing import MINT, Key, minting, signed

pytestmark = pytest.mark.anyio

TOKEN = "fake-control-token"
MASTER = {"authorization": f"Bearer {TOKEN}"}
PATH = "/zerohash/client_auth_token"
HEADER = {"x-emulator-sandbox": "unheard-of"}


@pytest.fixture
def settings() -> Settings:
    """One provider, shared."""
    return Settings(providers=("zerohash",), control_token=TOKEN, shared=True)


@pytest.fixture
async def emulator(anyio_backend: str, settings: Settings) -> AsyncIterator[Emulator]:
    """A started emulator."""
    assert anyio_backend
    made = create_emulator(settings)
    await made.start()
    yield made
    await made.close()


async def create(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    """A new sandbox's own headers of control."""
    made = read(await client.post("/_emulator/sandboxes", json={"id": name}, headers=MASTER), 201)
    return {"authorization": f"Bearer {made['control_token']}"}


async def test_a_sandboxs_token_opens_it_alone(client: httpx.AsyncClient) -> None:
    """It opens what is under that sandbox, and no other, not the list, and makes none."""
    ann, bob = await create(client, "ann"), await create(client, "bob")
    assert ann != bob
    for path in ("ann", "ann/clock", "ann/calls", "ann/tokens", "ann/credentials"):
        read(await client.get(f"/_emulator/sandboxes/{path}", headers=ann))
        read_problem(await client.get(f"/_emulator/sandboxes/{path}", headers=bob), 401)
    for path in ("", "/default", "/default/clock", "/bob", "/bob/credentials", "/nobody/clock"):
        read_problem(await client.get(f"/_emulator/sandboxes{path}", headers=ann), 401)
    read_problem(await client.post("/_emulator/sandboxes", json={}, headers=ann), 401)
    read_problem(await client.get("/_emulator/nothing", headers=ann), 401)
    assert (await client.delete("/_emulator/sandboxes/bob", headers=ann)).status_code == 401
    assert (await client.delete("/_emulator/sandboxes/ann", headers=ann)).status_code == 204
    read_problem(await client.get("/_emulator/sandboxes/ann", headers=ann), 401)


async def test_a_sandbox_made_anew_has_another_token(client: httpx.AsyncClient) -> None:
    """The token of a sandbox that is gone does not open the next of that name."""
    old = await create(client, "ann")
    await client.delete("/_emulator/sandboxes/ann", headers=MASTER)
    new = await create(client, "ann")
    read_problem(await client.get("/_emulator/sandboxes/ann", headers=old), 401)
    read(await client.get("/_emulator/sandboxes/ann", headers=new))


async def test_a_reset_leaves_control_where_it_is(client: httpx.AsyncClient) -> None:
    """Who controls a sandbox is part of its identity."""
    ann = await create(client, "ann")
    read(await client.post("/_emulator/sandboxes/ann/reset", headers=ann))
    read(await client.get("/_emulator/sandboxes/ann/clock", headers=ann))


async def test_only_the_digest_is_kept(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """The state holds no token, and a copy not even the digest: it has a token of its own."""
    ann = await create(client, "ann")
    sandbox = emulator.directory.get("ann")
    assert sandbox is not None
    assert sandbox.state.control
    assert sandbox.state.control not in ann["authorization"]
    assert (
        sandbox.state.control
        not in encode_facts([SandboxRestored(0.0, sandbox.state.snapshot())]).decode()
    )
    asked = {"id": "copy"}
    read_problem(await client.post("/_emulator/sandboxes/ann/fork", json=asked, headers=ann), 401)
    copied = await client.post("/_emulator/sandboxes/ann/fork", json=asked, headers=MASTER)
    copy = {"authorization": f"Bearer {read(copied, 201)['control_token']}"}
    read(await client.get("/_emulator/sandboxes/copy/clock", headers=copy))
    read_problem(await client.get("/_emulator/sandboxes/copy/clock", headers=ann), 401)


async def test_an_import_leaves_control_where_it_is(client: httpx.AsyncClient) -> None:
    """Another's state brings nobody in, and locks nobody out."""
    ann, bob = await create(client, "ann"), await create(client, "bob")
    path = "/_emulator/sandboxes/{}/snapshot"
    document = read(await client.get(path.format("bob"), headers=bob))
    read(await client.put(path.format("ann"), json=document, headers=ann))
    read(await client.get("/_emulator/sandboxes/ann", headers=ann))
    read_problem(await client.get("/_emulator/sandboxes/ann", headers=bob), 401)


async def test_where_nobody_shares_no_token_is_given() -> None:
    """Elsewhere the answer to a new sandbox is as it was, and an empty digest opens nothing."""
    alone = create_emulator(Settings(providers=("zerohash",), control_token=TOKEN))
    await alone.start()
    async with client_of(alone) as there:
        made = await there.post("/_emulator/sandboxes", json={"id": "ann"}, headers=MASTER)
        assert "control_token" not in read(made, 201)
        for presented in ("Bearer", "Bearer ", "Bearer x"):
            asked = {"authorization": presented}
            read_problem(await there.get("/_emulator/sandboxes/ann", headers=asked), 401)
    await alone.close()


async def test_nothing_is_made_by_naming_it(client: httpx.AsyncClient) -> None:
    """A call that names an unknown sandbox is told so."""
    read_problem(await client.post(PATH, headers=HEADER), 404)


async def test_no_call_brings_its_own_fault(client: httpx.AsyncClient) -> None:
    """The fault header is refused."""
    asked = {"x-emulator-fault": "error=unavailable"}
    problem = read_problem(await client.post(PATH, headers=asked), 403)
    assert "EMULATOR_FAULT_HEADER" in problem["detail"]


async def test_the_shipped_keys_open_nothing(client: httpx.AsyncClient) -> None:
    """They are refused in the provider's words, wherever they are presented, and hinted at."""
    await create(client, "ann")
    for where in ({}, {"x-emulator-sandbox": "ann"}):
        asked = signed("POST", "/client_auth_token", MINT, headers=where)
        answer = await client.request(**asked)
        assert answer.status_code == 403
        assert "EMULATOR_FIXTURE_KEYS" in answer.headers["x-emulator-hint"]


async def test_a_sandboxs_own_keys_open_it(client: httpx.AsyncClient) -> None:
    """The keys that come with a sandbox are nobody else's."""
    made = read(await client.post("/_emulator/sandboxes", json={"id": "ann"}, headers=MASTER), 201)
    own = made["credentials"]["zerohash"]
    key = Key(own["api_key"], own["secret"], own["passphrase"])
    answer = await client.request(**signed("POST", "/client_auth_token", MINT, key=key))
    assert answer.status_code == 201, answer.text
    assert answer.headers["x-emulator-sandbox"] == "ann; by=credential"


@pytest.mark.parametrize(
    "settings",
    [
        Settings(providers=("zerohash",), control_token=TOKEN, shared=True, fixture_keys="allow"),
        Settings(providers=("zerohash",)),
    ],
)
async def test_the_shipped_keys_open_what_they_may(client: httpx.AsyncClient) -> None:
    """Where it is said so, or nobody shares, they open `default`."""
    answer = await client.request(**minting())
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    "settings", [Settings(providers=("hyperswitch",), control_token=TOKEN, shared=True)]
)
async def test_the_shipped_keys_open_nothing_over_rpc(service: Service) -> None:
    """Over gRPC they are refused in the provider's words too, and only they."""
    got = await service.call("types", "CreateAccessToken", config(Paypal=PAYPAL))
    assert got.code == "UNAUTHENTICATED"
    assert "EMULATOR_FIXTURE_KEYS" in got.trailing["x-emulator-hint"]
    own = {"client_id": "mine", "client_secret": "fake"}
    got = await service.call("types", "CreateAccessToken", config(Paypal=own))
    assert "EMULATOR_FIXTURE_KEYS" not in got.trailing.get("x-emulator-hint", "")


def test_a_shared_deployment_has_a_token() -> None:
    """Without one nobody could make sandboxes for the others, or everybody could."""
    with pytest.raises(SettingsError, match="EMULATOR_CONTROL_TOKEN"):
        read_settings({}, {"EMULATOR_SHARED": "1"})
    given = {"EMULATOR_SHARED": "1", "EMULATOR_CONTROL_TOKEN": TOKEN}
    assert read_settings({}, given).shared
