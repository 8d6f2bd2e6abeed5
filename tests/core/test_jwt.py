import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.jwt import (
    MAX_UNVERIFIED,
    MalformedToken,
    b64,
    encode_header,
    is_signed_by,
    parse_token,
    sign_token,
)
from emulator.core.keys import KeyPool
from emulator.core.tokens import Token
from emulator.shipped import shipped_fixtures
from tests.core.toys import grant

POOL = KeyPool(shipped_fixtures() / "keys")
SMALL = POOL.by_bits[2048][0]
OTHER = POOL.by_bits[2048][1]
BIG = POOL.by_bits[4096][0]
TOKEN = Token("jti-1", 2_000_000_000, grant(claims='{"exp":null,"jti":null,"who":"ann"}'))


def seal(header: object, claims: object, signature: bytes = b"x") -> str:
    """A token of any header and claims."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    return b".".join([*(b64(part) for part in parts), b64(signature)]).decode()


@pytest.mark.parametrize("name", [SMALL, BIG])
def test_pyjwt_verifies_what_we_sign(name: str) -> None:
    """A token signed here is one for a verifier that shares no code with us."""
    text = sign_token(TOKEN, POOL.private(name))
    claims = jwt.decode(text, POOL.public(name), algorithms=["RS256"])
    assert claims == {"exp": 2_000_000_000, "jti": "jti-1", "who": "ann"}
    assert jwt.get_unverified_header(text) == {"alg": "RS256", "typ": "JWT"}


def test_the_header_is_the_grants_byte_for_byte() -> None:
    """Members and their order are the provider's, kid or none."""
    token = Token("jti-1", 1, grant(header='{"typ":"at+jwt","kid":"1","alg":"RS256"}'))
    first = sign_token(token, POOL.private(SMALL)).partition(".")[0]
    raw = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    assert raw == b'{"typ":"at+jwt","kid":"1","alg":"RS256"}'
    assert encode_header("{}") == b"e30"


def test_the_same_record_gives_the_same_text() -> None:
    """A text is derived, so it can be told again: RS256 is deterministic."""
    assert sign_token(TOKEN, POOL.private(SMALL)) == sign_token(TOKEN, POOL.private(SMALL))


def test_what_was_signed_parses_and_verifies() -> None:
    """Our own reading agrees with our writing, and only the right key's signature holds."""
    token = parse_token(sign_token(TOKEN, POOL.private(SMALL)))
    assert token.claims == TOKEN.claims()
    assert token.header == {"alg": "RS256", "typ": "JWT"}
    assert is_signed_by(token, POOL.public(SMALL))
    assert not is_signed_by(token, POOL.public(OTHER))
    assert not is_signed_by(token, POOL.public(BIG))


CLAIMS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text().filter(lambda name: name not in {"exp", "jti"}), CLAIMS))
def test_any_claims_come_back(claims: dict[str, Any]) -> None:
    """Whatever JSON the claims hold, PyJWT and we read what was meant."""
    token = Token("j", 2_000_000_000, grant(claims=json.dumps(claims), fills=("jti", "exp")))
    text = sign_token(token, POOL.private(SMALL))
    expected = {**claims, "jti": "j", "exp": 2_000_000_000}
    assert parse_token(text).claims == expected
    options: Any = {"verify_iat": False, "verify_nbf": False, "verify_sub": False}
    options |= {"verify_aud": False, "verify_iss": False}
    assert jwt.decode(text, POOL.public(SMALL), algorithms=["RS256"], options=options) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "does not have three parts"),
        ("a.b", "does not have three parts"),
        ("a.b.c.d", "does not have three parts"),
        ("...", "does not have three parts"),
        ("..", "not base64url"),
        ("e30.e30.a+b", "not base64url"),
        ("e30.e30.e30=", "not base64url"),
        ("e30.e30.e30\n", "not base64url"),
        (" e30.e30.e30", "not base64url"),
        ("e30.e30.aaaaa", "not base64url"),
        ("e30.e.e30", "not base64url"),
        ("e30.\ud800.e30", "not base64url"),
        ("e30.\u00e9\u00e9.e30", "not base64url"),
        (seal([], {}), "header that is not a JSON object"),
        (seal("x", {}), "header that is not a JSON object"),
        (seal({}, []), "claims that are not a JSON object"),
        (seal({}, None), "claims that are not a JSON object"),
        ("e30.e30x.e30", "claims that are not a JSON object"),
        ("_w.e30.e30", "header that is not a JSON object"),
        (f"e30.{b64(b'{' + bytes(5)).decode()}.e30", "claims that are not a JSON object"),
        (f"e30.{b64(b'[' * 4000).decode()}.e30", "claims that are not a JSON object"),
        ("x" * (MAX_UNVERIFIED + 1), f"is longer than {MAX_UNVERIFIED} characters"),
    ],
)
def test_malformed_tokens_say_what_is_wrong(text: str, what: str) -> None:
    """Whatever is no token is refused with the reason, and never with its text."""
    with pytest.raises(MalformedToken, match=what):
        parse_token(text)


