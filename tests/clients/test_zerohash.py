"""A client written from zerohash's pages against a live server, and what its SDKs check."""

import base64
import json
import re
import time
from collections.abc import Iterator

import httpx
import jwt
import pytest

from emulator.providers.zerohash.tokens import issuer_keys
from tests.clients.zerohash_client import ZerohashClient, ZerohashError
from tests.live import Live
from tests.signing import PRIMARY, READ

SEGMENT = re.compile(r"[A-Za-z0-9_-]+")


@pytest.fixture
def client(live: Live) -> Iterator[ZerohashClient]:
    """A client of the platform of the fixtures."""
    with ZerohashClient(f"{live.origin}/zerohash", *PRIMARY) as made:
        yield made


def opens_in_android(token: str, now: float) -> bool:
    """What the Android SDK asks of a token before it opens anything, by its published code."""
    if not token.strip():
        return False
    segments = token.split(".")
    if len(segments) != 3 or not all(SEGMENT.fullmatch(segment) for segment in segments):
        return False
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in segments[:2]
    )
    if str(header["alg"]).lower() == "none":
        return False
    expires_at = claims.get("exp", 0)
    return not (expires_at > 0 and now > expires_at + 30)


def test_mint_and_verify(live: Live, client: ZerohashClient) -> None:
    """A token minted over the wire verifies with the pool's public key, in PyJWT, as RS256."""
    minted = client.mint(participant_code="CUST01", permissions=["fwc"])
    sandbox = live.emulator.directory.get("default")
    assert sandbox is not None
    key = live.emulator.services.keys.public(issuer_keys(sandbox.view())[0])
    claims = jwt.decode(minted["token"], key, algorithms=["RS256"])
    assert claims["participant_code"] == "CUST01"
    assert 3590 <= claims["exp"] - time.time() <= 3600
    assert claims["payload"]["deposit_intent_id"] == minted["deposit_intent_id"]
    with pytest.raises(jwt.MissingRequiredClaimError):
        jwt.decode(minted["token"], key, algorithms=["RS256"], options={"require": ["iat"]})


@pytest.mark.parametrize("permission", ["fwc", "crypto-withdrawals", "onboarding"])
def test_the_native_shells_open(client: ZerohashClient, permission: str) -> None:
    """Every token passes what the mobile SDKs check, and stops passing when it has expired."""
    token = client.mint(participant_code="CUST01", permissions=[permission])["token"]
    assert opens_in_android(token, time.time())
    assert token  # all that iOS asks
    assert not opens_in_android(token, time.time() + 3631)


def test_the_check_itself_refuses() -> None:
    """What the shells refuse is refused by the check above: else it would prove nothing."""
    none = base64.urlsafe_b64encode(b'{"alg":"None"}').decode().rstrip("=")
    rs256 = base64.urlsafe_b64encode(b'{"alg":"RS256"}').decode().rstrip("=")
    assert opens_in_android(f"{rs256}.e30.c2ln", 0)
    for token in ("", "a.b", f"{none}.e30.c2ln", f"{rs256}.e30.", f"{rs256}.e3+.c2ln"):
        assert not opens_in_android(token, 0)


def test_revoke(client: ZerohashClient) -> None:
    """Revoked, and again: no body either time."""
    token = client.mint(participant_code="CUST01", permissions=["crypto-buy"])["token"]
    client.revoke(token)
    client.revoke(token)


def test_participants(client: ZerohashClient) -> None:
    """A list by filter, one by email, a new one, and a token for it."""
    assert [p["participant_code"] for p in client.participants(status="locked")] == [
        "CUST05",
        "CUST06",
    ]
    assert client.participants(email="jane.doe@example.com")[0]["participant_code"] == "CUST01"
    found = client.call("GET", "/participants/jane.doe@example.com")
    assert found["message"]["participant_code"] == "CUST01"
    created = client.call(
        "POST",
        "/participants/customers/new",
        {
            "first_name": "Zoë",
            "last_name": "Müller",
            "email": "zoe.mueller@example.com",
            "address_one": "1 Main St.",
            "city": "Chicago",
            "jurisdiction_code": "US-IL",
            "date_of_birth": "1985-09-02",
            "citizenship_code": "US",
            "kyc": "pass",
            "kyc_timestamp": 1603378501286,
            "sanction_screening": "pass",
            "sanction_screening_timestamp": 1603378501286,
        },
    )["message"]
    assert created["first_name"] == "Zoë"
    assert client.mint(participant_code=created["participant_code"], permissions=["fwc"])["token"]


def test_refusals_in_every_envelope(live: Live, client: ZerohashClient) -> None:
    """A client that reads all envelopes understands each refusal."""
    with pytest.raises(ZerohashError) as caught:
        client.mint(participant_code="CUST01", permissions=["fund"])
    assert caught.value.status == 400
    assert caught.value.texts == ["body/permissions/0 must be equal to one of the allowed values"]
    with pytest.raises(ZerohashError) as caught:
        client.mint(participant_code="NOBODY", permissions=["fwc"])
    assert (caught.value.status, caught.value.texts) == (404, ["Not Found"])
    with (
        ZerohashClient(f"{live.origin}/zerohash", *READ) as reader,
        pytest.raises(ZerohashError) as caught,
    ):
        reader.mint(participant_code="CUST01", permissions=["fwc"])
    assert caught.value.status == 403
    assert "write permission" in caught.value.texts[0]


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("/zerohash", None),
        ("", None),
        ("", "api.cert.zerohash.com"),
        ("", "api.zerohash.eu:443"),
        ("/_s/a-test/zerohash", None),
    ],
)
def test_every_address(live: Live, base: str, host: str | None) -> None:
    """By prefix, at the root, by the provider's own host, in a sandbox of its own."""
    with ZerohashClient(f"{live.origin}{base}", *PRIMARY) as client:
        if host is not None:
            client._http.headers["Host"] = host
        assert client.mint(participant_code="CUST01", permissions=["crypto-buy"])["token"]


def test_a_secret_that_is_not_decoded(live: Live) -> None:
    """The mistake of published samples is refused, and the header names it."""
    undecoded = base64.b64encode(PRIMARY.secret.encode()).decode()
    wrong = PRIMARY._replace(secret=undecoded)
    hints: list[str] = []
    with ZerohashClient(f"{live.origin}/zerohash", *wrong) as client:
        client._http.event_hooks = {
            "response": [lambda answer: hints.append(answer.headers.get("x-emulator-hint", ""))]
        }
        with pytest.raises(ZerohashError) as caught:
            client.mint(participant_code="CUST01", permissions=["fwc"])
    assert (caught.value.status, caught.value.texts) == (403, ["Invalid signature"])
    assert "not base64-decoded" in hints[0]


def test_odd_headers_on_the_wire(live: Live) -> None:
    """Long and ill-encoded headers are answered by the server, not by a fault of it."""
    for value in (b"x" * 50_000, b"\xff\xfe", b"a, b"):
        for name in (b"X-SCX-API-KEY", b"X-SCX-PASSPHRASE", b"X-SCX-SIGNED", b"X-SCX-TIMESTAMP"):
            answer = httpx.post(
                f"{live.origin}/zerohash/client_auth_token", headers={name: value}, content=b"{}"
            )
            assert answer.status_code == 403
