import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.tokens import CAPACITY, Book, Ending, Token, template
from tests.core.toys import grant


def jtis(book: Book) -> list[str]:
    """The book's ids, oldest first."""
    return [token.jti for token in reversed(book)][::-1]


def test_a_token_enters_and_is_found() -> None:
    """A book has what was entered, and nothing else."""
    book = Book()
    book.issue("a", 1000, grant())
    assert book.get("a") == Token("a", 1000, grant())
    assert book.get("b") is None
    assert len(book) == 1


def test_the_oldest_leave_a_full_book() -> None:
    """A full book forgets its oldest token for each new one, in order."""
    book = Book(capacity=3)
    for jti in "abcde":
        book.issue(jti, 1000, grant())
    assert jtis(book) == ["c", "d", "e"]
    assert len(book) == 3
    assert book.get("a") is None


def test_a_book_holds_100_000() -> None:
    """The cap is the one that is written down."""
    book = Book()
    shared = grant()
    for number in range(CAPACITY + 1):
        book.issue(str(number), 1000, shared)
    assert CAPACITY == 100_000
    assert len(book) == CAPACITY
    assert book.get("0") is None
    assert book.get("1") is not None


def test_a_jti_entered_again_is_a_new_token() -> None:
    """The same id again replaces its token, ends it had included, and becomes the newest."""
    book = Book(capacity=2)
    book.issue("a", 1000, grant())
    book.issue("b", 1000, grant())
    book.end("a", "revoked")
    book.issue("a", 2000, grant())
    assert jtis(book) == ["b", "a"]
    assert book.get("a") == Token("a", 2000, grant())


def test_equal_grants_are_kept_once() -> None:
    """Tokens of equal grants share one object, so that a token costs little."""
    book = Book()
    book.issue("a", 1000, grant(subject="ann"))
    book.issue("b", 1000, grant(subject="ann"))
    book.issue("c", 1000, grant(subject="bob"))
    a, b, c = (book.get(jti) for jti in "abc")
    assert a is not None
    assert b is not None
    assert c is not None
    assert a.grant is b.grant
    assert a.grant is not c.grant


def test_grants_are_freed_with_their_last_token() -> None:
    """A grant that no token carries any more is forgotten: a book does not grow for ever."""
    book = Book(capacity=2)
    for number in range(50):
        book.issue(str(number), 1000, grant(subject=f"subject {number}"))
    assert len(book._grants) == 2
    book.issue("48", 1000, grant(subject="other"))
    assert {kept.subject for kept in book._grants} == {"subject 49", "other"}
    assert {shared.count for shared in book._grants.values()} == {1}
    book.clear()
    assert not book._grants
    assert len(book) == 0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"))))
def test_shared_grants_are_counted_rightly(entries: list[tuple[str, str]]) -> None:
    """However tokens come and go, the shared grants are those of the tokens that are there."""
    book = Book(capacity=4)
    for jti, subject in entries:
        book.issue(jti, 1000, grant(subject=subject))
    subjects = [token.grant.subject for token in reversed(book)]
    counts = {kept.subject: shared.count for kept, shared in book._grants.items()}
    assert counts == {subject: subjects.count(subject) for subject in set(subjects)}


@pytest.mark.parametrize(
    ("ends", "now", "status"),
    [
        ((), 999.999, "active"),
        ((), 1000, "expired"),
        ((), 1001, "expired"),
        (("expired",), 0, "expired"),
        (("spent",), 0, "spent"),
        (("spent",), 2000, "spent"),
        (("revoked",), 0, "revoked"),
        (("revoked",), 2000, "revoked"),
        (("expired", "spent"), 0, "spent"),
        (("spent", "revoked"), 0, "revoked"),
        (("expired", "spent", "revoked"), 2000, "revoked"),
    ],
)
def test_revoked_is_told_before_spent_before_expired(
    ends: tuple[Ending, ...], now: float, status: str
) -> None:
    """Of several ends the gravest is told; at `exp` itself a token is over, without leeway."""
    book = Book()
    book.issue("a", 1000, grant())
    for how in ends:
        book.end("a", how)
    token = book.get("a")
    assert token is not None
    assert token.status(now) == status


def test_an_end_is_noted_once() -> None:
    """Ending twice in one way, or ending what is not there, changes nothing."""
    book = Book()
    book.issue("a", 1000, grant())
    book.end("a", "spent")
    before = book.get("a")
    book.end("a", "spent")
    book.end("nobody", "revoked")
    assert book.get("a") == before
    assert len(book) == 1


def test_claims_are_filled_in_in_the_providers_order() -> None:
    """Id and times stand where the provider has them."""
    claims = '{"iat":null,"a":1,"nbf":null,"jti":null,"z":[],"exp":null}'
    token = Token("j", 5000, grant(claims=claims, fills=("jti", "exp", "iat", "nbf")))
    assert list(token.claims().items()) == [
        ("iat", 4400),
        ("a", 1),
        ("nbf", 4400),
        ("jti", "j"),
        ("z", []),
        ("exp", 5000),
    ]
    assert token.issued_at == 4400


def test_a_claim_that_no_token_fills_is_refused() -> None:
    """A grant that asks for another filling is a mistake, not a null in a token."""
    with pytest.raises(ValueError, match="sub is no claim that a token fills"):
        Token("j", 5000, grant(fills=("sub",))).claims()


def test_templates_keep_places_for_what_a_token_fills() -> None:
    """A template has null where a token fills in, in the order given or sorted at every depth."""
    claims = {"z": {"b": 1, "a": 2}, "jti": "x", "a": "é"}
    assert template(claims, ("jti",)) == '{"z":{"b":1,"a":2},"jti":null,"a":"é"}'
    assert template(claims, ("jti",), "sorted") == '{"a":"é","jti":null,"z":{"a":2,"b":1}}'
