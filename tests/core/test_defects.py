"""Defects: a row each, of the record and of the text."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from emulator.core.defects import (
    DEFECTS,
    MISSING_CLAIM,
    OPAQUE_DEFECTS,
    REFERENCE_DEFECTS,
    SHIFT_S,
    WRONG_AUDIENCE,
    Frailty,
    describe_defect,
    end_at,
    find_defect,
    is_broken,
    is_defect,
    spoil_grant,
)
from emulator.core.defects.texts import write_defective, write_opaque
from emulator.core.jwt import is_signed_by, parse_token, sign_token
from emulator.core.tokens import Book, Grant, Token, enter, template
from tests.issuing import POOL

NOW = 1_800_000_000
FILLS = ("exp", "iat", "jti")
NAMES = (*DEFECTS, f"{MISSING_CLAIM}aud")


def make_grant(**claims: object) -> Grant:
    """A grant whose claims stand in an order of their own."""
    said = {"sub": "s", "iss": "i", "aud": "a", "jti": None, "exp": None, "iat": None, **claims}
    return Grant(
        provider="toys",
        kind="mint",
        subject="s",
        permissions=(),
        lifetime_s=600,
        header='{"kid":"1","typ":"JWT","alg":"RS256"}',
        claims=template(said, FILLS),
        fills=FILLS,
        key="public-test-key-rsa2048-01",
    )


def make_token(name: str, grant: Grant | None = None) -> Token:
    """A token with a defect."""
    spoiled = spoil_grant(grant or make_grant(), name)
    return enter("j1", end_at(spoiled, NOW), spoiled)


@pytest.fixture
def key() -> RSAPrivateKey:
    """The key of the grant."""
    return POOL.private("public-test-key-rsa2048-01")


def test_names() -> None:
    """All that are listed, and a missing claim with its name; nothing else."""
    assert all(is_defect(name) for name in NAMES)
    assert not any(is_defect(name) for name in ("", "missing_claim", MISSING_CLAIM, "expird"))
    with pytest.raises(KeyError):
        find_defect("expird")


@pytest.mark.parametrize("name", NAMES)
def test_the_book_has_what_is_signed(key: RSAPrivateKey, name: str) -> None:
    """Header and claims of the text are the record's, but for what breaks the text itself."""
    token = make_token(name)
    assert token.grant.defect == name
    assert describe_defect(name).endswith(f"{name}.")
    text = write_defective(token, key)
    assert text == write_defective(token, key)
    if name == "truncated":
        whole = sign_token(token, key)
        assert whole.startswith(text)
        assert text.count(".") == 1
        return
    read = parse_token(text, len(text))
    assert read.header == msgspec.json.decode(token.grant.header)
    differing = {n for n, v in token.claims().items() if read.claims[n] != v}
    assert differing == ({"exp"} if name == "tampered" else set())
    broken = {"bad_signature", "tampered", "alg_none", "hs256_confusion"}
    assert is_signed_by(read, key.public_key()) == (name not in broken)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_else_changes(name: str) -> None:
    """The claims and header members that a defect is not about stay, in their order."""
    own, spoiled = make_grant(), make_token(name).grant
    changed = {
        "wrong_issuer": {"iss"},
        "wrong_audience": {"aud"},
        f"{MISSING_CLAIM}aud": {"aud"},
        "not_yet_valid": {"nbf"},
        "oversized": {"padding"},
        "unknown_kid": {"kid"},
        "alg_none": {"alg"},
        "hs256_confusion": {"alg"},
        "wrong_type": {"typ"},
    }.get(name, set())
    for one, other in ((own.header, spoiled.header), (own.claims, spoiled.claims)):
        before, after = msgspec.json.decode(one), msgspec.json.decode(other)
        names = [n for n in before if n in after]
        assert names == [n for n in after if n in before]
        assert {n for n in {*before, *after} if before.get(n, 0) != after.get(n, 0)} <= changed


def test_times() -> None:
    """What has expired had a whole life; what is not yet valid has it before it."""
    expired, early = make_token("expired"), make_token("not_yet_valid")
    assert (expired.issued_at, expired.expires_at) == (NOW - SHIFT_S - 600, NOW - SHIFT_S)
    assert (early.issued_at, early.expires_at) == (NOW + SHIFT_S, NOW + SHIFT_S + 600)
    assert early.claims()["nbf"] == early.claims()["iat"] == NOW + SHIFT_S
    assert (expired.status(NOW), early.status(NOW)) == ("expired", "active")


def test_an_audience_keeps_its_form() -> None:
    """A list stays one, and sorted claims stay sorted where one is added."""
    listed = make_token("wrong_audience", make_grant(aud=["a", "b"])).claims()
    assert listed["aud"] == [WRONG_AUDIENCE]
    grant = make_grant()
    claims = template(dict.fromkeys(FILLS), FILLS, order="sorted")
    added = spoil_grant(msgspec.structs.replace(grant, claims=claims), "wrong_audience")
    assert list(msgspec.json.decode(added.claims)) == ["aud", "exp", "iat", "jti"]


def test_revoked_from_the_start() -> None:
    """The book has the end with the entry, and no fact besides."""
    book = Book()
    spoiled = spoil_grant(make_grant(), "revoked")
    book.issue("j1", NOW + 600, spoiled)
    token = book.get("j1")
    assert token is not None
    assert token.status(NOW) == "revoked"
    assert not is_broken("revoked")
    assert not is_broken("")
    assert is_broken("wrong_type")


def test_opaque_texts() -> None:
    """Another text, one that is too short or too long; of what has ended the text is right."""
    opaque = msgspec.structs.replace(
        make_grant(), opaque="tok_{jti}{tail}", header="", key="", claims="{}", fills=()
    )
    whole = enter("j1", NOW, opaque).opaque_text()
    texts = {name: write_opaque(make_token(name, opaque)) for name in OPAQUE_DEFECTS}
    assert texts["expired"] == texts["revoked"] == whole
    assert len(texts["tampered"]) == len(texts["foreign"]) == len(whole)
    assert len({whole, texts["tampered"], texts["foreign"]}) == 3
    assert whole.startswith(texts["truncated"])
    assert len(texts["oversized"]) > 16_384
    assert all(make_token(name, opaque).opaque_text() == whole for name in OPAQUE_DEFECTS)


def test_what_a_frailty_allows() -> None:
    """Its defects and the claims that it names."""
    frail = Frailty(claims=("sub",))
    assert frail.allows("alg_none")
    assert frail.allows("missing_claim:sub")
    assert not frail.allows("missing_claim:aud")
    assert not frail.allows("other:sub")
    references = Frailty(REFERENCE_DEFECTS, why="is none")
    assert references.allows("expired")
    assert not references.allows("tampered")
