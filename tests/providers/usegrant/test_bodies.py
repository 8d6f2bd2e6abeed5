"""Bad bodies: every field rule, one at a time and all together; nothing changes."""

from collections.abc import Mapping

import httpx
import pytest

from emulator.app import Emulator
from tests.providers.usegrant.calls import (
    NEW_CLIENT,
    NEW_POLICY,
    NEW_PROVIDER,
    NEW_TENANT,
    NEW_TRUSTED,
    PROVIDER,
    TENANT,
    TOKENS,
    TRUSTED,
    view_of,
)

pytestmark = pytest.mark.anyio

PLACES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "provider": ("/v1/providers", NEW_PROVIDER),
    "client": (f"{PROVIDER}/clients", NEW_CLIENT),
    "domain": (f"{PROVIDER}/domains", {"domain": "login.example.com"}),
    "token": (TOKENS, {}),
    "tenant": ("/v1/tenants", NEW_TENANT),
    "trusted": (f"/v1/tenants/{TENANT}/providers", NEW_TRUSTED),
    "policy": (f"/v1/tenants/{TENANT}/providers/{TRUSTED}/policies", NEW_POLICY),
    "validate": (f"/v1/tenants/{TENANT}/validate", {"tenantProviderPolicyId": "x", "token": "x"}),
}
ABSENT = object()
CONDITION = {"key": "sub", "operator": "stringEquals", "value": "x"}
STRING = "Invalid input: expected string, received number"
NAME = "Name must be at least 3 characters long"
AUDIENCE = "Audience must be at least 3 characters long"
DOMAIN = "Please enter a valid domain name."
URL = "Please provide a valid URL."
BOOLEAN = "Invalid input: expected boolean, received string"
HOURS = "Earliest issuance time allowed must be at"

