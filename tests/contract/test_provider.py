import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest

import emulator.providers
from emulator.app import PROVIDERS, Emulator
from emulator.core.decisions import Decision, Granted
from emulator.core.sandbox import Sandbox
from emulator.core.tokens import Token
from emulator.core.view import View
from emulator.edge.provider import MintRequest, Provider
from tests.conftest import BASE_URL
from tests.contract.arming import methods_of, routes_of

pytestmark = pytest.mark.anyio

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)

HOME = Path(emulator.providers.__file__).parent
PURE = ("auth", "errors", "state", "rules", "tokens")
SHAPES = ("wire", "schema")
DOORS = ("routes", "schema", "service")


def rooms_of(provider: Provider) -> dict[str, Path]:
    """The modules and packages of a provider by name."""
    return {
        path.stem: path
        for path in (HOME / provider.name).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }


def lines_of_code(room: Path) -> int:
    """The statements of a room's files, their docstrings not counted."""
    files = room.rglob("*.py") if room.is_dir() else [room]
    bodies = [ast.parse(file.read_text()).body for file in files]
    return sum(len(body) - (ast.get_docstring(ast.Module(body, [])) is not None) for body in bodies)


@every_provider
def test_the_rooms_have_their_names(provider: Provider) -> None:
    """Every provider is read in the same order: its rooms are there under their names."""
    rooms = rooms_of(provider)
    assert set(PURE) <= set(rooms)
    assert set(SHAPES) & set(rooms)
    assert set(DOORS) & set(rooms)


@every_provider
def test_no_room_is_empty(provider: Provider) -> None:
    """A room that is not needed is absent; one that is there has something in it."""
    assert [name for name, room in rooms_of(provider).items() if not lines_of_code(room)] == []


@every_provider
def test_the_door_stays_closed_until_it_is_used(provider: Provider) -> None:
    """Importing a provider imports no framework and none of its doors."""
    code = (
        f"import sys, emulator.providers.{provider.name}; "
        "names = [n for n in sys.modules if n.split('.')[0] in "
        "('starlette', 'strawberry', 'grpc') or "
        f"n in {tuple(f'emulator.providers.{provider.name}.{door}' for door in DOORS)!r}]; "
        "print(names)"
    )
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)) + ":."},
    )
    assert found.stdout.strip() == "[]"


@every_provider
def test_the_record_agrees_with_the_door(provider: Provider) -> None:
    """Operations, routes and handlers are the same set; lifetimes are of operations."""
    door = provider.door()
    over_rpc = {method.operation for method in methods_of(provider)}
    assert set(door.handlers) | door.fields | over_rpc == set(provider.operations)
    assert door.fields.isdisjoint(door.handlers)
    assert {route.operation for route in door.routes} == set(door.handlers)
    assert set(provider.lifetimes) <= set(provider.operations)
    assert all(seconds > 0 for seconds in provider.lifetimes.values())
    for route in routes_of(provider):
        assert all(f"{{{name}}}" in route.path for name in route.private)
    assert door.openapi()["openapi"].startswith("3.")
    assert provider.name == provider.blueprint.provider
    assert {kind.provider for kind in provider.blueprint.kinds} == {provider.name}


@every_provider
def test_kinds_are_whole(provider: Provider) -> None:
    """Keys, homes, parents and secrets are fields that the records have."""
    kinds = {kind.name: kind for kind in provider.blueprint.kinds}
    assert any(kind.home for kind in kinds.values())
    for kind in kinds.values():
        fields = set(kind.record.__struct_fields__)
        assert {kind.key, *kind.secrets} <= fields
        assert kind.home is None or hasattr(kind.record, kind.home)
        assert kind.parent is None or kind.parent.field in fields
        assert kind.parent is None or kind.parent.kind in kinds


@every_provider
def test_switches_have_defaults(provider: Provider) -> None:
    """A sandbox that was told nothing has every switch: none is without a default."""
    switches = msgspec.to_builtins(provider.blueprint.settings())
    assert set(switches) == set(provider.blueprint.settings.__struct_fields__)


async def mint(emulator: Emulator, provider: Provider, sandbox: str) -> tuple[Sandbox, Token, str]:
    """A token without ceremony, with its text."""
    opened = await emulator.directory.open(sandbox)

    def decide(view: View) -> Decision[Granted[None]]:
        granted = provider.mint(view, MintRequest({}, None, f"{BASE_URL}/_s/{sandbox}"))
        return Decision(granted, granted.facts)

    issued = (await opened.transact(decide)).reply.token
    assert issued is not None
    token = Token(issued.jti, issued.expires_at, issued.grant)
    return opened, token, await emulator.services.signer.sign(token)


@every_provider
async def test_a_token_without_ceremony_is_one(emulator: Emulator, provider: Provider) -> None:
    """It is in the book; a JWT is signed with the issuer's active key and leads to its sandbox."""
    sandbox, token, text = await mint(emulator, provider, "s1")
    assert sandbox.state.tokens.get(token.jti) == token
    view = sandbox.view()
    assert token.grant.provider == provider.name
    assert token.grant.lifetime_s in {*provider.lifetimes.values()}
    if token.grant.opaque:
        assert provider.read_opaque is not None
        assert text == token.opaque_text()
        assert token.jti in provider.read_opaque(text)
        return
    assert token.grant.key == provider.issuer_keys(view)[0]
    key = emulator.services.keys.public(token.grant.key)
    options: Any = {"verify_aud": False, "verify_iss": False}
    assert jwt.decode(text, key, algorithms=["RS256"], options=options) == token.claims()
    home = provider.home(token.claims())
    assert home is not None
    assert await emulator.directory.locate(home) is sandbox


@every_provider
async def test_modules_are_judged(emulator: Emulator, provider: Provider) -> None:
    """For each module a token opens it or lacks something; other names are no modules."""
    _, token, _ = await mint(emulator, provider, "s1")
    verdicts = [provider.opens(token, module) for module in provider.modules]
    assert not verdicts or None in verdicts
    assert not verdicts or any(verdict for verdict in verdicts)
    with pytest.raises(KeyError):
        provider.opens(token, "no such module")


@every_provider
async def test_issuer_keys_are_of_the_pool(emulator: Emulator, provider: Provider) -> None:
    """What may sign is in the pool, each key once, the same whenever it is asked."""
    view = (await emulator.directory.open("s1")).view()
    names = provider.issuer_keys(view)
    assert len(set(names)) == len(names) > 0
    assert all(emulator.services.keys.public(name) for name in names)
    assert provider.issuer_keys(view) == names


@every_provider
async def test_credentials_lead_home(emulator: Emulator, provider: Provider) -> None:
    """What a client is told to use is this sandbox's own, and under the origin that asked."""
    one, other = [await emulator.directory.open(name) for name in ("s1", "s2")]
    told = [provider.credentials(s.view(), "http://o.test") for s in (one, other)]
    assert any(value.startswith("http://o.test/") for value in told[0].values())
    values = [texts_of(provider, s.view()) for s in (one, other)]
    entries = {value.rpartition(":")[2] for _, value in one.state.own_homes()}
    assert entries & values[0]
    assert not entries & values[1]


def texts_of(provider: Provider, view: View) -> set[str]:
    """Every text among the credentials, at whatever depth."""
    details = provider.details(view) if provider.details else {}
    waiting: list[object] = [provider.credentials(view, "http://o.test"), details]
    texts = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, str):
            texts.add(value)
    return texts
