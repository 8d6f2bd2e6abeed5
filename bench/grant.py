"""useGrant as the benchmark sees it: its credentials, its requests, a crowded world."""

from base64 import urlsafe_b64decode
from collections.abc import Callable

import msgspec
from load import Shot, drive, fetch, render_request
from subject import BATCH_TIMEOUT_S, SANDBOX, SubjectError

THOUSAND = 1_000


class Grant(msgspec.Struct, frozen=True):
    """A useGrant API key, and a provider with a client."""

    api_key: str
    provider_id: str
    client_id: str


class _GrantCredentials(msgspec.Struct, frozen=True):
    usegrant: Grant


class _Made(msgspec.Struct, frozen=True):
    id: str


class _Granted(msgspec.Struct, frozen=True):
    accessToken: str  # noqa: N815 - the wire's name


def read_grant(port: int) -> Grant:
    """The default sandbox's useGrant credentials."""
    request = render_request("GET", port, f"{SANDBOX}/credentials", b"")
    return msgspec.json.decode(fetch(port, request, 200), type=_GrantCredentials).usegrant


def grant_request(port: int, grant: Grant, method: str, path: str, body: object = None) -> bytes:
    """A request with the API key."""
    raw = b"" if body is None else msgspec.json.encode(body)
    headers = {"Authorization": f"Bearer {grant.api_key}"}
    return render_request(method, port, f"/usegrant/v1/{path}", raw, headers)


def _make(port: int, grant: Grant, path: str, body: object) -> str:
    """The id of a new thing."""
    made = fetch(port, grant_request(port, grant, "POST", path, body), 201)
    return msgspec.json.decode(made, type=_Made).id


def aim_get(port: int) -> Shot:
    """Get one provider."""
    grant = read_grant(port)
    return Shot(grant_request(port, grant, "GET", f"providers/{grant.provider_id}"), 200)


def aim_create_token(port: int) -> Shot:
    """Issue a token to a client."""
    grant = read_grant(port)
    path = f"providers/{grant.provider_id}/clients/{grant.client_id}/tokens"
    return Shot(grant_request(port, grant, "POST", path, {"expiresIn": 600}), 200)


def aim_validate(port: int) -> Shot:
    """Validate a live token of an own issuer against a policy with one condition."""
    grant = read_grant(port)
    request = aim_create_token(port).request
    if callable(request):
        raise SubjectError("a token request can be repeated")
    token = msgspec.json.decode(fetch(port, request, 200), type=_Granted).accessToken
    claims = token.split(".")[1]
    said = msgspec.json.decode(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    tenant = _make(port, grant, "tenants", {"name": "bench", "description": "bench"})
    trusted = {
        "url": said["iss"],
        "audience": said["aud"],
        "fingerprints": ["ab" * 20],
        "earliestIssuanceTimeAllowed": 1,
    }
    provider = _make(port, grant, f"tenants/{tenant}/providers", trusted)
    policy = {
        "name": "bench",
        "description": "one condition",
        "audience": said["aud"],
        "conditions": [{"key": "sub", "operator": "stringLike", "value": f"{said['sub'][:4]}*"}],
    }
    path = f"tenants/{tenant}/providers/{provider}/policies"
    body = {"tenantProviderPolicyId": _make(port, grant, path, policy), "token": token}
    return Shot(grant_request(port, grant, "POST", f"tenants/{tenant}/validate", body), 200)


def aim_among_thousand(aim: Callable[[int], Shot]) -> Callable[[int], Shot]:
    """The same shot in a sandbox with a thousand more providers."""

    def aim_crowded(port: int) -> Shot:
        grant = read_grant(port)
        listed = fetch(port, grant_request(port, grant, "GET", "providers"), 200)
        if len(msgspec.json.decode(listed, type=list[_Made])) < THOUSAND:
            body = {"name": "one of many", "description": "bench"}
            request = grant_request(port, grant, "POST", "providers", body)
            drive(port, Shot(request, 201), seconds=BATCH_TIMEOUT_S, count=THOUSAND)
        return aim(port)

    return aim_crowded
