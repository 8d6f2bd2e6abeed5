"""Every defect of every JWT provider: a verifier refuses it by its name, and so does the house."""

import json

import httpx
import jwt
import pytest

from emulator.core.defects import DEFECTS, MISSING_CLAIM
from tests.contract.expecting import EXPECTED
from tests.contract.wielding import (
    CONTROL,
    WIELDERS,
    find_record,
    introspect,
    verify,
)

pytestmark = pytest.mark.anyio


# By whom another sandbox's token is told: its key is not the one of that kid, or has another kid.
FOREIGN = {
    "zerohash": "InvalidSignatureError",
    "highnote": "InvalidSignatureError",
    "usegrant": "kid",
}

each = pytest.mark.parametrize("provider", WIELDERS)
each_defect = pytest.mark.parametrize("defect", EXPECTED)


async def arm(client: httpx.AsyncClient, provider: str, **then: object) -> None:
    """A rule on what mints."""
    operation = f"{provider}.{WIELDERS[provider].operation}"
    fault = {"operation": operation, "then": then}
    answer = await client.post(f"{CONTROL}/faults", json=fault)
    assert answer.status_code == 201, answer.text


def test_all_are_expected() -> None:
    """No defect is without a row here."""
    assert {name for name in EXPECTED if ":" not in name} == set(DEFECTS)


@each
async def test_a_whole_token_passes(client: httpx.AsyncClient, provider: str) -> None:
    """Without a defect nobody has anything against it: so what follows is the defects' doing."""
    token = await WIELDERS[provider].mint(client, {})
    assert await verify(client, provider, token) is None
    assert (await introspect(client, token))["active"]
    assert "defect" not in await find_record(client)
    used = await WIELDERS[provider].use(client, token)
    assert used.is_success, used.text


@each
@each_defect
async def test_a_verifier_refuses_it_by_its_name(
    client: httpx.AsyncClient, provider: str, defect: str
) -> None:
    """By a rule: for exactly that reason; the book says what it did."""
    await arm(client, provider, token=defect)
    token = await WIELDERS[provider].mint(client, {})
    expected = EXPECTED[defect].verifier
    if defect == "foreign":
        expected = FOREIGN[provider]
    assert await verify(client, provider, token) == expected
    record = await find_record(client)
    assert (record["defect"], record["status"]) == (defect, EXPECTED[defect].status)
    assert record["token"] == token


@each
@each_defect
async def test_the_emulator_refuses_it(
    client: httpx.AsyncClient, provider: str, defect: str
) -> None:
    """Introspection says why; what consumes the token says no, as the provider does."""
    asked = {"provider": provider, "defect": defect}
    answer = await client.post(f"{CONTROL}/tokens", json=asked)
    assert answer.status_code == 201, answer.text
    token = answer.json()["token"]
    told = await introspect(client, token)
    assert (told["active"], told["reason"]) == (False, EXPECTED[defect].reason)
    used = await WIELDERS[provider].use(client, token)
    if provider == "zerohash" and defect in {"expired", "not_yet_valid", "revoked"}:
        assert used.status_code == 204  # it is a right token that has ended: revoking may follow
    elif provider == "highnote":
        assert used.status_code == 401
        assert used.json()["errors"][0]["message"] == "Unauthorized"
    else:
        assert used.status_code in {400, 404}
        assert used.headers["x-emulator-hint"]


NAMELESS = ("truncated", "missing_claim:jti", "oversized")


@each
@pytest.mark.parametrize("defect", [name for name in EXPECTED if name not in NAMELESS])
async def test_introspection_names_the_defect(
    client: httpx.AsyncClient, provider: str, defect: str
) -> None:
    """Whenever the token says which it is."""
    token = await WIELDERS[provider].mint(client, {"X-Emulator-Fault": f'token="{defect}"'})
    assert (await introspect(client, token))["detail"].endswith(f"asked for: {defect}.")


@each
async def test_a_sequence_takes_turns(client: httpx.AsyncClient, provider: str) -> None:
    """One is broken, the next is not."""
    steps = [{"token": "alg_none"}, "pass", {"token": "wrong_type"}]
    await arm(client, provider, sequence=steps)
    tokens = [await WIELDERS[provider].mint(client, {}) for _ in range(4)]
    found = [await verify(client, provider, token) for token in tokens]
    assert found == ["InvalidAlgorithmError", None, "typ", None]


