"""Participants: the list with its filters and pages, one by email, and new customers."""

import json
from typing import Any

import httpx
import msgspec
import pytest

from emulator.core.clock import Clock
from emulator.core.sandbox import Sandbox
from tests.providers.zerohash.arrange import count_facts, enrol, hint_of, set_clock
from tests.providers.zerohash.samples import CUSTOMER
from tests.signing import MINIMAL, minting, signed

pytestmark = pytest.mark.anyio

ACME = ["CUST01", "CUST02", "CUST03", "CUST04", "CUST05", "CUST06", "CUST07", "CUST08"]
ACME += ["SHOP01", "MERCH1"]


async def look(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """A signed GET."""
    return await client.request(**signed("GET", path))


async def create(
    client: httpx.AsyncClient,
    *,
    request_id: str | None = None,
    **fields: Any,  # noqa: ANN401
) -> httpx.Response:
    """A new customer."""
    headers = {"X-Request-Id": request_id} if request_id is not None else {}
    body = {**CUSTOMER, **fields}
    return await client.request(
        **signed("POST", "/participants/customers/new", body, headers=headers)
    )


def codes(answer: httpx.Response) -> list[str]:
    """Whom a list names."""
    assert answer.status_code == 200, answer.text
    return [entry["participant_code"] for entry in answer.json()["message"]]


async def test_the_list_is_the_platforms_own(client: httpx.AsyncClient) -> None:
    """Each platform sees its participants and no others."""
    assert codes(await look(client, "/participants")) == ACME
    theirs = await client.request(**signed("GET", "/participants", key=MINIMAL))
    assert codes(theirs) == ["OTHR01"]


async def test_an_entry_of_the_list(client: httpx.AsyncClient) -> None:
    """The documented members, a reason only where there is one."""
    entries = {
        entry["participant_code"]: entry
        for entry in (await look(client, "/participants")).json()["message"]
    }
    assert entries["CUST01"] == {
        "participant_code": "CUST01",
        "participant_name": "Jane Doe",
        "email": "jane.doe@example.com",
        "status": "approved",
        "jurisdiction_code": "US-IL",
        "limits": [],
        "updated_at": 0,
    }
    assert entries["CUST05"]["reason_code"] == "user_request"
    assert entries["MERCH1"]["participant_name"] == "Merchant"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=locked", ["CUST05", "CUST06"]),
        ("status=divested", []),
        ("participant_code=CUST02", ["CUST02"]),
        ("participant_code=OTHR01", []),
        ("email=JANE.DOE%40example.com", ["CUST01"]),
        ("email=jane.doe@example.com&status=locked", []),
        ("email=", []),
        ("status=locked&status=closed", ["CUST08"]),
        ("page=1", ACME),
        ("page=2", []),
        ("page=999999999", []),
        ("unknown=1", ACME),
    ],
)
async def test_filters(client: httpx.AsyncClient, query: str, found: list[str]) -> None:
    """Filters narrow together; of a repeated one the last counts; unknown ones are ignored."""
    answer = await look(client, f"/participants?{query}")
    assert codes(answer) == found
    assert not hint_of(answer)


@pytest.mark.parametrize("query", ["relationship_type=x", "minors=false", "entity_type=llc"])
async def test_documented_filters_that_do_nothing_here_say_so(
    client: httpx.AsyncClient, query: str
) -> None:
    """What this world can't filter by is accepted, with a remark."""
    answer = await look(client, f"/participants?{query}")
    assert codes(answer) == ACME
    assert "Only participant_code, email and status filter" in hint_of(answer)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("page=0", ["querystring/page must be >= 1"]),
        ("page=-1", ["querystring/page must be >= 1"]),
        ("page=one", ["querystring/page must be >= 1"]),
        ("page=", ["querystring/page must be >= 1"]),
        ("page=%D9%A1", ["querystring/page must be >= 1"]),
        ("page=9999999999", ["querystring/page must be >= 1"]),
        ("status=alive", ["querystring/status must be equal to one of the allowed values"]),
        ("minors=yes", ["querystring/minors must be equal to one of the allowed values"]),
        ("entity_type=x", ["querystring/entity_type must be equal to one of the allowed values"]),
        ("participant_code=cust01", ["querystring/participant_code format is not valid"]),
        (
            "status=x&participant_code=y&page=0",
            [
                "querystring/participant_code format is not valid",
                "querystring/page must be >= 1",
                "querystring/status must be equal to one of the allowed values",
            ],
        ),
    ],
)
async def test_filters_out_of_their_values(
    client: httpx.AsyncClient, query: str, errors: list[str]
) -> None:
    """Each wrong filter is told, all in one answer."""
    answer = await look(client, f"/participants?{query}")
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


