"""Verification keys."""

import httpx
import jwt
import pytest

from tests.control.answers import DEFAULT, create, mint, read, read_problem

pytestmark = pytest.mark.anyio


async def test_the_keys_verify_and_are_public(control: httpx.AsyncClient) -> None:
    """The first key is the one that signs now; none has a private member."""
    jwks = read(await control.get(f"{DEFAULT}/jwks/zerohash.json"))
    for key in jwks["keys"]:
        assert set(key) == {"kty", "n", "e", "alg", "use", "kid"}
    key = jwt.PyJWK(jwks["keys"][0]).key
    token = (await mint(control))["token"]
    assert jwt.decode(token, key, ["RS256"])["platform_code"] == "FAKE01"


async def test_the_active_key_comes_first(control: httpx.AsyncClient) -> None:
    """When the size changes, the other key comes first, and the old one stays in the set."""
    path = "/sandboxes/a/jwks/zerohash.json"
    await create(control, id="a")
    old = read(await control.get(path))["keys"]
    token = (await mint(control, "a"))["token"]
    read(await control.put("/sandboxes/a/settings", json={"zerohash": {"rsa_bits": 2048}}))
    new = read(await control.get(path))["keys"]
    assert new == old[::-1]
    assert jwt.decode(token, jwt.PyJWK(new[1]).key, ["RS256"])


async def test_unknown_providers(control: httpx.AsyncClient) -> None:
    """A provider that there isn't has no keys."""
    read_problem(await control.get(f"{DEFAULT}/jwks/zerohsh.json"), 404)
    read_problem(await control.get(f"{DEFAULT}/jwks/zerohash"), 404)
