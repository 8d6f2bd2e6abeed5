"""Token defects before npm's jose, and before a server of Node's: each fails as it is named."""

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.clients.homes import Home
from tests.clients.node import Script
from tests.contract.wielding import WIELDERS

pytestmark = pytest.mark.slow

CLAIM = "ERR_JWT_CLAIM_VALIDATION_FAILED"
SIGNATURE = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
NO_KEY = "ERR_JWKS_NO_MATCHING_KEY"

# The code that jose gives, and the claim that it names.
EXPECTED: dict[str, tuple[str | None, str | None]] = {
    "expired": ("ERR_JWT_EXPIRED", "exp"),
    "not_yet_valid": (CLAIM, "nbf"),
    "bad_signature": (SIGNATURE, None),
    "tampered": (SIGNATURE, None),
    "unknown_kid": (NO_KEY, None),
    "alg_none": ("ERR_JOSE_ALG_NOT_ALLOWED", None),
    "hs256_confusion": ("ERR_JOSE_ALG_NOT_ALLOWED", None),
    "wrong_issuer": (CLAIM, "iss"),
    "wrong_type": (CLAIM, "typ"),
    "truncated": ("ERR_JWS_INVALID", None),
    "missing_claim:jti": (CLAIM, "jti"),
    "missing_claim:exp": (CLAIM, "exp"),
    "revoked": (None, None),
}


@pytest.fixture(scope="module")
def script() -> Iterator[Script]:
    """Node with jose."""
    made = Script("defects.mjs")
    yield made
    made.close()


def mint(home: Home, provider: str, defect: str | None = None) -> str:
    """A token without ceremony."""
    asked = {"provider": provider, **({"defect": defect} if defect else {})}
    token: str = home.control("POST", "/tokens", asked)["token"]
    return token


def verify(script: Script, home: Home, provider: str, token: str) -> tuple[Any, Any]:
    """What jose has against a token: its code, and the claim."""
    whole = jwt.decode(mint(home, provider), options={"verify_signature": False})
    # Of zerohash's two sizes the one in use: a token without kid must find one key alone.
    issuer = home.provider_id if provider == "usegrant" else provider
    told = script.ask(
        token=token,
        jwks=f"{home.server}/_emulator/sandboxes/{home.sandbox}/jwks/{provider}.json?issuer={issuer}",
        issuer=whole["iss"],
        audience=whole.get("aud"),
        typ=WIELDERS[provider].type,
        required=["exp", "jti"],
    )
    return told.get("error"), told.get("claim")


@pytest.mark.parametrize("provider", WIELDERS)
def test_jose_refuses_each_by_its_name(script: Script, home: Home, provider: str) -> None:
    """A whole token passes; a broken one fails for exactly what is broken."""
    assert verify(script, home, provider, mint(home, provider)) == (None, None)
    for defect, expected in EXPECTED.items():
        found = verify(script, home, provider, mint(home, provider, defect))
        assert found == expected, defect
    foreign = verify(script, home, provider, mint(home, provider, "foreign"))
    assert foreign == ((NO_KEY if provider == "usegrant" else SIGNATURE), None)
    audience = verify(script, home, provider, mint(home, provider, "wrong_audience"))
    # jose asks for an audience only where it was told one: zerohash's tokens have none.
    assert audience == ((None, None) if provider == "zerohash" else (CLAIM, "aud"))


@pytest.mark.parametrize("provider", [*WIELDERS, "hyperswitch"])
def test_node_does_not_read_an_oversized_token(script: Script, home: Home, provider: str) -> None:
    """Its limit for headers is 16 KB: 431, before any code of the server's runs."""
    assert script.ask(token=mint(home, provider))["status"] == 200
    assert script.ask(token=mint(home, provider, "oversized"))["status"] == 431
