"""Issuers under all their names: discovery and key sets that an ordinary verifier can use."""

import httpx
import pytest

from emulator.app import Emulator
from tests.conftest import client_of
from tests.providers.usegrant.calls import (
    NEW_CLIENT,
    NEW_PROVIDER,
    ORIGIN,
    OTHER,
    OTHER_TOKENS,
    PROVIDER,
    SAMPLE,
    TOKENS,
    URL_ID,
    create,
    mint,
    read,
    set_settings,
    trust,
)

pytestmark = pytest.mark.anyio

DISCOVERY = "/.well-known/openid-configuration"
KEY_SET = "/.well-known/jwks"
HOST = f"{URL_ID}.auth.usegrant.dev"
PUBLIC = {"kty", "use", "alg", "kid", "n", "e"}


async def verified(client: httpx.AsyncClient, name: str, provider: str = SAMPLE) -> str:
    """A domain that a provider has verified."""
    path = f"/v1/providers/{provider}/domains"
    made = await create(client, path, {"domain": name})
    answer = await client.post(f"{path}/{made}/verify")
    assert answer.json()["verified"] is True
    return made


@pytest.mark.parametrize("header", ["Host", "X-UG-Host"])
@pytest.mark.parametrize("port", ["", ":4600"])
async def test_a_host_has_its_discovery(client: httpx.AsyncClient, header: str, port: str) -> None:
    """The document by host has exactly the known members, and needs no key."""
    headers = {"Authorization": "", header: HOST.upper() + port}
    answer = await client.get(DISCOVERY, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["X-Emulator-Sandbox"] == "default; by=issuer"
    assert answer.json() == {
        "issuer": f"https://{HOST}",
        "jwks_uri": f"https://{HOST}/.well-known/jwks",
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
        "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti", "nbf"],
    }
    keys = (await client.get(KEY_SET, headers=headers)).json()["keys"]
    assert [set(key) for key in keys] == [PUBLIC]


async def test_x_ug_host_comes_before_host(client: httpx.AsyncClient) -> None:
    """A proxy's word about the issuer beats the name under which it called."""
    headers = {"Host": "nobody.auth.usegrant.dev", "X-UG-Host": HOST}
    assert (await client.get(DISCOVERY, headers=headers)).json()["issuer"] == f"https://{HOST}"


async def test_unknown_hosts_have_nothing(client: httpx.AsyncClient) -> None:
    """Below the issuers' domain it is the provider's 404, elsewhere the emulator's own."""
    answer = await client.get(DISCOVERY, headers={"Host": "nobody.auth.usegrant.dev"})
    assert answer.status_code == 404
    assert answer.json() == {"code": "not_found", "message": "Invalid host"}
    for headers in ({}, {"Host": "login.example.com"}, {"X-UG-Host": "nobody.example.com"}):
        for path in (DISCOVERY, KEY_SET):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 404
            assert answer.headers["Content-Type"] == "application/problem+json"


async def test_issuer_hosts_never_serve_the_control_api(client: httpx.AsyncClient) -> None:
    """A provider's host name is the provider's altogether."""
    answer = await client.get("/_emulator/health", headers={"Host": HOST})
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("mount", ["", "/usegrant", "/_s/default", "/_s/default/usegrant"])
@pytest.mark.parametrize("origin", [ORIGIN, "http://emulator:4600", "https://localhost"])
async def test_a_path_issuer_is_what_was_asked(emulator: Emulator, origin: str, mount: str) -> None:
    """Discovery demands that the issuer equals the URL asked: it does, by every name there is."""
    issuer = f"{origin}{mount}/oidc/{URL_ID}"
    async with client_of(emulator) as client:
        document = (await client.get(issuer + DISCOVERY)).json()
        assert document["issuer"] == issuer
        assert document["jwks_uri"] == issuer + KEY_SET
        assert (await client.get(document["jwks_uri"])).status_code == 200


async def test_by_default_a_verifier_finds_the_keys(client: httpx.AsyncClient) -> None:
    """From a token alone: `iss`, its discovery, the key set, the key of the token's `kid`."""
    header, claims = read(await mint(client))
    document = (await client.get(claims["iss"] + DISCOVERY)).json()
    assert document["issuer"] == claims["iss"]
    keys = (await client.get(document["jwks_uri"])).json()["keys"]
    assert header["kid"] in {key["kid"] for key in keys}


async def test_in_a_sandbox_named_by_path_too(client: httpx.AsyncClient) -> None:
    """A token minted under a sandbox's prefix names an issuer under it."""
    _, claims = read(await mint(client, f"/_s/other{TOKENS}"))
    assert claims["iss"].startswith(f"{ORIGIN}/_s/other/oidc/acme-auth-app-")
    answer = await client.get(claims["iss"] + DISCOVERY)
    assert answer.json()["issuer"] == claims["iss"]
    bare = await client.get(claims["iss"].replace("/_s/other", "") + DISCOVERY)
    assert bare.headers["X-Emulator-Sandbox"] == "other; by=issuer"


