"""Whom a token may be minted for: participants' states, and how they are found."""

from collections.abc import Mapping
from typing import Any, get_args

import httpx
import pytest

from emulator.core.sandbox import Sandbox
from emulator.providers.zerohash.state import PERMISSIONS, ParticipantStatus
from tests.providers.zerohash.arrange import (
    count_facts,
    enrol,
    hint_of,
    read_claims,
    token_of,
)
from tests.providers.zerohash.samples import EMAIL, PAYMENT
from tests.signing import minting, signed

pytestmark = pytest.mark.anyio


async def mint(client: httpx.AsyncClient, body: Mapping[str, Any]) -> httpx.Response:
    """A mint of exactly that body."""
    return await client.request(**signed("POST", "/client_auth_token", body))


@pytest.mark.parametrize(
    ("code", "words"), [("NOBODY", "No participant has"), ("OTHR01", "another platform")]
)
async def test_an_unknown_or_foreign_participant_is_404(
    client: httpx.AsyncClient, sandbox: Sandbox, code: str, words: str
) -> None:
    """Who does not exist and who is another platform's look the same but for the hint."""
    before = count_facts(sandbox)
    answer = await client.request(**minting(participant_code=code))
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
    assert words in hint_of(answer)
    assert count_facts(sandbox) == before


EVERYTHING = frozenset(PERMISSIONS)
BEFORE = frozenset({"onboarding", "update-participant", "recovery", "csp-recovery"})
CLOSING = frozenset({"crypto-sell", "crypto-withdrawals", "crypto-payouts", "fiat-withdrawals"})

STATES: Mapping[tuple[str, str | None], frozenset[str]] = {
    ("approved", None): EVERYTHING,
    ("approved", "risk_cleared"): EVERYTHING,
    ("submitted", None): BEFORE,
    ("pending_approval", None): BEFORE,
    ("rejected", None): frozenset(),
    ("locked", "user_request"): CLOSING,
    ("locked", None): CLOSING,
    ("locked", "compliance_issue"): frozenset(),
    ("pending_unlock", None): CLOSING,
    ("pending_disable", "user_request"): CLOSING,
    ("pending_disable", "compliance_issue"): frozenset(),
    ("disabled", None): frozenset(),
    ("divested", None): frozenset(),
    ("closed", None): frozenset(),
}


def test_every_status_is_in_the_table() -> None:
    """No status is left out of what is tested."""
    assert {status for status, _ in STATES} == set(get_args(ParticipantStatus))


@pytest.mark.parametrize(("status", "reason"), STATES)
async def test_what_a_participants_state_leaves_open(
    client: httpx.AsyncClient, sandbox: Sandbox, status: str, reason: str | None
) -> None:
    """For each state, each permission is granted or refused as the table says."""
    await enrol(sandbox, "STATE1", status=status, reason_code=reason)
    for permission in PERMISSIONS:
        body = {
            "participant_code": "STATE1",
            "permissions": [permission],
            "payment_details": PAYMENT,
        }
        answer = await mint(client, body)
        if permission in STATES[status, reason]:
            assert answer.status_code == 201, permission
            continue
        assert answer.status_code == 400, permission
        assert answer.json() == {"errors": ["participant_code 'STATE1' is not approved"]}
        reasoned = f" ({reason})" if reason else ""
        assert hint_of(answer) == f"Status {status}{reasoned} does not allow {permission}."


async def test_one_closed_permission_closes_the_mint(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Of several permissions those refused are named, and no token is minted."""
    before = count_facts(sandbox)
    asked = ["crypto-sell", "fwc", "crypto-buy"]
    answer = await client.request(**minting(participant_code="CUST05", permissions=asked))
    assert answer.status_code == 400
    assert "does not allow fwc, crypto-buy." in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_an_email_of_a_participant_leads_to_its_code(client: httpx.AsyncClient) -> None:
    """By email, whatever its letters' case, a known participant's code stands in the token."""
    asked = {"email": "JANE.Doe@example.com", "permissions": ["onboarding"]}
    claims = read_claims(token_of(await mint(client, asked)))
    assert claims["participant_code"] == "CUST01"
    assert claims["payload"]["email"] == "JANE.Doe@example.com"


async def test_an_unknown_email_leads_to_nobody(client: httpx.AsyncClient) -> None:
    """Before onboarding there is no code, in the token neither."""
    asked = {**EMAIL, "permissions": ["onboarding"]}
    claims = read_claims(token_of(await mint(client, asked)))
    assert claims["participant_code"] == ""
    assert "participant_code" not in claims["payload"]


async def test_a_foreign_email_leads_to_nobody(client: httpx.AsyncClient) -> None:
    """Another platform's participant is not found by email."""
    asked = {"email": "olga.other@example.com", "permissions": ["onboarding"]}
    assert read_claims(token_of(await mint(client, asked)))["participant_code"] == ""
