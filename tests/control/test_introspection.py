"""RFC 7662 for any token, with reasons."""

import base64
import json

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from emulator.app import Emulator
from tests.control.answers import (
    DEFAULT,
    create,
    freeze,
    introspect,
    message_at,
    mint,
    read,
    read_problem,
)
from tests.signing import minting, revoking

pytestmark = pytest.mark.anyio

AT = "2030-01-01T00:00:00Z"


def b64(value: object) -> str:
    """JSON as a part of a token."""
    raw = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def tamper(token: str, **claims: object) -> str:
    """A token with other claims and the old signature."""
    header, _, signature = token.split(".")
    read = jwt.decode(token, options={"verify_signature": False})
    return ".".join((header, b64({**read, **claims}), signature))


async def test_an_active_token(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A token that the provider minted is active, with the members of RFC 7662."""
    token = read(await client.request(**minting()), 201)["message"]["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert await introspect(control, token) == {
        "active": True,
        "jti": claims["jti"],
        "provider": "zerohash",
        "kind": "client_auth_token",
        "sub": "CUST01",
        "scope": "crypto-buy",
        "exp": claims["exp"],
        "iat": claims["exp"] - 3600,
        "iss": claims["iss"],
    }


async def test_asking_leaves_no_trace(control: httpx.AsyncClient, emulator: Emulator) -> None:
    """Introspection appends nothing and is no call of the provider's."""
    token = (await mint(control))["token"]
    sandbox = await emulator.directory.open("default")
    before = sandbox._head
    await introspect(control, token)
    assert sandbox._head == before
    assert read(await control.get(f"{DEFAULT}/calls"))["items"] == []


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b",
        "a.b.c",
        "..",
        "\u00e9.\u00e9.\u00e9",
        "a" * 9000,
        f"{b64([])}.{b64({})}.x",
        f"{b64({'alg': 'RS256'})}.{b64('x')}.xx",
    ],
)
async def test_what_is_no_token(control: httpx.AsyncClient, token: str) -> None:
    """Whatever is no JWT has no good signature; the detail says what is wrong with it."""
    found = await introspect(control, token)
    assert (found["active"], found["reason"]) == (False, "signature")
    assert "no JWT" in found["detail"]


async def test_tampered_claims(control: httpx.AsyncClient) -> None:
    """Changed claims break the signature, and the changed ones are named."""
    token = (await mint(control))["token"]
    found = await introspect(control, tamper(token, exp=9_999_999_999, more=1))
    assert set(found) == {"active", "reason", "detail"}
    assert (found["active"], found["reason"]) == (False, "signature")
    assert "exp, more" in found["detail"]


