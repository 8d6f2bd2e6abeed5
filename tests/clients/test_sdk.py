"""useGrant's own library, as it behaves, on a real port: all its methods, its retries."""

import httpx
import jwt
import pytest

from tests.clients.homes import Home
from tests.clients.sdk import Grant, GrantError
from tests.providers.usegrant.calls import (
    NEW_CLIENT,
    NEW_POLICY,
    NEW_PROVIDER,
    NEW_TENANT,
    NEW_TRUSTED,
)


def counted(home: Home, operation: str) -> int:
    """How often an operation was called."""
    calls = home.control("GET", f"/calls?provider=usegrant&operation=usegrant.{operation}")
    return len(calls["items"])


def arm(home: Home, operation: str, error: str, **then: object) -> None:
    """Let an operation fail twice."""
    rule = {
        "operation": f"usegrant.{operation}",
        "when": {"times": 2},
        "then": {"error": error, **then},
    }
    home.control("POST", "/faults", rule)


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_method_is_served(home: Home, slash: str) -> None:
    """All 27 methods get what the library's schemas demand, over a base URL with a path."""
    grant = Grant(home.api_key, home.base_url + slash)
    provider = grant.call("POST", "providers", "provider", NEW_PROVIDER)
    p = f"providers/{provider['id']}"
    assert provider in grant.call("GET", "providers", "provider[]")
    assert grant.call("GET", p, "provider") == provider
    client = grant.call("POST", f"{p}/clients", "client", NEW_CLIENT)
    c = f"{p}/clients/{client['id']}"
    assert grant.call("GET", f"{p}/clients", "client[]") == [client]
    assert grant.call("GET", c, "client") == client
    domain = grant.call(
        "POST", f"{p}/domains", "domain", {"domain": f"a{slash and 'b'}.example.com"}
    )
    d = f"{p}/domains/{domain['id']}"
    assert grant.call("GET", f"{p}/domains", "domain[]") == [domain]
    assert grant.call("GET", d, "domain") == domain
    assert grant.call("POST", f"{d}/verify", "verification")["verified"] is True
    token = grant.call("POST", f"{c}/tokens", "token", {"expiresIn": 600})["accessToken"]
    tenant = grant.call("POST", "tenants", "tenant", NEW_TENANT)
    t = f"tenants/{tenant['id']}"
    assert tenant in grant.call("GET", "tenants", "tenant[]")
    assert grant.call("GET", t, "tenant") == tenant
    url = f"{home.server}/oidc/{issuer_path(token)}"
    body = {**NEW_TRUSTED, "url": url}
    trusted = grant.call("POST", f"{t}/providers", "tenant provider", body)
    tp = f"{t}/providers/{trusted['id']}"
    assert grant.call("GET", f"{t}/providers", "tenant provider[]") == [trusted]
    assert grant.call("GET", tp, "tenant provider") == trusted
    policy = grant.call("POST", f"{tp}/policies", "policy", NEW_POLICY)
    assert grant.call("GET", f"{tp}/policies", "policy[]") == [policy]
    assert grant.call("GET", f"{tp}/policies/{policy['id']}", "policy") == policy
    asked = {"tenantProviderPolicyId": policy["id"], "token": token}
    assert grant.call("POST", f"{t}/validate", "validity", asked)["isValid"] is True
    for path in (f"{tp}/policies/{policy['id']}", tp, t, d, c, p):
        assert grant.call("DELETE", path, "nothing") == ""
        with pytest.raises(GrantError) as gone:
            grant.call("GET", path, "nothing")
        assert gone.value.response.status_code == 404


def issuer_path(token: str) -> str:
    """What stands behind `/oidc/` in a token's issuer."""
    issuer: str = jwt.decode(token, options={"verify_signature": False})["iss"]
    return issuer.partition("/oidc/")[2]


def test_a_get_is_repeated_twice(home: Home) -> None:
    """After two failures the third request succeeds, unseen by the caller."""
    arm(home, "getProvider", "internal")
    grant = Grant(home.api_key, home.base_url)
    found = grant.call("GET", f"providers/{home.provider_id}", "provider")
    assert found["id"] == home.provider_id
    assert counted(home, "getProvider") == 3


def test_a_long_wait_is_slept_through(home: Home) -> None:
    """A 429 with Retry-After makes the library wait so long, twice, without a word."""
    arm(home, "listProviders", "rate_limited", retry_after=120)
    grant = Grant(home.api_key, home.base_url)
    grant.call("GET", "providers", "provider[]")
    assert grant.waited_s == [120, 120]


def test_a_post_is_never_repeated(home: Home) -> None:
    """CreateToken fails at once, and its error tells code and message."""
    arm(home, "createToken", "unavailable")
    grant = Grant(home.api_key, home.base_url)
    path = f"providers/{home.provider_id}/clients/{home.client_id}/tokens"
    with pytest.raises(GrantError) as failed:
        grant.call("POST", path, "token", {})
    assert failed.value.response.status_code == 503
    assert set(failed.value.response.json()) == {"code", "message"}
    assert counted(home, "createToken") == 1


def test_the_smallest_script(home: Home) -> None:
    """A provider, a client, a token: what anybody does first."""
    grant = Grant("uga_test", f"{home.server}/_s/{home.sandbox}")
    provider = grant.call("POST", "providers", "provider", NEW_PROVIDER)
    path = f"providers/{provider['id']}/clients"
    client = grant.call("POST", path, "client", NEW_CLIENT)
    grant.call("POST", f"{path}/{client['id']}/tokens", "token", {"expiresIn": 600})


def test_the_published_curl(home: Home) -> None:
    """With host, key and `expiresIn` changed the published command works."""
    sample = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
    answer = httpx.post(
        f"{home.server}/v1/providers/{sample}/clients/{sample}/tokens",
        headers={"Authorization": f"Bearer {home.api_key}", "Content-Type": "application/json"},
        content=b"""{
    "expiresIn": 60,
    "useJwtType": true,
    "audienceAsArray": true,
    "forceDefaultDomain": true
  }""",
    )
    assert answer.status_code == 200
    assert answer.headers["X-Emulator-Sandbox"] == f"{home.sandbox}; by=credential"
