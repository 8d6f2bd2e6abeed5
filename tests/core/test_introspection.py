from collections.abc import Mapping
from typing import Any

import jwt
import pytest

from emulator.core.facts import Fact, TokenEnded, TokenIssued
from emulator.core.introspection import Finding, examine
from emulator.core.jwt import parse_token, sign_token
from emulator.core.keys import KeyPool
from emulator.core.state import Entry
from emulator.core.tokens import Ending, Token
from emulator.core.view import View
from emulator.shipped import shipped_fixtures
from tests.core.toys import SHOPS, born, fold, grant

POOL = KeyPool(shipped_fixtures() / "keys")
ONE, OTHER = POOL.by_bits[2048][:2]
CLAIMS = '{"exp":null,"jti":null,"shop":"CORNER","who":"ann"}'
RECORD = Token("j1", 2000, grant(key=ONE, claims=CLAIMS))
ISSUED = TokenIssued(1000.0, "j1", 2000, RECORD.grant)
TEXT = sign_token(RECORD, POOL.private(ONE))


def home(claims: Mapping[str, Any]) -> Entry | None:
    """The shop that a toy token names."""
    return (SHOPS.id, claims["shop"]) if "shop" in claims else None


def find(text: str, *facts: Fact, now: float = 1500.0, sandbox: str = "default") -> Finding:
    """What a token is worth after these facts."""
    state = fold([born(at=now), *facts], sandbox)
    return examine(View(state, now), parse_token(text), POOL, {"toy": home})


def seal(claims: dict[str, object], name: str = ONE) -> str:
    """A token that a key of the pool signed."""
    return jwt.encode(claims, POOL.private(name), algorithm="RS256")


def test_a_good_token_has_no_reason_against_it() -> None:
    """Signature, home, book and time hold."""
    assert find(TEXT, ISSUED) == Finding(None, record=RECORD)


def test_one_that_was_changed_says_where() -> None:
    """A changed claim breaks the signature, and its name is told."""
    head, _, signature = TEXT.split(".")
    changed = jwt.encode(
        {"exp": 2000, "jti": "j1", "shop": "CORNER", "who": "bob"}, "x" * 32, algorithm="HS256"
    ).split(".")[1]
    found = find(f"{head}.{changed}.{signature}", ISSUED)
    assert (found.reason, found.detail) == (
        "signature",
        "It was changed after it was signed: who.",
    )


def test_a_changed_signature_is_told_as_such() -> None:
    """Where the claims are right it is header or signature that were changed."""
    head, claims, _ = TEXT.split(".")
    found = find(f"{head}.{claims}.AAAA", ISSUED)
    assert found.reason == "signature"
    assert "header or signature was changed" in found.detail


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_other_algorithms_are_told(algorithm: str) -> None:
    """A token that is not RS256 says so, whatever its claims."""
    key = "" if algorithm == "none" else "x" * 32
    text = jwt.encode(RECORD.claims(), key, algorithm=algorithm)
    found = find(text, ISSUED)
    assert (found.reason, found.record) == ("signature", RECORD)
    assert found.detail == f"Its header says alg '{algorithm}'; tokens here are signed with RS256."


def test_a_key_of_nobodys_is_told() -> None:
    """A token that no key here signed, and that is not in the book, is from elsewhere."""
    found = find("e30.e30.AAAA".replace("e30.", "eyJhbGciOiJSUzI1NiJ9.", 1))
    assert (found.reason, found.record) == ("signature", None)
    assert "minted elsewhere" in found.detail


def test_another_key_of_the_pool_is_not_enough() -> None:
    """The shipped keys are public: a token signed with any of them is unknown unless issued."""
    found = find(seal({"jti": "forged", "shop": "CORNER"}, OTHER), ISSUED)
    assert found.reason == "unknown"
    assert "no token with jti 'forged'" in found.detail


def test_another_sandboxs_token_is_foreign() -> None:
    """A token whose home is not here is told as foreign, before anything else of it."""
    found = find(TEXT, ISSUED, sandbox="s2")
    assert (found.reason, found.record) == ("foreign", RECORD)
    assert "'CORNER'" in found.detail
    assert find(seal({"jti": "x", "shop": "NOWHERE"})).reason == "foreign"


def test_a_token_without_a_jti_is_unknown() -> None:
    """Every token here has an id."""
    for claims in ({"shop": "CORNER"}, {"jti": 5, "shop": "CORNER"}, {"who": "nobody"}):
        found = find(seal(dict(claims)))
        assert (found.reason, found.record) == ("unknown", None)
        assert "has no jti" in found.detail


def test_the_books_own_jti_with_other_claims_is_unknown() -> None:
    """A forgery with a known id, signed with a shipped key, is told by where it differs."""
    claims = {**RECORD.claims(), "who": "bob", "more": 1}
    found = find(seal(claims), ISSUED)
    assert (found.reason, found.record) == ("unknown", RECORD)
    assert found.detail == "The book has that jti with other claims: more, who."


@pytest.mark.parametrize(
    ("ends", "now", "reason", "detail"),
    [
        ((), 1999.9, None, ""),
        ((), 2000.0, "expired", "It expired 0 s ago on the sandbox's clock."),
        ((), 2060.4, "expired", "It expired 60 s ago on the sandbox's clock."),
        (("expired",), 1500.0, "expired", "It was made to expire ahead of its time."),
        (("expired",), 2060.0, "expired", "It expired 60 s ago on the sandbox's clock."),
        (("expired", "spent"), 2060.0, "spent", "It was spent."),
        (("spent", "revoked"), 2060.0, "revoked", "It was revoked."),
    ],
)
def test_ends_are_told_by_precedence(
    ends: tuple[Ending, ...], now: float, reason: str | None, detail: str
) -> None:
    """Revoked before spent before expired, with how long ago that was."""
    found = find(TEXT, ISSUED, *(TokenEnded(1.0, "j1", how) for how in ends), now=now)
    assert (found.reason, found.detail) == (reason, detail)


def test_a_provider_that_names_no_home_has_none_to_miss() -> None:
    """A token of a provider without homes is judged by the book alone."""
    state = fold([born(at=1500.0), ISSUED])
    assert examine(View(state, 1500.0), parse_token(TEXT), POOL, {}) == Finding(None, record=RECORD)
