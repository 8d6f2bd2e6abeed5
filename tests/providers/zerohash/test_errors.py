"""The catalogue: every row's very bytes, every scenario, every alias; and that all can be armed."""

from collections.abc import Mapping

import httpx
import pytest

from emulator.core.decisions import Json, Row
from emulator.core.facts import FaultArmed
from emulator.core.faults import Rule, Then, When
from emulator.core.sandbox import Sandbox
from emulator.edge.provider import EDGE_ALIASES, FAULT_ALIASES
from emulator.providers.zerohash import provider
from emulator.providers.zerohash.errors import CATALOGUE, MINT_SCENARIOS, SCENARIOS
from tests.providers.zerohash.arrange import count_facts, happen, hint_of
from tests.signing import minting, signed

pytestmark = pytest.mark.anyio

TRANSACTION = {"transaction_id": "txn_01HZF7QWXJ8XK3VYNS6TKDM4G2"}
LIMIT = "Shopper's Daily Spend Limit for this type of transaction have been hit."
DILIGENCE = "first_name,last_name,address_one,zip,city,jurisdiction_code,email_or_phone_number"
DENIED_PAGE = (
    "<!DOCTYPE html><html><head><title>Access denied</title></head>"
    "<body><h1>Error 1020</h1><p>Access denied</p></body></html>"
)
NO_WRITE = "This api key does not have write permission to this endpoint"
NO_READ = "This api key does not have read permission to this endpoint"


def denied(message: str) -> tuple[int, Json]:
    """403 with a boolean."""
    return 403, {"error": True, "message": message}


def told(status: int, text: str, **also: Json) -> tuple[int, Json]:
    """A status with one string."""
    return status, {"error": text, **also}


# Every row as an injected error renders it: status and body.
ROWS: Mapping[str, tuple[int, Json]] = {
    "validation": (400, {"errors": ["body is not valid"]}),
    "participant_not_approved": (400, {"errors": ["participant_code 'CUST01' is not approved"]}),
    "platform_not_found": (400, {"errors": ["Platform does not exist"]}),
    "onboarding_invalid": denied("Invalid request"),
    "kyc_not_configured": denied("Platform is not configured for KYC"),
    "participant_exists": (
        400,
        {"errors": ["Participant already exists with this email for this platform"]},
    ),
    "participant_data_reused": (
        400,
        {"errors": ["Participant data already used with different requestID"]},
    ),
    "missing_api_key": denied("Missing API key"),
    "invalid_api_key": denied("Invalid API key"),
    "missing_passphrase": denied("Invalid passphrase"),
    "invalid_passphrase": denied("Invalid passphrase"),
    "missing_signature": denied("Missing signature"),
    "missing_timestamp": denied("Missing timestamp"),
    "invalid_timestamp": denied("Invalid timestamp"),
    "invalid_signature": denied("Invalid signature"),
    "ip_not_allowed": denied("IP address not allowed"),
    "no_write_permission": denied(NO_WRITE),
    "no_read_permission": denied(NO_READ),
    "permission_not_entitled": denied("Platform is not entitled to the requested permissions"),
    "edge_denied": (403, DENIED_PAGE),
    "pay_not_configured": told(401, "Your Platform is not configured to use the Pay product"),
    "pay_unsigned": told(401, "Participant has not signed the required agreement for Pay"),
    "pay_state_not_authorized": told(
        401, "The State you live in is not authorized to use this product"
    ),
    "pay_asset_not_enabled": told(401, "Asset not enabled for pay"),
    "manual_approval_required": told(
        403, "Manual approval required for this transaction", **TRANSACTION
    ),
    "approval_pending": told(403, "Approval pending, shopper must wait", **TRANSACTION),
    "approval_rejected": told(
        403, "Manual approval for this transaction was rejected", **TRANSACTION
    ),
    "approval_finalized": told(
        403, "Manual approval for this transaction has already been finalized", **TRANSACTION
    ),
    "daily_limit": told(403, LIMIT),
    "daily_limit_unprocessable": told(422, LIMIT),
    "not_authorized": told(403, "Transaction not authorized"),
    "not_permitted": told(403, "Transaction not permitted"),
    "kyc_missing": told(
        409,
        "Shopper KYC requirements for this transaction are not met",
        missing_requirements=["first_name", "last_name", "date_of_birth"],
    ),
    "diligence_missing": told(
        409,
        "Shopper diligence requirements for this transaction are not met",
        missing_requirements=[*DILIGENCE.split(","), "date_of_birth"],
    ),
    "participant_not_authorized": told(422, "Participant is not authorized to transact"),
    "transaction_unprocessable": told(422, "Transaction not authorized"),
    "jurisdiction_not_supported": told(
        422, "Shopper jurisdiction not supported for this transaction"
    ),
    "pay_unavailable": told(503, "Authorization service temporarily unavailable"),
    "not_found": told(404, "Not Found"),
    "route_not_found": told(404, "Not Found"),
    "method_not_allowed": told(405, "Method Not Allowed"),
    "conflict": told(409, "Conflict"),
    "payload_too_large": told(413, "Payload Too Large"),
    "rate_limited": (429, "Too Many Requests"),
    "internal": told(500, "Internal Server Error"),
    "bad_gateway": told(502, "Bad Gateway"),
    "unavailable": told(503, "Service Unavailable"),
    "timeout": told(504, "Gateway Timeout"),
}