# place, field, value, message
BROKEN: list[tuple[str, str, object, str]] = [
    ("provider", "name", ABSENT, "Name is required"),
    ("provider", "name", "ab", NAME),
    ("provider", "name", "a" * 51, "Name must be less than 50 characters long"),
    ("provider", "name", 3, STRING),
    ("provider", "name", None, "Invalid input: expected string, received null"),
    ("provider", "description", ABSENT, "Description is required"),
    ("provider", "description", "", "Description is required"),
    ("provider", "description", "a" * 101, "Description must be less than 100 characters long"),
    ("client", "name", "ab", NAME),
    ("client", "audience", "  ab  ", AUDIENCE),
    ("client", "audience", "a" * 101, "Audience must be less than 100 characters long"),
    ("client", "audience", ["sts"], "Invalid input: expected string, received array"),
    ("domain", "domain", ABSENT, "Domain name is required"),
    ("domain", "domain", "a.", "Domain name must be at least 3 characters long"),
    ("domain", "domain", "www.example.com", "Domain name cannot start with www."),
    ("domain", "domain", "example", DOMAIN),
    ("domain", "domain", "-a.example.com", DOMAIN),
    ("domain", "domain", "a-.example.com", DOMAIN),
    ("domain", "domain", "a_b.example.com", DOMAIN),
    ("domain", "domain", "example.c", DOMAIN),
    ("domain", "domain", "example.com\n", DOMAIN),
    ("domain", "domain", "https://example.com", DOMAIN),
    ("domain", "domain", f"{'a' * 64}.com", DOMAIN),
    ("domain", "domain", "a." * 130 + "com", "Domain name must be less than 255 characters long"),
    ("token", "expiresIn", 0, "Expires in must be at least 1 second"),
    ("token", "expiresIn", -5, "Expires in must be at least 1 second"),
    ("token", "expiresIn", 172_801, "Expires in must be less than 48 hours"),
    ("token", "expiresIn", 172_800_000, "Expires in must be less than 48 hours"),
    ("token", "expiresIn", 1.5, "Expires in must be a whole number of seconds"),
    ("token", "expiresIn", "60", "Invalid input: expected number, received string"),
    ("token", "expiresIn", True, "Invalid input: expected number, received boolean"),
    ("token", "expiresIn", None, "Invalid input: expected number, received null"),
    ("token", "useJwtType", "true", BOOLEAN),
    ("token", "audienceAsArray", 1, "Invalid input: expected boolean, received number"),
    ("token", "forceDefaultDomain", {}, "Invalid input: expected boolean, received object"),
    ("tenant", "name", "ab", NAME),
    ("tenant", "description", "", "Description is required"),
    ("tenant", "description", "a" * 101, "Description must be less than 200 characters long"),
    ("trusted", "url", "example.com", URL),
    ("trusted", "url", "ftp://example.com", URL),
    ("trusted", "url", "https://", URL),
    ("trusted", "url", "https://exam ple.com", URL),
    ("trusted", "url", "https://example.com:0", URL),
    ("trusted", "url", "https://example.com:99999", URL),
    ("trusted", "fingerprints", ABSENT, "At least one fingerprint is required."),
    ("trusted", "fingerprints", [], "At least one fingerprint is required."),
    ("trusted", "fingerprints", ["a" * 40] * 6, "At most 5 fingerprints are allowed."),
    ("trusted", "fingerprints", ["a" * 31], "Fingerprint must be at least 32 characters long"),
    ("trusted", "fingerprints", ["a" * 65], "Fingerprint must be less than 64 characters long"),
    ("trusted", "fingerprints", [7], STRING),
    ("trusted", "fingerprints", "a" * 40, "Invalid input: expected array, received string"),
    ("trusted", "audience", "ab", AUDIENCE),
    ("trusted", "earliestIssuanceTimeAllowed", ABSENT, f"{HOURS[:30]} is required"),
    ("trusted", "earliestIssuanceTimeAllowed", -1, f"{HOURS} least 0"),
    ("trusted", "earliestIssuanceTimeAllowed", 1_713_033_600, f"{HOURS} most 12"),
    ("trusted", "earliestIssuanceTimeAllowed", "soon", "expected number, received string"),
    # An Arabic 3: a digit to Python, not to the client library's Number().
    ("trusted", "earliestIssuanceTimeAllowed", "\u0663", "expected number, received string"),
    ("trusted", "earliestIssuanceTimeAllowed", True, "expected number, received boolean"),
    ("policy", "name", "ab", NAME),
    ("policy", "description", "too short", "Description must be at least 10 characters long"),
    ("policy", "audience", "ab", AUDIENCE),
    ("policy", "conditions", ABSENT, "At least one condition is required."),
    ("policy", "conditions", [], "At least one condition is required."),
    ("policy", "conditions", [CONDITION] * 6, "At most 5 conditions are allowed."),
    ("policy", "conditions", ["x"], "Invalid input: expected object, received string"),
    ("policy", "conditions", [{**CONDITION, "key": ""}], "Key is required"),
    (
        "policy",
        "conditions",
        [{**CONDITION, "key": "environment"}],
        "Key must be less than 10 characters long",
    ),
    ("policy", "conditions", [{**CONDITION, "value": ""}], "Value is required"),
    (
        "policy",
        "conditions",
        [{**CONDITION, "value": "a" * 101}],
        "Value must be less than 100 characters long",
    ),
    (
        "policy",
        "conditions",
        [{**CONDITION, "operator": "equals"}],
        'expected one of "stringEquals"|"stringLike"|"stringNotEquals"|"stringNotLike"',
    ),
    ("validate", "tenantProviderPolicyId", ABSENT, "Tenant provider policy id is required"),
    ("validate", "token", "", "Token is required"),
    ("validate", "token", 7, STRING),
]


def snapshot(emulator: Emulator) -> tuple[object, ...]:
    """All that a refused call must leave alone."""
    view = view_of(emulator)
    kinds = view.state.kinds("usegrant")
    return (
        *(list(view.table(kind)) for kind in kinds),
        len(view.tokens),
        dict(view.state.counters),
    )