@each
async def test_the_text_is_derived(client: httpx.AsyncClient, provider: str) -> None:
    """The same record, the same text, whenever it is asked for."""
    for defect in EXPECTED:
        token = await WIELDERS[provider].mint(client, {"X-Emulator-Fault": f'token="{defect}"'})
        assert (await find_record(client))["token"] == token
        assert (await find_record(client))["token"] == token


@each
async def test_confusion_is_real(client: httpx.AsyncClient, provider: str) -> None:
    """Who lets the token choose its algorithm takes these: so they are worth refusing."""
    wielder = WIELDERS[provider]
    asked = {"issuer": wielder.issuer} if provider == "usegrant" else {}
    keys = (await client.get(f"{CONTROL}/jwks/{provider}.json", params=asked)).json()["keys"]
    key = jwt.PyJWK(keys[0]).key
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    token = await wielder.mint(client, {"X-Emulator-Fault": "token=hs256_confusion"})
    signed, _, signature = token.rpartition(".")
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    raw = jwt.utils.base64url_decode(signature)
    assert algorithm.verify(signed.encode(), pem, raw)
    unsigned = await wielder.mint(client, {"X-Emulator-Fault": "token=alg_none"})
    claims = jwt.decode(unsigned, options={"verify_signature": False})
    assert claims["iss"] == wielder.issuer
    assert unsigned.endswith(".")


@each
async def test_a_foreign_token_is_right_elsewhere(client: httpx.AsyncClient, provider: str) -> None:
    """Another key's signature holds, and it names another home."""
    wielder = WIELDERS[provider]
    own = await wielder.mint(client, {})
    token = await wielder.mint(client, {"X-Emulator-Fault": "token=foreign"})
    one, other = (jwt.decode(t, options={"verify_signature": False}) for t in (own, token))
    assert one.keys() == other.keys()
    home = {"zerohash": "platform_code", "highnote": "org", "usegrant": "iss"}[provider]
    assert one[home] != other[home]
    told = await introspect(client, token)
    assert (told["reason"], "not one of this sandbox's" in told["detail"]) == ("foreign", True)


@each
async def test_oversized_breaks_the_limits_of_servers(
    client: httpx.AsyncClient, provider: str
) -> None:
    """Longer than Node's 16 KB for all headers, and than nginx's and Tomcat's 8."""
    token = await WIELDERS[provider].mint(client, {"X-Emulator-Fault": "token=oversized"})
    assert 16_384 < len(token) < 32_768


@each
async def test_not_yet_valid_becomes_valid(client: httpx.AsyncClient, provider: str) -> None:
    """When its time comes it is as good as any."""
    clock = {"mode": "frozen", "at": "2030-01-01T00:00:00Z"}
    await client.put(f"{CONTROL}/clock", json=clock)
    token = await WIELDERS[provider].mint(client, {"X-Emulator-Fault": "token=not_yet_valid"})
    for by, reason in (("3599s", "not_yet_valid"), ("1s", None), ("2h", "expired")):
        await client.post(f"{CONTROL}/clock/advance", json={"by": by})
        assert (await introspect(client, token)).get("reason") == reason


@each
async def test_what_tokens_do_not_have_can_not_be_missing(
    client: httpx.AsyncClient, provider: str
) -> None:
    """Refused at every door, with the claims that there are."""
    operation = f"{provider}.{WIELDERS[provider].operation}"
    fault = {"operation": operation, "then": {"token": f"{MISSING_CLAIM}nope"}}
    answer = await client.post(f"{CONTROL}/faults", json=fault)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "/then/token"
    asked = {"provider": provider, "defect": f"{MISSING_CLAIM}nope"}
    answer = await client.post(f"{CONTROL}/tokens", json=asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "/defect"
    assert (await client.get(f"{CONTROL}/tokens")).json()["items"] == []


@each
async def test_each_claim_can_be_missing(client: httpx.AsyncClient, provider: str) -> None:
    """The one that is named, and no other; the emulator knows of it each time."""
    whole = jwt.decode(
        await WIELDERS[provider].mint(client, {}), options={"verify_signature": False}
    )
    for claim in whole:
        asked = f'token="{MISSING_CLAIM}{claim}"'
        token = await WIELDERS[provider].mint(client, {"X-Emulator-Fault": asked})
        claims = jwt.decode(token, options={"verify_signature": False})
        assert whole.keys() - claims.keys() == {claim}
        assert not (await introspect(client, token))["active"]
        assert json.dumps(list(claims)) == json.dumps([name for name in whole if name != claim])