async def test_pages_of_fifteen(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A page has fifteen; count and total_pages tell of all."""
    for number in range(21):
        await enrol(sandbox, f"PAGE{number:02d}")
    first, third = [(await look(client, f"/participants?page={page}")).json() for page in (1, 3)]
    assert len(first["message"]) == 15
    assert len(third["message"]) == 1
    about = {"count": 31, "page_size": 15, "total_pages": 3}
    assert first.items() >= {**about, "page": 1}.items()
    assert third.items() >= {**about, "page": 3}.items()


@pytest.mark.parametrize(
    "email", ["jane.doe@example.com", "Jane.Doe@EXAMPLE.com", "jane.doe%40example.com"]
)
async def test_one_participant_by_email(client: httpx.AsyncClient, email: str) -> None:
    """Code and email alone, whatever the letters' case and the encoding."""
    answer = await look(client, f"/participants/{email}")
    expected = {"participant_code": "CUST01", "email": "jane.doe@example.com"}
    assert (answer.status_code, answer.json()) == (200, {"message": expected})


@pytest.mark.parametrize("email", ["nobody@example.com", "olga.other@example.com", "%FF", "CUST01"])
async def test_nobody_by_that_email(client: httpx.AsyncClient, email: str) -> None:
    """Unknown, another platform's, or no email at all: not found."""
    answer = await look(client, f"/participants/{email}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


@pytest.mark.parametrize(
    ("kyc", "screening", "status"),
    [("pass", "pass", "approved"), ("fail", "pass", "submitted"), ("pass", "fail", "submitted")],
)
async def test_a_new_customer(
    client: httpx.AsyncClient, kyc: str, screening: str, status: str
) -> None:
    """201 with what was sent and a code; approved when both screenings passed."""
    answer = await create(client, kyc=kyc, sanction_screening=screening, metadata={"a": [1]})
    assert answer.status_code == 201
    message = answer.json()["message"]
    code = message["participant_code"]
    assert message == {
        **CUSTOMER,
        "kyc": kyc,
        "sanction_screening": screening,
        "metadata": {"a": [1]},
        "platform_code": "FAKE01",
        "participant_code": code,
        "status": status,
    }
    assert len(code) == 6
    found = await look(client, f"/participants/{CUSTOMER['email']}")
    assert found.json()["message"]["participant_code"] == code
    minted = await client.request(**minting(participant_code=code))
    assert minted.status_code == (201 if status == "approved" else 400)


async def test_a_new_customer_is_stamped_by_the_sandboxs_clock(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """updated_at is the sandbox's time in milliseconds."""
    await set_clock(sandbox, Clock.frozen_at(1_767_225_600.5))
    await create(client)
    answer = await look(client, f"/participants?email={CUSTOMER['email']}")
    assert answer.json()["message"][0]["updated_at"] == 1_767_225_600_500


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        (None, None, "exists"),
        ("one", "one", "exists"),
        ("one", None, "exists"),
        (None, "two", "exists"),
        ("one", "two", "reused"),
        ("one", "a bad one", "exists"),
    ],
)
async def test_the_same_customer_again(
    client: httpx.AsyncClient,
    sandbox: Sandbox,
    first: str | None,
    second: str | None,
    error: str,
) -> None:
    """A repetition is refused; under another request id, in the words for that."""
    texts = {
        "exists": "Participant already exists with this email for this platform",
        "reused": "Participant data already used with different requestID",
    }
    assert (await create(client, request_id=first)).status_code == 201
    before = count_facts(sandbox)
    again = await create(client, request_id=second, email=CUSTOMER["email"].upper())
    assert (again.status_code, again.json()) == (400, {"errors": [texts[error]]})
    assert count_facts(sandbox) == before


async def test_a_fixtures_participant_exists_already(client: httpx.AsyncClient) -> None:
    """The email of a participant that nobody created by request is taken as well."""
    answer = await create(client, email="jane.doe@example.com", request_id="one")
    assert "already exists" in answer.json()["errors"][0]


async def test_two_platforms_may_have_the_same_email(client: httpx.AsyncClient) -> None:
    """An email is unique within a platform."""
    assert (await create(client, email="olga.other@example.com")).status_code == 201


async def test_a_code_that_is_taken_is_not_drawn(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """A drawn code that somebody has is passed over."""
    first = (await create(client)).json()["message"]["participant_code"]
    sandbox.state.counters.pop("zerohash.participant_code")  # as if nothing had been drawn yet
    second = await create(client, email="second@example.com")
    assert second.json()["message"]["participant_code"] != first


async def test_what_breaks_the_rules_creates_nobody(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """All failures in one answer, and no fact."""
    before = count_facts(sandbox)
    answer = await client.request(**signed("POST", "/participants/customers/new", {}))
    assert answer.json() == {"errors": [f"body/{name} is required" for name in CUSTOMER]}
    assert count_facts(sandbox) == before


async def test_nothing_personal_stays_in_the_journal(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Names, addresses and emails of a customer are masked, in paths and queries too."""
    canary = {
        name: f"canary-{name}"
        for name in ("first_name", "last_name", "address_one", "city", "tax_id", "id_number")
    }
    await create(client, email="canary@example.com", date_of_birth="1901-02-03", **canary)
    for path in ("/participants/canary@example.com", "/participants?email=canary%40example.com"):
        assert (await look(client, path)).status_code == 200
    kept = json.dumps(msgspec.to_builtins(list(reversed(sandbox.journal))))
    assert kept.count("list_participants") == 1
    assert "canary" not in kept
    assert "1901-02-03" not in kept
