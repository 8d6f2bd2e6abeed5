"""Key rotation through the control API: with overlap, and abrupt."""

import httpx
import jwt
import pytest

from emulator.app import Emulator
from tests.providers.usegrant.calls import (
    ORIGIN,
    OTHER,
    OTHER_TOKENS,
    SAMPLE,
    URL_ID,
    create,
    mint,
    read,
    trust,
    view_of,
)

pytestmark = pytest.mark.anyio

ROTATE = "/_emulator/sandboxes/default/keys/usegrant/rotate"
KEY_SET = f"/oidc/{URL_ID}/.well-known/jwks"


async def turn(client: httpx.AsyncClient, **body: object) -> httpx.Response:
    """One step of a rotation."""
    return await client.post(ROTATE, json=body)


async def kids(client: httpx.AsyncClient, path: str = KEY_SET) -> list[str]:
    """What an issuer publishes."""
    return [key["kid"] for key in (await client.get(path)).json()["keys"]]


async def test_a_rotation_with_overlap(client: httpx.AsyncClient) -> None:
    """Published ahead, activated, overlapping, retired: at each step what should passes does."""
    trusted = await trust(client, f"{ORIGIN}/oidc/{URL_ID}")
    old_token = await mint(client)
    old = read(old_token)[0]["kid"]

    ahead = (await turn(client, step="publish")).json()
    assert ahead["issuer"] == SAMPLE
    assert ahead["active"] == old == ahead["keys"][0]["kid"]
    new = ahead["keys"][1]["kid"]
    assert await kids(client) == [old, new]
    assert read(await mint(client))[0]["kid"] == old

    assert (await turn(client, step="activate")).json()["active"] == new
    new_token = await mint(client)
    assert read(new_token)[0]["kid"] == new
    for token in (old_token, new_token):
        assert (await client.post(trusted.path, json=trusted.body(token))).status_code == 200

    retired = (await turn(client, step="retire")).json()
    assert [key["kid"] for key in retired["keys"]] == [new] == await kids(client)
    assert set(retired["keys"][0]) == {"kty", "use", "alg", "kid", "n", "e"}
    assert (await client.post(trusted.path, json=trusted.body(new_token))).status_code == 200
    answer = await client.post(trusted.path, json=trusted.body(old_token))
    assert answer.status_code == 400
    assert "publishes now" in answer.headers["X-Emulator-Hint"]


async def test_the_key_sets_tag_changes_with_it(client: httpx.AsyncClient) -> None:
    """Who has the set of before the rotation is given the new one."""
    tag = (await client.get(KEY_SET)).headers["ETag"]
    await turn(client)
    answer = await client.get(KEY_SET, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert len(answer.json()["keys"]) == 2


async def test_an_abrupt_rotation(client: httpx.AsyncClient) -> None:
    """All at once: the old key is gone, and with it all that it signed."""
    before = await kids(client)
    token = await mint(client)
    await turn(client, step="abrupt")
    after = await kids(client)
    assert len(after) == 1
    assert after != before
    keys = (await client.get(KEY_SET)).json()["keys"]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            token, jwt.PyJWK(keys[0]).key, algorithms=["RS256"], audience="sts.amazonaws.com"
        )


@pytest.mark.parametrize(
    "issuer", [OTHER, "other-auth-app-fake00000002", f"{ORIGIN}/oidc/other-auth-app-fake00000002"]
)
async def test_an_issuer_may_be_named(client: httpx.AsyncClient, issuer: str) -> None:
    """By id, url id or URL; no other issuer's keys change."""
    mine, other = await kids(client), read(await mint(client, OTHER_TOKENS))[0]["kid"]
    answer = await turn(client, issuer=issuer, step="abrupt")
    assert answer.json()["issuer"] == OTHER
    assert answer.json()["active"] != other
    assert await kids(client) == mine
    shown = await client.get(
        "/_emulator/sandboxes/default/jwks/usegrant.json", params={"issuer": issuer}
    )
    assert shown.json() == {"keys": answer.json()["keys"]}


async def test_what_is_impossible_is_a_problem(client: httpx.AsyncClient) -> None:
    """Unknown issuers, steps and providers, and a step too early, are told and change nothing."""
    before = await kids(client)
    assert (await turn(client, issuer="nobody")).status_code == 404
    assert (await turn(client, step="sideways")).status_code == 400
    early = await turn(client, step="activate")
    assert early.status_code == 409
    assert "publish another first" in early.json()["detail"]
    assert (await client.post(ROTATE.replace("usegrant", "nobody"))).status_code == 404
    assert await kids(client) == before


async def test_all_issuers_keys_are_shown(client: httpx.AsyncClient) -> None:
    """The sandbox's key set has every issuer's keys, the first provider's active one first."""
    await turn(client)
    shown = (await client.get("/_emulator/sandboxes/default/jwks/usegrant.json")).json()["keys"]
    assert shown[0]["kid"] == read(await mint(client))[0]["kid"]
    assert len(shown) == 3


async def test_a_reset_brings_the_first_keys_back(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """With the world its issuers' keys are as they were."""
    before = await kids(client)
    await turn(client, step="abrupt")
    await client.post("/_emulator/sandboxes/default/reset")
    assert await kids(client) == before
    made = await create(client, "/v1/providers", {"name": "Acme", "description": "x"})
    await turn(client, issuer=made)
    await client.delete(f"/v1/providers/{made}")
    assert not any(made in issuer.name for issuer in view_of(emulator).state.keyrings._rings)


async def test_zerohash_rotates_too(client: httpx.AsyncClient) -> None:
    """The one issuer of zerohash goes the same steps, with keys of the size in use."""
    path = "/_emulator/sandboxes/default"
    before = (await client.get(f"{path}/jwks/zerohash.json")).json()["keys"]
    answer = await client.post(f"{path}/keys/zerohash/rotate", json={})
    assert answer.json()["issuer"] == "zerohash"
    after = (await client.get(f"{path}/jwks/zerohash.json")).json()["keys"]
    assert after[0]["kid"] == answer.json()["active"]
    assert {key["kid"] for key in before} < {key["kid"] for key in after}
    minted = await client.post(f"{path}/tokens", json={"provider": "zerohash"})
    jwt.decode(
        minted.json()["token"],
        jwt.PyJWK(after[0]).key,
        algorithms=["RS256"],
        options={"verify_aud": False},
    )
