"""Whatever is asked, the answer is one that the description names, and the emulator goes on."""

from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.app import PROVIDERS, Emulator
from emulator.control import events
from emulator.control.endpoint import Endpoint, Taking
from emulator.control.openapi import describe_api
from emulator.control.table import ENDPOINTS
from tests.signing import minting, signed

pytestmark = pytest.mark.anyio

DESCRIBED = orjson.loads(orjson.dumps(describe_api(ENDPOINTS, "0")))
ENDING = [endpoint for endpoint in ENDPOINTS if endpoint.media_type != events.MEDIA_TYPE]
KINDS = [
    kind
    for provider in PROVIDERS
    for kind in provider.blueprint.kinds
    if provider.name == "zerohash"
]

KEYS = {
    "platforms": ["acme", "mine"],
    "participants": ["CUST01", "AAAAAA"],
    "api_keys": ["FakeKeyAcmePrimary1111", "FakeKeyNew"],
    "external_accounts": ["00000000-0000-4000-8000-0000000000a1"],
}

# What a name may well stand for; anything else comes in its place now and then.
LIKELY: dict[str, list[Any]] = {
    "id": ["default", "default", "default", "default", "a", "Not An Id"],
    "provider": ["zerohash"],
    "kind": [kind.name for kind in KINDS],
    "call": ["call_1", "call_2"],
    "fault": ["fault_1", "fault_2"],
    "jti": ["x"],
    "limit": ["1", "1000", "0"],
    "since": ["2030-01-01T00:00:00Z", "call_1"],
    "status": ["200", "x"],
    "mode": ["real", "frozen", "offset", "scaled"],
    "at": ["2030-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"],
    "by": ["10m", "PT1S", "-9999d", "2000000d"],
    "factor": [1, 60, 0.001, 1e6],
    "ttl": ["1s", "10m", None],
    "seed": ["s", "\u00e9"],
    "clock": [{"mode": "frozen"}, {"mode": "offset", "by": "10m"}, None],
    "fixtures": [{}, {"zerohash": {"replace": True}}, {"zerohash": {"participants": []}}],
    "credentials": [{}, {"zerohash": {"api_key": "k", "platform_code": "AAAAAA"}}],
    "what": [["tokens"], ["entities", "calls"], ["settings", "lifetimes", "clock", "faults"]],
    "claims": [{}, {"permissions": [1, None]}, {"participant_code": [], "iss": 1}, {"exp": 1}],
    "lifetime": [1, "10m", "3650d"],
    "token": ["x", "a.b.c"],
    "module": ["pay"],
    "operation": ["zerohash.client_auth_token", "zerohash.time"],
    "when": [{}, {"after": 1, "times": 1}],
    "then": [{"error": "internal"}, {"delay": "1ms"}, {"lifetime": 1}, {"error": "timeout"}],
    "wait": ["1ms", "0s"],
    "where": [{"status": 201, "participant_code": "C*"}, {"email": "x"}, {"header:host": ["*"]}],
    "count": [{"exact": 1}, {"at_least": 1, "at_most": 2}, {}],
    "order": [[{"operation": "zerohash.time"}, {"operation": "zerohash.*"}], []],
    "zerohash": [{"rsa_bits": 2048}, {"signature": "raw", "time_format": "epoch"}, None, 60],
    "zerohash.client_auth_token": [60, "1h", None],
    "platform": ["acme", "minimal"],
    "platform_code": ["FAKE01", "AAAAAA"],
    "participant_code": ["CUST01", "AAAAAA"],
    "permissions": [["crypto-buy"], [], None],
    "secret": ["c2VjcmV0", "***", "===="],
    "allowed_ips": [["127.0.0.1/8"], ["::/0"], []],
    "expires_at": [1e300, -1e300, 0, None],
    "updated_at": [1e300, -1e300, 0],
    "passphrase": ["hush", "***"],
    "name": ["Mine"],
    "email": ["a@example.com", "jane.doe@example.com", "\ud7ff"],
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["***", "sk_live_x", "default", "2030-01-01T00:00:00Z", "10m"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list(LIKELY)) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
ODDLY = st.integers(0, 9).map(lambda number: number == 0)


@st.composite
def values(draw: st.DrawFn, name: str) -> Any:  # noqa: ANN401 - JSON
    """What stands under a name."""
    return draw(JSON if name not in LIKELY or draw(ODDLY) else st.sampled_from(LIKELY[name]))


@st.composite
def objects(draw: st.DrawFn, names: list[str], required: list[str]) -> Any:  # noqa: ANN401 - JSON
    """Mostly an object that has what is required, and some of the rest."""
    if draw(ODDLY):
        return draw(JSON)
    others = draw(st.sets(st.sampled_from(names), max_size=4)) if names else set()
    return {name: draw(values(name)) for name in sorted({*required, *others})}


def shape_of(endpoint: Endpoint, kind: str) -> tuple[list[str], list[str]]:
    """The names that a body may have, and those that it must."""
    if isinstance(endpoint.handle, Taking):
        fields = msgspec.structs.fields(endpoint.handle.shape)
    elif "{kind}" in endpoint.path:
        of = next((k for k in KINDS if k.name == kind), KINDS[0])
        fields = tuple(f for f in msgspec.structs.fields(of.record) if f.encode_name != of.key)
    else:
        return ["zerohash", "zerohash.client_auth_token"], []
    return [f.encode_name for f in fields], [f.encode_name for f in fields if f.required]


@st.composite
def requests(draw: st.DrawFn) -> tuple[Endpoint, str, bytes]:
    """An endpoint, a path of it, and a body."""
    endpoint = draw(st.sampled_from(ENDING))
    path = endpoint.path.replace(":path", "")
    chosen: dict[str, str] = {}
    for name in ("id", "provider", "kind", "key", "jti", "fault", "call"):
        oddly = draw(ODDLY)
        likely = KEYS.get(chosen["kind"], ["x"]) if name == "key" else LIKELY[name]
        chosen[name] = draw(st.text(min_size=1) if oddly else st.sampled_from(likely))
        path = path.replace("{" + name + "}", quote(chosen[name], safe=""))
    names = [parameter.name for parameter in endpoint.query]
    query = draw(st.sets(st.sampled_from(names), max_size=2)) if names else set()
    if query:
        told = [f"{name}={quote(str(draw(values(name))))}" for name in sorted(query)]
        path += "?" + "&".join(told)
    body = draw(objects(*shape_of(endpoint, chosen["kind"]))) if endpoint.takes_body else None
    return endpoint, path, b"" if body is None else orjson.dumps(body)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asked=requests())
async def test_every_answer_is_a_described_one(
    emulator: Emulator, asked: tuple[Endpoint, str, bytes]
) -> None:
    """No request gives a 500 or an answer that is not described; the provider still answers."""
    endpoint, path, body = asked
    described = DESCRIBED["paths"][endpoint.path.replace(":path", "")][endpoint.method.lower()]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(emulator.edge), base_url="http://localhost"
    ) as client:
        response = await client.request(endpoint.method, f"/_emulator{path}", content=body)
        assert str(response.status_code) in described["responses"], response.text
        assert response.status_code < 500 or path.startswith("/health")
        await client.delete("/_emulator/sandboxes/default/faults")
        for call in (minting(), minting(participant_code="AAAAAA"), signed("GET", "/participants")):
            answer = await client.request(**call)
            assert "defect" not in answer.headers.get("x-emulator-hint", ""), answer.text