@given(st.text() | st.from_regex(r"\A[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\Z"))
def test_any_text_is_a_token_or_malformed(text: str) -> None:
    """No text makes the reader fail in another way."""
    try:
        token = parse_token(text)
    except MalformedToken:
        return
    assert isinstance(token.header, dict)
    assert not is_signed_by(token, POOL.public(SMALL))


def test_longest_token_is_read() -> None:
    """The limit itself still reads."""
    text = seal({}, {})
    padded = text + "A" * (MAX_UNVERIFIED - len(text) - (MAX_UNVERIFIED - len(text)) % 4)
    assert parse_token(padded).claims == {}


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, "HS256", "RS512", 256])
def test_only_rs256_ever_holds(alg: object) -> None:
    """A right RS256 signature under a header that names another algorithm does not count."""
    head = seal({"alg": alg, "typ": "JWT"}, TOKEN.claims()).rpartition(".")[0]
    signature = POOL.private(SMALL).sign(head.encode(), PKCS1v15(), SHA256())
    assert not is_signed_by(parse_token(f"{head}.{b64(signature).decode()}"), POOL.public(SMALL))


def test_alg_none_without_a_signature_never_holds() -> None:
    """An unsigned token reads, for that proves nothing, and is signed by nobody."""
    token = parse_token(jwt.encode({"jti": "jti-1"}, "", algorithm="none"))
    assert token.claims == {"jti": "jti-1"}
    assert not is_signed_by(token, POOL.public(SMALL))


def test_hs256_with_the_public_key_as_secret_never_holds() -> None:
    """The classic confusion, an HMAC keyed with the published key, proves nothing."""
    pem = POOL.public(SMALL).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for alg in ("HS256", "RS256"):
        head = seal({"alg": alg, "typ": "JWT"}, TOKEN.claims()).rpartition(".")[0]
        forged = hmac.digest(pem, head.encode(), hashlib.sha256)
        assert not is_signed_by(parse_token(f"{head}.{b64(forged).decode()}"), POOL.public(SMALL))


def test_a_header_without_alg_never_holds() -> None:
    """The algorithm has to be named, and named rightly."""
    head = seal({"typ": "JWT"}, TOKEN.claims()).rpartition(".")[0]
    signature = POOL.private(SMALL).sign(head.encode(), PKCS1v15(), SHA256())
    assert not is_signed_by(parse_token(f"{head}.{b64(signature).decode()}"), POOL.public(SMALL))


def test_any_changed_letter_breaks_the_signature() -> None:
    """One letter of header, claims or signature changed, and the signature does not hold."""
    text = sign_token(TOKEN, POOL.private(SMALL))
    for place in range(0, len(text), 7):
        if text[place] == ".":
            continue
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        try:
            token = parse_token(changed)
        except MalformedToken:
            continue
        assert not is_signed_by(token, POOL.public(SMALL)), place
