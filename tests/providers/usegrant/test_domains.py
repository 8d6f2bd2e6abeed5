"""Custom domains: the ways in which verification may end."""

import httpx
import msgspec
import pytest

from emulator.app import Emulator
from emulator.core.facts import EntityPut
from emulator.providers.usegrant.state import DOMAINS
from tests.providers.usegrant.calls import (
    OTHER,
    PROVIDER,
    create,
    happen,
    mint,
    read,
    set_clock,
    set_settings,
    view_of,
)

pytestmark = pytest.mark.anyio

DOMAIN = {"domain": "login.example.com"}


async def test_verification_answers_the_wrapper(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """The answer is `{domain, verified, message}`; the domain's time of change moves."""
    await set_clock(emulator, 1_800_000_000)
    made = (await client.post(f"{PROVIDER}/domains", json=DOMAIN)).json()
    assert made["verified"] is False
    await set_clock(emulator, 1_800_000_060)
    answer = await client.post(f"{PROVIDER}/domains/{made['id']}/verify")
    assert answer.status_code == 200
    changed = {**made, "verified": True, "updatedAt": "2027-01-15T08:01:00Z"}
    wanted = {"domain": changed, "verified": True, "message": "Domain verified"}
    assert answer.json() == wanted
    again = await client.post(f"{PROVIDER}/domains/{made['id']}/verify")
    assert again.json() == wanted


@pytest.mark.parametrize("mode", ["manual", "failing"])
async def test_a_failed_verification_is_200(
    client: httpx.AsyncClient, emulator: Emulator, mode: str
) -> None:
    """Not verified is an answer, not an error; the hint says why it is none."""
    await set_settings(emulator, domain_verification=mode)
    made = (await client.post(f"{PROVIDER}/domains", json=DOMAIN)).json()
    answer = await client.post(f"{PROVIDER}/domains/{made['id']}/verify")
    assert answer.status_code == 200
    assert answer.json() == {"domain": made, "verified": False, "message": "Domain not verified"}
    assert mode in answer.headers["X-Emulator-Hint"]


async def test_a_person_verifies_by_the_entity(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """In manual mode the entity says what verification finds."""
    await set_settings(emulator, domain_verification="manual")
    made = await create(client, f"{PROVIDER}/domains", DOMAIN)
    domain = view_of(emulator).table(DOMAINS).get(made)
    assert domain is not None
    raw = msgspec.json.encode(msgspec.structs.replace(domain, verified=True))
    await happen(emulator, EntityPut(0.0, "usegrant", "domains", msgspec.Raw(raw)))
    answer = await client.post(f"{PROVIDER}/domains/{made}/verify")
    assert answer.json()["verified"] is True
    headers = {"Host": "login.example.com"}
    assert (await client.get("/.well-known/jwks", headers=headers)).status_code == 200


async def test_the_same_domain_twice(client: httpx.AsyncClient) -> None:
    """A provider has a domain once, in whatever case; another one may have it but not verify it."""
    mine = await create(client, f"{PROVIDER}/domains", DOMAIN)
    again = await client.post(f"{PROVIDER}/domains", json={"domain": "LOGIN.example.com"})
    assert (again.status_code, again.json()["message"]) == (400, "Domain already exists")
    theirs = await create(client, f"/v1/providers/{OTHER}/domains", DOMAIN)
    assert (await client.post(f"{PROVIDER}/domains/{mine}/verify")).json()["verified"] is True
    answer = await client.post(f"/v1/providers/{OTHER}/domains/{theirs}/verify")
    assert answer.json()["verified"] is False
    assert "Another provider" in answer.headers["X-Emulator-Hint"]


async def test_the_first_verified_domain_signs(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Of two verified domains the one that was verified first is the issuer."""
    await set_settings(emulator, issuer="host")
    first = await create(client, f"{PROVIDER}/domains", {"domain": "first.example.com"})
    second = await create(client, f"{PROVIDER}/domains", {"domain": "second.example.com"})
    await set_clock(emulator, 1_800_000_000)
    await client.post(f"{PROVIDER}/domains/{second}/verify")
    await set_clock(emulator, 1_800_000_001)
    await client.post(f"{PROVIDER}/domains/{first}/verify")
    assert read(await mint(client))[1]["iss"] == "https://second.example.com"
    earlier = view_of(emulator).table(DOMAINS).get(first)
    assert earlier is not None
    raw = msgspec.json.encode(msgspec.structs.replace(earlier, verified_at=1_700_000_000.0))
    await happen(emulator, EntityPut(0.0, "usegrant", "domains", msgspec.Raw(raw)))
    assert read(await mint(client))[1]["iss"] == "https://first.example.com"