async def arm(sandbox: Sandbox, error: str, *, retry_after: int | None = None) -> None:
    """Make every mint fail."""
    rule = Rule(
        "fault_1",
        "zerohash.client_auth_token",
        0.0,
        When(),
        Then(error=error, retry_after=retry_after),
    )
    await happen(sandbox, FaultArmed(0.0, rule))


def test_every_row_is_in_the_table() -> None:
    """No row is left out of what is tested."""
    assert set(CATALOGUE) == set(ROWS)


@pytest.mark.parametrize("name", CATALOGUE)
async def test_a_row_as_it_is_rendered(
    client: httpx.AsyncClient, sandbox: Sandbox, name: str
) -> None:
    """An armed error is the row: status, body and media type, with a hint that it was injected."""
    await arm(sandbox, name)
    answer = await client.request(**minting())
    status, body = ROWS[name]
    assert answer.status_code == status
    if isinstance(body, str):
        assert answer.text == body
        kind = "text/html; charset=UTF-8" if name == "edge_denied" else "text/plain; charset=utf-8"
        assert answer.headers["content-type"] == kind
    else:
        assert answer.json() == body
        assert answer.headers["content-type"] == "application/json"
    assert "nothing was wrong with this call" in hint_of(answer)


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=CATALOGUE)
def test_a_row_says_where_it_is_from(row: Row) -> None:
    """Each row has a source with a mark, and a hint that fits a header."""
    assert any(mark in row.source for mark in ("[openapi", "[doc", "[sdk", "[guess"))
    assert row.hint.isascii()
    assert len(row.hint) <= 300


@pytest.mark.parametrize("alias", [*EDGE_ALIASES, *FAULT_ALIASES])
def test_every_alias_is_mapped(alias: str) -> None:
    """What the house calls an error has a row of zerohash's."""
    assert provider.row(alias).name in CATALOGUE


async def test_retry_headers(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """503 allows a retry in zerohash's own header; Pay's says when, once, or as the fault does."""
    await arm(sandbox, "unavailable")
    answer = await client.request(**minting())
    assert answer.headers["zh-allow-retry"] == "true"
    for retry_after, expected in ((None, "5"), (30, "30")):
        await arm(
            sandbox, "pay_unavailable", **({"retry_after": retry_after} if retry_after else {})
        )
        answer = await client.request(**minting())
        assert answer.headers.get_list("retry-after") == [expected]


def test_the_scenarios_are_those_of_the_specification() -> None:
    """Each value that the specification names is there, and leads to a row."""
    named = {
        "manual-approval-required",
        "approval-pending",
        "approval-rejected",
        "approval-finalized",
        "daily-limit",
        "not-authorized",
        "not-permitted",
        "kyc-missing",
        "participant-not-authorized",
        "rate-limited",
        "internal-error",
        "service-unavailable",
    }
    scenarios = {**SCENARIOS, **MINT_SCENARIOS}
    assert named <= set(scenarios)
    short = {"internal-error": "internal", "service-unavailable": "unavailable"}
    assert scenarios == {name: short.get(name, name.replace("-", "_")) for name in scenarios}


@pytest.mark.parametrize("scenario", [*SCENARIOS, *MINT_SCENARIOS])
async def test_a_scenario_answers_instead_of_the_mint(
    client: httpx.AsyncClient, sandbox: Sandbox, scenario: str
) -> None:
    """The provider's own trigger gives the row's body and mints nothing."""
    row = {**SCENARIOS, **MINT_SCENARIOS}[scenario]
    before = count_facts(sandbox)
    request = minting()
    request["headers"]["X-Simulator-Scenario"] = f" {scenario.upper()} "
    answer = await client.request(**request)
    status, body = ROWS[row]
    assert answer.status_code == status
    assert (answer.text if isinstance(body, str) else answer.json()) == body
    assert "X-Simulator-Scenario" in hint_of(answer)
    assert count_facts(sandbox) == before


@pytest.mark.parametrize("scenario", MINT_SCENARIOS)
async def test_what_payins_refuse_befalls_mints_alone(
    client: httpx.AsyncClient, scenario: str
) -> None:
    """A look-up does not need a shopper's approval."""
    headers = {"X-Simulator-Scenario": scenario}
    answer = await client.request(**signed("GET", "/participants", headers=headers))
    assert answer.status_code == 200
    assert "asks for nothing here" in hint_of(answer)


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_what_befalls_a_server_befalls_every_operation(
    client: httpx.AsyncClient, scenario: str
) -> None:
    """Rate limits and outages can be asked for anywhere, /time included."""
    headers = {"X-Simulator-Scenario": scenario}
    answer = await client.get("/zerohash/time", headers=headers)
    assert answer.status_code == ROWS[SCENARIOS[scenario]][0]


@pytest.mark.parametrize("scenario", ["success", "", "manual", "é"])
async def test_an_unknown_scenario_asks_for_nothing(
    client: httpx.AsyncClient, scenario: str
) -> None:
    """A value that means nothing here changes nothing, and is remarked on."""
    request = minting()
    headers = {k.encode(): v.encode() for k, v in request["headers"].items()}
    headers[b"X-Simulator-Scenario"] = scenario.encode("latin-1")
    answer = await client.post(request["url"], headers=headers, content=request["content"])
    assert answer.status_code == 201
    assert ("asks for nothing here" in hint_of(answer)) is bool(scenario)