async def test_tampered_signature(control: httpx.AsyncClient) -> None:
    """A changed signature is told apart from changed claims."""
    head, _, signature = (await mint(control))["token"].rpartition(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    found = await introspect(control, f"{head}.{flipped}")
    assert found["reason"] == "signature"
    assert "claims are as they were minted" in found["detail"]


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", None])
async def test_other_algorithms(control: httpx.AsyncClient, algorithm: str | None) -> None:
    """The algorithm is not the token's to choose."""
    record = await mint(control)
    signature = record["token"].rpartition(".")[2]
    header = b64({"typ": "JWT", **({"alg": algorithm} if algorithm else {})})
    found = await introspect(control, f"{header}.{b64(record['claims'])}.{signature}")
    assert found["reason"] == "signature"
    assert "RS256" in found["detail"]


async def test_a_stranger_s_key(control: httpx.AsyncClient) -> None:
    """A token that none of the pool's keys signed is minted elsewhere."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    found = await introspect(control, jwt.encode({"jti": "x"}, key, "RS256"))
    assert found["reason"] == "signature"
    assert "elsewhere" in found["detail"]


async def test_a_foreign_sandbox(control: httpx.AsyncClient) -> None:
    """Another sandbox's token is foreign here, and active there."""
    await create(control, id="a")
    record = await mint(control, "a")
    found = await introspect(control, record["token"])
    assert (found["active"], found["reason"]) == (False, "foreign")
    assert record["claims"]["platform_code"] in found["detail"]
    assert (await introspect(control, record["token"], "a"))["active"]


async def test_foreign_with_a_jti_that_is_known_here(control: httpx.AsyncClient) -> None:
    """Equal seeds give equal jtis; the token is foreign all the same."""
    for name in ("a", "b"):
        await create(control, id=name, seed="same")
    mine, theirs = await mint(control, "a"), await mint(control, "b")
    assert mine["jti"] == theirs["jti"]
    assert (await introspect(control, theirs["token"], "a"))["reason"] == "foreign"
    read(await control.put("/sandboxes/b/settings", json={"zerohash": {"rsa_bits": 2048}}))
    small = await mint(control, "b")
    await mint(control, "a")
    assert (await introspect(control, small["token"], "a"))["reason"] == "foreign"


async def test_foreign_by_its_own_words(control: httpx.AsyncClient) -> None:
    """A token that says it comes from elsewhere does, even if it was minted here."""
    token = (await mint(control, claims={"platform_code": "OTHER1"}))["token"]
    assert (await introspect(control, token))["reason"] == "foreign"


async def test_unknown_after_a_reset(control: httpx.AsyncClient) -> None:
    """Good signature, right home, but not in the book: unknown."""
    token = (await mint(control))["token"]
    read(await control.post(f"{DEFAULT}/reset"))
    found = await introspect(control, token)
    assert (found["active"], found["reason"]) == (False, "unknown")
    assert "earlier run" in found["detail"]


async def test_unknown_with_other_claims(control: httpx.AsyncClient) -> None:
    """A jti that was drawn again after a reset does not make the old token good."""
    await freeze(control, AT)
    old = await mint(control)
    read(await control.post(f"{DEFAULT}/reset"))
    await freeze(control, "2030-01-01T00:00:10Z")
    assert (await mint(control))["jti"] == old["jti"]
    found = await introspect(control, old["token"])
    assert found["reason"] == "unknown"
    assert found["detail"].endswith("other claims: exp.")


async def test_unknown_without_a_jti(control: httpx.AsyncClient, emulator: Emulator) -> None:
    """A token of the pool's keys that has no jti was not minted here."""
    key = emulator.services.keys.private("public-test-key-rsa2048-01")
    found = await introspect(control, jwt.encode({"platform_code": "FAKE01"}, key, "RS256"))
    assert found["reason"] == "unknown"
    assert "no jti" in found["detail"]


async def test_revoked(control: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    """A token that its platform revoked."""
    token = read(await client.request(**minting()), 201)["message"]["token"]
    assert (await client.request(**revoking(token))).status_code == 204
    found = await introspect(control, token)
    assert (found["active"], found["reason"], found["detail"]) == (
        False,
        "revoked",
        "It was revoked.",
    )


async def test_expired_by_the_clock(control: httpx.AsyncClient) -> None:
    """A token ends at `exp` to the second, with no leeway; the detail says how long ago."""
    await freeze(control, AT)
    token = (await mint(control, lifetime=60))["token"]
    read(await control.post(f"{DEFAULT}/clock/advance", json={"by": "59.999s"}))
    assert (await introspect(control, token))["active"]
    read(await control.post(f"{DEFAULT}/clock/advance", json={"by": "1ms"}))
    assert (await introspect(control, token))["reason"] == "expired"
    read(await control.post(f"{DEFAULT}/clock/advance", json={"by": "312s"}))
    found = await introspect(control, token)
    assert found["detail"] == "It expired 312 s ago on the sandbox's clock."


async def test_expired_ahead_of_time(control: httpx.AsyncClient) -> None:
    """A token that was made to expire says so."""
    record = await mint(control)
    read(await control.post(f"{DEFAULT}/tokens/{record['jti']}/expire"))
    found = await introspect(control, record["token"])
    assert found["reason"] == "expired"
    assert "ahead of its time" in found["detail"]


async def test_revoked_comes_before_expired(control: httpx.AsyncClient) -> None:
    """Of two ends the first in the documented order is told."""
    await freeze(control, AT)
    record = await mint(control, lifetime=60)
    read(await control.post(f"{DEFAULT}/tokens/{record['jti']}/revoke"))
    read(await control.post(f"{DEFAULT}/clock/advance", json={"by": "1h"}))
    assert (await introspect(control, record["token"]))["reason"] == "revoked"


async def test_a_module_that_it_opens(control: httpx.AsyncClient) -> None:
    """With a module the answer says whether the token opens it."""
    token = (await mint(control))["token"]
    found = await introspect(control, token, module="crypto-buy")
    assert (found["active"], found["opens"]) == (True, True)
    assert "reason" not in found


async def test_a_module_that_it_lacks_the_permission_for(control: httpx.AsyncClient) -> None:
    """The token is good, and does not open the module; the permission is named."""
    token = (await mint(control))["token"]
    found = await introspect(control, token, module="fund")
    assert (found["active"], found["opens"], found["reason"]) == (True, False, "permission")
    assert "fwc" in found["detail"]


@pytest.mark.parametrize("action", ["revoke", "expire"])
async def test_an_ended_token_opens_nothing(control: httpx.AsyncClient, action: str) -> None:
    """The end is told before the missing permission."""
    record = await mint(control)
    read(await control.post(f"{DEFAULT}/tokens/{record['jti']}/{action}"))
    for module in ("crypto-buy", "fund"):
        found = await introspect(control, record["token"], module=module)
        assert (found["active"], found["opens"], found["reason"]) == (False, False, f"{action}d")


@pytest.mark.parametrize("token", ["good", "x"])
async def test_unknown_modules(control: httpx.AsyncClient, token: str) -> None:
    """A module that there isn't is refused with the names, whatever the token."""
    text = (await mint(control))["token"] if token == "good" else token
    body = {"token": text, "module": "crypto-by"}
    response = await control.post(f"{DEFAULT}/introspect", json=body)
    assert "crypto-buy" in message_at(read_problem(response, 400, "/module"), "/module")


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "/token"), ({"token": 1}, "/token"), ({"token": "x", "modul": "pay"}, "/modul")],
)
async def test_bad_bodies(control: httpx.AsyncClient, body: object, path: str) -> None:
    """The token is a text, and there is nothing else to say but the module."""
    read_problem(await control.post(f"{DEFAULT}/introspect", json=body), 400, path)