async def test_the_faithful_issuer_is_a_setting(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """With `issuer: host` tokens name the real host; discovery by that host agrees."""
    await set_settings(emulator, issuer="host")
    _, claims = read(await mint(client))
    assert claims["iss"] == f"https://{HOST}"
    answer = await client.get(DISCOVERY, headers={"Host": HOST})
    assert answer.json()["issuer"] == claims["iss"]


async def test_the_key_set_can_be_cached(client: httpx.AsyncClient) -> None:
    """The set carries a validator; who has it already is told so in few bytes."""
    path = f"/oidc/{URL_ID}{KEY_SET}"
    first = await client.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=300"
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert "content-length" not in again.headers
    other = await client.get(path, headers={"If-None-Match": '"other"'})
    assert other.content == first.content


async def test_providers_have_keys_of_their_own(client: httpx.AsyncClient) -> None:
    """As long as the pool lasts, no two issuers publish the same key."""
    kids = {read(await mint(client))[0]["kid"], read(await mint(client, OTHER_TOKENS))[0]["kid"]}
    for _ in range(30):
        made = await create(client, "/v1/providers", NEW_PROVIDER)
        path = f"/v1/providers/{made}/clients"
        minted = await mint(client, f"{path}/{await create(client, path, NEW_CLIENT)}/tokens")
        kids.add(read(minted)[0]["kid"])
    assert len(kids) == 32


async def test_a_new_provider_is_an_issuer(client: httpx.AsyncClient) -> None:
    """A created provider's url id is the slug of its name and a suffix, and leads to its keys."""
    body = {"name": "  Ünïted & Co. ", "description": "odd"}
    made = await create(client, "/v1/providers", body)
    path = f"/v1/providers/{made}/clients"
    minted = await mint(client, f"{path}/{await create(client, path, NEW_CLIENT)}/tokens")
    _, claims = read(minted)
    url_id = claims["iss"].rpartition("/")[2]
    assert url_id.startswith("n-ted-co-")
    assert len(url_id.removeprefix("n-ted-co-")) >= 10
    answer = await client.get(DISCOVERY, headers={"Host": f"{url_id}.auth.usegrant.dev"})
    assert answer.status_code == 200
    await client.delete(f"/v1/providers/{made}")
    assert (await client.get(claims["iss"] + DISCOVERY)).status_code == 404
    answer = await client.get(DISCOVERY, headers={"Host": f"{url_id}.auth.usegrant.dev"})
    assert answer.status_code == 404


async def test_the_issuer_follows_the_domain(client: httpx.AsyncClient) -> None:
    """Verified, a domain is the issuer's name; deleted, the default one is again."""
    made = await verified(client, "Login.Example.com")
    _, claims = read(await mint(client))
    assert claims["iss"] == f"{ORIGIN}/oidc/{URL_ID}/login.example.com"
    assert (await client.get(claims["iss"] + DISCOVERY)).json()["issuer"] == claims["iss"]
    answer = await client.get(DISCOVERY, headers={"Host": "login.example.com:4600"})
    assert answer.json()["issuer"] == "https://login.example.com"
    _, forced = read(await mint(client, body={"forceDefaultDomain": True}))
    assert forced["iss"] == f"{ORIGIN}/oidc/{URL_ID}"
    await client.delete(f"{PROVIDER}/domains/{made}")
    _, after = read(await mint(client))
    assert after["iss"] == f"{ORIGIN}/oidc/{URL_ID}"
    assert (await client.get(claims["iss"] + DISCOVERY)).status_code == 404
    answer = await client.get(DISCOVERY, headers={"Host": "login.example.com"})
    assert answer.status_code == 404


async def test_the_faithful_issuer_follows_too(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """With `issuer: host` a verified domain is `iss`, unless the default one is forced."""
    await set_settings(emulator, issuer="host")
    await verified(client, "login.example.com")
    assert read(await mint(client))[1]["iss"] == "https://login.example.com"
    _, forced = read(await mint(client, body={"forceDefaultDomain": True}))
    assert forced["iss"] == f"https://{HOST}"


async def test_a_domain_is_its_providers_alone(client: httpx.AsyncClient) -> None:
    """A path issuer of one provider with another's domain is nobody's."""
    await verified(client, "login.example.com", OTHER)
    answer = await client.get(f"/oidc/{URL_ID}/login.example.com{DISCOVERY}")
    assert answer.status_code == 404
    answer = await client.get(f"/oidc/{URL_ID}/unknown.example.com{KEY_SET}")
    assert answer.status_code == 404


async def test_minted_by_one_name_verified_by_another(emulator: Emulator) -> None:
    """The host calls the server localhost, a container calls it emulator: both work together."""
    async with client_of(emulator) as host, client_of(emulator) as container:
        container.base_url = httpx.URL("http://emulator:4600")
        for client in (host, container):
            client.headers["Authorization"] = "Bearer uga_test"
        token = await mint(host)
        issuer = f"http://emulator:4600/oidc/{URL_ID}"
        keys = (await container.get(issuer + KEY_SET)).json()["keys"]
        assert read(token)[0]["kid"] in {key["kid"] for key in keys}
        for url in (issuer, f"{ORIGIN}/oidc/{URL_ID}", f"https://{HOST}"):
            trusted = await trust(container, url)
            answer = await container.post(trusted.path, json=trusted.body(token))
            assert answer.status_code == 200, answer.text


async def test_the_same_seed_makes_no_homes_meet(emulator: Emulator) -> None:
    """Sandboxes of one seed draw different url ids, fixture providers and new ones alike."""
    issuers = set()
    for name in ("one", "two"):
        await emulator.directory.create(name, seed="the same")
        async with client_of(emulator) as client:
            client.headers.update({"Authorization": "Bearer uga_test", "X-Emulator-Sandbox": name})
            made = await create(client, "/v1/providers", NEW_PROVIDER)
            path = f"/v1/providers/{made}/clients"
            new = f"{path}/{await create(client, path, NEW_CLIENT)}/tokens"
            for tokens in (TOKENS, new):
                issuers.add(read(await mint(client, tokens))[1]["iss"].rpartition("/")[2])
    assert len(issuers) == 4
