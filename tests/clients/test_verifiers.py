"""Ordinary verifiers on a real port: PyJWT's PyJWKClient and npm's jose, through rotations."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import jwt
import pytest

from tests.clients.homes import Home
from tests.clients.node import Script

AUDIENCE = "sts.amazonaws.com"

# Older versions have no pause between two looks at the key set.
_PARAMETERS = inspect.signature(jwt.PyJWKClient).parameters
NO_PAUSE: dict[str, Any] = {"cooldown_duration": 0} if "cooldown_duration" in _PARAMETERS else {}

# None when a token verifies, else why not.
Verify = Callable[[str], str | None]


def issuer_of(token: str) -> str:
    """What a token says of where it is from."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    issuer: str = claims["iss"]
    return issuer


@contextmanager
def python(issuer: str) -> Iterator[Verify]:
    """Discovery, then PyJWKClient, which by default would not look again for 30 s."""
    document = httpx.get(f"{issuer}/.well-known/openid-configuration").json()
    assert document["issuer"] == issuer
    keys = jwt.PyJWKClient(document["jwks_uri"], **NO_PAUSE)

    def verify(token: str) -> str | None:
        try:
            key = keys.get_signing_key_from_jwt(token)
            jwt.decode(token, key, algorithms=["RS256"], audience=AUDIENCE, issuer=issuer)
        except jwt.PyJWTError as error:
            return type(error).__name__
        return None

    yield verify


@contextmanager
def node(issuer: str) -> Iterator[Verify]:
    """Discovery, then jose's createRemoteJWKSet."""
    script = Script("verify.mjs", issuer, AUDIENCE)

    def verify(token: str) -> str | None:
        error: str | None = script.ask(token=token).get("error")
        return error

    try:
        yield verify
    finally:
        script.close()


verifiers = pytest.mark.parametrize("verifier", [python, node])


@verifiers
def test_a_token_verifies(home: Home, verifier: Callable[[str], Any]) -> None:
    """From nothing but a token's issuer: discovery, key set, signature, issuer, audience, times."""
    token = home.mint()
    with verifier(issuer_of(token)) as verify:
        assert verify(token) is None
        head, claims, signature = token.split(".")
        assert verify(f"{head}.{claims}.{signature[:-4]}AAAA") is not None


@verifiers
def test_a_rotation_with_overlap_is_survived(home: Home, verifier: Callable[[str], Any]) -> None:
    """Before, ahead, after and past the overlap: no token that should pass is refused."""
    old = home.mint()
    with verifier(issuer_of(old)) as verify:
        assert verify(old) is None
        home.control("POST", "/keys/usegrant/rotate", {"step": "publish"})
        assert verify(old) is None
        home.control("POST", "/keys/usegrant/rotate", {"step": "activate"})
        new = home.mint()
        assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
        assert [verify(token) for token in (old, new, old)] == [None, None, None]
        home.control("POST", "/keys/usegrant/rotate", {"step": "retire"})
        assert verify(new) is None
        assert verify(home.mint()) is None


@verifiers
def test_an_abrupt_rotation_fails_as_in_life(home: Home, verifier: Callable[[str], Any]) -> None:
    """Tokens of before have lost their key for whoever looks at the set anew."""
    old = home.mint()
    home.control("POST", "/keys/usegrant/rotate", {"step": "abrupt"})
    with verifier(issuer_of(old)) as verify:
        assert verify(old) in {"PyJWKClientError", "ERR_JWKS_NO_MATCHING_KEY"}
        assert verify(home.mint()) is None


@verifiers
def test_anothers_token_is_refused(home: Home, verifier: Callable[[str], Any]) -> None:
    """The key set of one provider has no key for the tokens of another."""
    headers = {"Authorization": f"Bearer {home.api_key}"}
    path = "/v1/providers/00000000-0000-4000-8000-0000000000c2/clients"
    path += "/00000000-0000-4000-8000-0000000000d2/tokens"
    other = httpx.post(home.base_url + path, headers=headers).json()["accessToken"]
    with verifier(issuer_of(home.mint())) as verify:
        assert verify(other) in {"PyJWKClientError", "ERR_JWKS_NO_MATCHING_KEY"}


@verifiers
def test_a_custom_domain_verifies(home: Home, verifier: Callable[[str], Any]) -> None:
    """With a verified domain the issuer is another, and discovery goes on working."""
    headers = {"Authorization": f"Bearer {home.api_key}"}
    path = f"{home.base_url}/v1/providers/{home.provider_id}/domains"
    made = httpx.post(path, headers=headers, json={"domain": "login.example.com"}).json()
    httpx.post(f"{path}/{made['id']}/verify", headers=headers)
    token = home.mint()
    assert issuer_of(token).endswith("/login.example.com")
    with verifier(issuer_of(token)) as verify:
        assert verify(token) is None


def test_the_type_is_pinned_by_choice(home: Home) -> None:
    """A verifier that pins `at+jwt` refuses what was asked for as `jwt`."""
    token = home.mint()
    with node(issuer_of(token)) as verify:
        assert verify(home.mint(useJwtType=True)) == "ERR_JWT_CLAIM_VALIDATION_FAILED"
