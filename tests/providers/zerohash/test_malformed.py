"""Whatever is sent: a 400 or 403 in the provider's shape, never a 500, never half a change."""

import json
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.core.sandbox import Sandbox
from tests.providers.zerohash.arrange import count_facts, hint_of
from tests.providers.zerohash.samples import CUSTOMER, FULL, NO_OBJECT, PAYINS_EXAMPLE
from tests.signing import signed

pytestmark = pytest.mark.anyio

POSTS = ("/client_auth_token", "/revoke_auth_token", "/participants/customers/new")

DEEP: Any = None
for _ in range(60):
    DEEP = {"a": [DEEP]} if _ % 2 else [DEEP]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", [*(body for body, _, _ in NO_OBJECT), PAYINS_EXAMPLE])
async def test_no_object(
    client: httpx.AsyncClient, sandbox: Sandbox, path: str, body: bytes
) -> None:
    """What is no JSON object is 400 at every operation that reads a body."""
    before = count_facts(sandbox)
    answer = await client.request(**signed("POST", path, body))
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert count_facts(sandbox) == before


@pytest.mark.parametrize(
    "value",
    [DEEP, 2**64 - 1, -(2**63), 1e300, "\u0000", "\U0001f600" * 1000, [[]] * 1000, {"": ""}],
)
async def test_extra_values_of_any_kind(
    client: httpx.AsyncClient, sandbox: Sandbox, value: object
) -> None:
    """What a new customer carries besides comes back as it was sent."""
    before = count_facts(sandbox)
    body = {**CUSTOMER, "extra": value}
    answer = await client.request(**signed("POST", "/participants/customers/new", body))
    if answer.status_code == 400:
        assert answer.json() == {"errors": ["body is nested too deeply"]}
        assert count_facts(sandbox) == before
        return
    assert answer.status_code == 201
    assert answer.json()["message"]["extra"] == value


@pytest.mark.parametrize("depth", [100, 300, 600, 900, 5000])
@pytest.mark.parametrize("path", POSTS)
async def test_deep_bodies(
    client: httpx.AsyncClient, sandbox: Sandbox, path: str, depth: int
) -> None:
    """However deep a body is nested, it is refused, and the journal survives it."""
    body = b'{"a":' + b"[" * depth + b"]" * depth + b"}"
    answer = await client.request(**signed("POST", path, body))
    assert answer.json() == {"errors": ["body is nested too deeply"]}
    record = next(iter(reversed(sandbox.journal)))
    assert record.status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from([*FULL, *CUSTOMER, "token", "permissions", "email"])
BODIES = st.dictionaries(FIELDS, JSON, max_size=4)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=BODIES, path=st.sampled_from(POSTS))
async def test_any_values_in_any_fields(
    client: httpx.AsyncClient, sandbox: Sandbox, fields: dict[str, Any], path: str
) -> None:
    """Any JSON in any field of any body is answered in the provider's shape."""
    least = FULL if path == "/client_auth_token" else CUSTOMER
    text = json.dumps({**least, **fields}, ensure_ascii=True, separators=(",", ":"))
    before = count_facts(sandbox)
    answer = await client.request(**signed("POST", path, text.encode()))
    assert answer.status_code in {201, 400, 403, 404}
    if answer.status_code >= 400:
        assert count_facts(sandbox) == before
        body = orjson.loads(answer.content)
        assert set(body) in (
            {"errors"},
            {"error"},
            {"error", "message"},
            {"error", "transaction_id"},
        )
    assert len(hint_of(answer)) <= 300


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=60), path=st.sampled_from(POSTS))
async def test_any_bytes(
    client: httpx.AsyncClient, sandbox: Sandbox, raw: bytes, path: str
) -> None:
    """Any bytes, rightly signed, are 400: none of them is a whole request."""
    before = count_facts(sandbox)
    answer = await client.request(**signed("POST", path, raw))
    assert answer.status_code == 400
    assert count_facts(sandbox) == before


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(max_size=60), signature=st.text(max_size=50).filter(str.isprintable))
async def test_any_bytes_wrongly_signed(
    client: httpx.AsyncClient, sandbox: Sandbox, raw: bytes, signature: str
) -> None:
    """Any bytes with any signature are 403, and looking for the mistake is no server error."""
    before = count_facts(sandbox)
    request = signed("POST", "/client_auth_token", raw)
    headers = {name.encode(): value.encode() for name, value in request["headers"].items()}
    headers[b"X-SCX-SIGNED"] = signature.encode()
    answer = await client.post(request["url"], headers=headers, content=raw)
    assert answer.status_code == 403
    assert count_facts(sandbox) == before


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
async def test_any_query(client: httpx.AsyncClient, query: str) -> None:
    """Any query of a list is answered: found, or 400, or 403 where the client changed it."""
    request = signed("GET", f"/participants?{query}".partition("#")[0])
    try:
        answer = await client.request(**request)
    except httpx.InvalidURL:
        return
    assert answer.status_code in {200, 400, 403}
