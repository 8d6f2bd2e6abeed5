import json
import re
from collections.abc import Mapping

import httpx
import pytest
from msgspec.structs import replace

from emulator.app import PROVIDERS, Emulator
from emulator.core.decisions import Json, Row
from emulator.core.faults import Then, When
from emulator.core.sandbox import Sandbox
from emulator.edge.call import Call
from emulator.edge.provider import EDGE_ALIASES, FAULT_ALIASES, Provider
from tests.contract.arming import arm, methods_of, routes_of, url_of

pytestmark = pytest.mark.anyio

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)
every_row = pytest.mark.parametrize(
    ("provider", "row"),
    [
        pytest.param(provider, row, id=f"{provider.name}.{row.name}")
        for provider in PROVIDERS
        for row in provider.catalogue.values()
    ],
)

MARKS = ("doc", "openapi", "schema", "sdk", "repo", "example", "run", "guess", "kat", "design")
MARK = re.compile(rf"\[(?:{'|'.join(MARKS)})(?: [^\]\[]+)?\]")
PLACE = re.compile(r"\{(\w+)\}")


def expected(body: Json, defaults: dict[str, Json]) -> Json:
    """A row's body with the defaults at their places."""
    if isinstance(body, dict):
        return {name: expected(inner, defaults) for name, inner in body.items()}
    if isinstance(body, list):
        return [expected(inner, defaults) for inner in body]
    if not isinstance(body, str):
        return body
    whole = PLACE.fullmatch(body)
    if whole:
        return defaults[whole[1]]
    return PLACE.sub(lambda place: str(defaults[place[1]]), body)


def is_data(row: Row) -> bool:
    """Whether a row is told inside of an answer that is good as a whole."""
    return row.status == 200 and row.grpc is None


def values_of(provider: Provider, sandbox: Sandbox, row: Row) -> Mapping[str, Json]:
    """What fills the places of the answer that was given last."""
    if provider.values is None:
        return {}
    call = next(iter(reversed(sandbox.journal)))
    number = int(call.id.removeprefix("call_"))
    filled = provider.values(replace(_CALL, number=number, wall=call.at), sandbox.view())
    return {name: filled[name] for name in filled if name in row.defaults}


_CALL = Call("", "POST", "/", {}, {}, b"", 0.0, "", "")


async def inject(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider, then: Then
) -> httpx.Response:
    """A fault on the provider's first operation, and the answer of a call that it befalls."""
    route = routes_of(provider)[0]
    sandbox = await emulator.directory.open("default")
    await arm(sandbox, f"{provider.name}.{route.operation}", then)
    return await client.request(route.method, url_of(provider, route))


@every_row
async def test_every_row_is_rendered_exactly(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider, row: Row
) -> None:
    """Each way of saying no can be injected, and is on the wire what the catalogue says."""
    answer = await inject(emulator, client, provider, Then(error=row.name))
    if is_data(row):
        assert answer.status_code == provider.row("unauthorized").status
        return  # it is a member of a field's answer, and the call named no field
    sandbox = await emulator.directory.open("default")
    body = expected(row.body, {**row.defaults, **values_of(provider, sandbox, row)})
    assert answer.status_code == row.status
    assert answer.headers["content-type"] == row.media_type
    if isinstance(body, str):
        assert answer.content == body.encode()
    else:
        assert json.loads(answer.content) == body
        assert list(json.loads(answer.content)) == list(body) if isinstance(body, dict) else True
    for name, value in row.headers:
        assert answer.headers[name] == value
    call = next(iter(reversed(sandbox.journal)))
    assert (call.refusal, call.fault) == (row.name, "f1")


@every_provider
async def test_a_row_may_say_when_to_come_back(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider
) -> None:
    """With `retry_after` an injected error has that header, once."""
    answer = await inject(emulator, client, provider, Then(error="unavailable", retry_after=7))
    assert answer.headers.get_list("retry-after") == ["7"]


@every_provider
@pytest.mark.parametrize("alias", sorted({*FAULT_ALIASES, *EDGE_ALIASES}))
async def test_every_alias_leads_to_a_row(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider, alias: str
) -> None:
    """What all providers can be asked for by one name is a row of each."""
    row = provider.row(alias)
    assert row is provider.catalogue[row.name]
    answer = await inject(emulator, client, provider, Then(error=alias))
    assert is_data(row) or answer.status_code == row.status


@every_provider
async def test_every_operation_can_be_hit(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider
) -> None:
    """A fault hits its own operation, whoever calls, and no other."""
    sandbox = await emulator.directory.open("default")
    reached = set()
    for route in routes_of(provider):
        await arm(sandbox, f"{provider.name}.{route.operation}", Then(error="timeout"), When(0, 1))
        answer = await client.request(route.method, url_of(provider, route))
        assert answer.status_code == provider.row("timeout").status
        reached.add(route.operation)
    over_rpc = {method.operation for method in methods_of(provider)}
    assert reached | over_rpc == set(provider.operations) - provider.door().fields
    assert all(hits.fired == 1 for _, hits in sandbox.state.faults.items())


@every_provider
def test_unknown_rows_are_told(provider: Provider) -> None:
    """A name that is neither row nor alias is a mistake."""
    with pytest.raises(KeyError):
        provider.row("no such row")


@every_provider
def test_aliases_are_of_rows(provider: Provider) -> None:
    """No alias leads nowhere, and none hides a row of its own name."""
    assert set(provider.aliases.values()) <= set(provider.catalogue)
    assert not set(provider.aliases) & set(provider.catalogue)


@every_row
def test_every_row_says_where_it_is_from(provider: Provider, row: Row) -> None:
    """Each row is known by its name and carries a source mark, and no mark that nobody knows."""
    assert provider.catalogue[row.name] is row
    assert MARK.search(row.source), row.source
    assert len(MARK.findall(row.source)) == row.source.count("[")


@every_row
def test_every_row_is_whole(provider: Provider, row: Row) -> None:
    """Status, hint, headers and places are such as can be sent, and each place has a default."""
    assert provider.row(row.name) is row
    in_band = is_data(row) or (row.grpc is not None and row.grpc.code == "OK")
    assert in_band or 400 <= row.status <= 599
    assert not is_data(row) or "__typename" in json.dumps(row.body) or row.grpc is not None
    assert row.hint.isascii()
    assert row.hint.isprintable()
    assert len(row.hint) <= 300
    assert set(PLACE.findall(json.dumps(row.body))) <= set(row.defaults)
    assert all(f"{name}{value}".isascii() for name, value in row.headers)
    assert isinstance(row.body, str) == (not row.media_type.startswith("application/json"))