@pytest.mark.parametrize(("place", "field", "value", "message"), BROKEN)
async def test_a_broken_rule_is_told_and_changes_nothing(
    client: httpx.AsyncClient,
    emulator: Emulator,
    place: str,
    field: str,
    value: object,
    message: str,
) -> None:
    """One broken field: 400, the code, the library's words, the field's name in the hint."""
    before = snapshot(emulator)
    path, body = PLACES[place]
    sent = {name: kept for name, kept in {**body, field: value}.items() if kept is not ABSENT}
    answer = await client.post(path, json=sent)
    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "message"]
    assert answer.json()["code"] == "bad_request"
    assert message in answer.json()["message"]
    assert f"Failing: {field}" in answer.headers["X-Emulator-Hint"]
    assert snapshot(emulator) == before


@pytest.mark.parametrize("place", PLACES)
async def test_all_broken_rules_are_told_together(client: httpx.AsyncClient, place: str) -> None:
    """With every field of a wrong type each of them is in the hint, and there is one message."""
    path, body = PLACES[place]
    fields = body or dict.fromkeys(
        ("expiresIn", "useJwtType", "audienceAsArray", "forceDefaultDomain")
    )
    answer = await client.post(path, json={field: {} for field in fields})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Invalid input: expected ")
    for field in fields:
        assert field in answer.headers["X-Emulator-Hint"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"7", b"\xff", b'{"a":1,"a":1}', b"NaN"])
async def test_what_is_no_object_is_refused(
    client: httpx.AsyncClient, place: str, content: bytes
) -> None:
    """A body that is no JSON object gets the same envelope."""
    answer = await client.post(PLACES[place][0], content=content)
    assert answer.status_code == 400
    assert list(answer.json()) == ["code", "message"]


@pytest.mark.parametrize("place", [place for place in PLACES if place != "validate"])
async def test_unknown_fields_are_ignored(client: httpx.AsyncClient, place: str) -> None:
    """More fields than there are do no harm and are not kept."""
    path, body = PLACES[place]
    answer = await client.post(path, json={**body, "id": "x", "createdAt": 1, "nonsense": {}})
    assert answer.status_code in {200, 201}
    assert "nonsense" not in answer.json()


async def test_what_the_client_library_tidies_is_tidied(client: httpx.AsyncClient) -> None:
    """One trailing slash goes, audiences are trimmed, a string of digits is a number."""
    body = {
        **NEW_TRUSTED,
        "url": "https://issuer.example.com/path/",
        "audience": "  sts.example.com ",
        "earliestIssuanceTimeAllowed": "1.5",
    }
    answer = (await client.post(PLACES["trusted"][0], json=body)).json()
    assert answer["url"] == "https://issuer.example.com/path"
    assert answer["audience"] == "sts.example.com"
    assert answer["earliestIssuanceTimeAllowed"] == 1.5


@pytest.mark.parametrize(
    ("place", "body", "words"),
    [
        ("token", {"expiresIn": 172_800_000}, "milliseconds"),
        ("trusted", {**NEW_TRUSTED, "earliestIssuanceTimeAllowed": 1_713_033_600}, "hours"),
        (
            "policy",
            {**NEW_POLICY, "conditions": [{**CONDITION, "key": "repository_owner"}]},
            "repository fits",
        ),
    ],
)
async def test_traps_are_hinted_at(
    client: httpx.AsyncClient, place: str, body: Mapping[str, object], words: str
) -> None:
    """Where a published page leads astray, the hint says so."""
    answer = await client.post(PLACES[place][0], json=body)
    assert answer.status_code == 400
    assert words in answer.headers["X-Emulator-Hint"]
    assert len(answer.headers["X-Emulator-Hint"]) <= 300


async def test_too_large_a_body_is_refused(client: httpx.AsyncClient) -> None:
    """Over the limit: 413 in the same envelope."""
    answer = await client.post("/usegrant/v1/providers", content=b" " * ((1 << 20) + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "payload_too_large"
