"""What tests of useGrant share: the fixture world's names, calls, and what changes a sandbox."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from emulator.app import Emulator
from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet, Fact, SettingsSet
from emulator.core.view import View

KEY = "uga_fake_acme_primary_0000000000000000000000000"
EXPIRED = "uga_fake_acme_expired_0000000000000000000000000"
REVOKED = "uga_fake_acme_revoked_0000000000000000000000000"

SAMPLE = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
OTHER = "00000000-0000-4000-8000-0000000000c2"
OTHER_CLIENT = "00000000-0000-4000-8000-0000000000d2"
TENANT = "00000000-0000-4000-8000-0000000000e1"
TRUSTED = "00000000-0000-4000-8000-0000000000e2"
POLICY = "00000000-0000-4000-8000-0000000000e3"
NOWHERE = "00000000-0000-4000-8000-00000000dead"

URL_ID = "acme-auth-app-fake00000001"
ORIGIN = "http://localhost:4600"

PROVIDER = f"/v1/providers/{SAMPLE}"
TOKENS = f"{PROVIDER}/clients/{SAMPLE}/tokens"
OTHER_TOKENS = f"/v1/providers/{OTHER}/clients/{OTHER_CLIENT}/tokens"

NEW_PROVIDER = {"name": "New Auth App", "description": "made by a test"}
NEW_CLIENT = {"name": "New Auth Client", "audience": "sts.example.com"}
NEW_TENANT = {"name": "New Tenant", "description": "made by a test"}
NEW_TRUSTED = {
    "url": "https://issuer.example.com",
    "fingerprints": ["ab" * 20],
    "audience": "sts.example.com",
    "earliestIssuanceTimeAllowed": 1,
}
NEW_POLICY = {
    "name": "New Policy",
    "description": "made by a test",
    "audience": "sts.example.com",
    "conditions": [{"key": "sub", "operator": "stringLike", "value": "*"}],
}


def bearer(key: str) -> dict[str, str]:
    """The header of an API key."""
    return {"Authorization": f"Bearer {key}"}


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A token's header and claims, unverified."""
    header, claims, _ = (part + "=" * (-len(part) % 4) for part in token.split("."))
    return json.loads(base64.urlsafe_b64decode(header)), json.loads(
        base64.urlsafe_b64decode(claims)
    )


async def mint(
    client: httpx.AsyncClient,
    path: str = TOKENS,
    body: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> str:
    """A token."""
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["accessToken"]
    return token


async def create(client: httpx.AsyncClient, path: str, body: Mapping[str, object]) -> str:
    """The id of a new thing."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


@dataclass(frozen=True)
class Trust:
    """A tenant that trusts an issuer, with a policy."""

    tenant: str
    provider: str
    policy: str

    @property
    def path(self) -> str:
        """Where tokens are validated."""
        return f"/v1/tenants/{self.tenant}/validate"

    def body(self, token: str) -> dict[str, str]:
        """What is sent there."""
        return {"tenantProviderPolicyId": self.policy, "token": token}


async def trust(
    client: httpx.AsyncClient,
    url: str,
    audience: str = "sts.amazonaws.com",
    *,
    conditions: list[dict[str, str]] | None = None,
    hours: float = 0,
    provider_audience: str | None = None,
) -> Trust:
    """A tenant that trusts the issuer."""
    tenant = await create(client, "/v1/tenants", NEW_TENANT)
    body = {
        **NEW_TRUSTED,
        "url": url,
        "audience": provider_audience or audience,
        "earliestIssuanceTimeAllowed": hours,
    }
    provider = await create(client, f"/v1/tenants/{tenant}/providers", body)
    policy = {**NEW_POLICY, "audience": audience}
    if conditions is not None:
        policy["conditions"] = conditions
    path = f"/v1/tenants/{tenant}/providers/{provider}/policies"
    return Trust(tenant, provider, await create(client, path, policy))


async def happen(emulator: Emulator, *facts: Fact, sandbox: str = "default") -> None:
    """Facts, as if something had decided so."""
    found = emulator.directory.get(sandbox)
    assert found is not None
    await found.transact(lambda _: Decision(None, facts))


async def set_clock(emulator: Emulator, at: float, sandbox: str = "default") -> None:
    """Have a sandbox's clock stand still."""
    await happen(emulator, ClockSet(at, Clock.frozen_at(at)), sandbox=sandbox)


async def set_settings(emulator: Emulator, provider: str = "usegrant", **values: object) -> None:
    """Change the default sandbox's switches."""
    raw = msgspec.Raw(msgspec.json.encode(values))
    await happen(emulator, SettingsSet(0.0, provider, raw))


def view_of(emulator: Emulator, sandbox: str = "default") -> View:
    """A sandbox as it is now."""
    found = emulator.directory.get(sandbox)
    assert found is not None
    return found.view()
