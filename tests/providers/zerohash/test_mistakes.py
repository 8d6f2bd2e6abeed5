"""Every likely mistake in a signature is found and named, alone and together with another."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote

import pytest

from emulator.providers.zerohash.signature import Mode, Signed, verify
from emulator.providers.zerohash.signature.mistakes import (
    SEARCHED_BYTES,
    Suspects,
    find_mistake,
    tell_shape,
)
from tests.signing import PRIMARY, READ

KEY = base64.b64decode(PRIMARY.secret)
SUSPECTS = Suspects(PRIMARY.secret, PRIMARY.passphrase, PRIMARY.api_key, (READ.secret,))
BASES = ("/zerohash", "https://api.cert.zerohash.com", "http://localhost:4600/zerohash")

STAMP = "1763018448"
BODY = {"permissions": ["fwc"], "participant_code": "CUST01", "reference_id": "é"}
COMPACT = json.dumps(BODY, separators=(",", ":"), ensure_ascii=False).encode()
SPACED = json.dumps(BODY, ensure_ascii=False).encode()
QUERY = "/participants?status=approved&page=1&email=jane%40example.com"

POST = Signed(STAMP, "POST", "/client_auth_token", COMPACT)
GET = Signed(STAMP, "GET", QUERY, b"")
LOOK_UP = Signed(STAMP, "GET", "/participants/jane%40example.com", b"")


def tell(
    signed: Signed, presented: str, mode: Mode = "lenient", bases: tuple[str, ...] = ()
) -> str:
    """The sentences of the mistake that is found, else what the signature's form tells."""
    found = find_mistake(signed, SUSPECTS, presented, mode=mode, bases=bases)
    if found is None:
        return tell_shape(presented) or ""
    assert found.message  # what the client signed, where it is known why
    return found.about


def digest(message: bytes | str, key: bytes = KEY) -> str:
    """A signature over any message, made without our code."""
    raw = message if isinstance(message, bytes) else message.encode()
    return base64.b64encode(hmac.digest(key, raw, "sha256")).decode()


def post(body: bytes, *, stamp: str = STAMP, method: str = "POST") -> bytes:
    """The message of the POST, with another part."""
    return f"{stamp}{method}/client_auth_token".encode() + body


def get(route: str = QUERY, body: str = "{}", *, method: str = "GET") -> str:
    """The message of the GET, with another part."""
    return f"{STAMP}{method}{route}{body}"


RIGHT = post(COMPACT)

# What was sent, the signature that a mistaken client sends, and words of the sentence it gets.
MISTAKES: Mapping[str, tuple[Signed, str, str]] = {
    "hex": (POST, base64.b64decode(digest(RIGHT)).hex(), "as hex"),
    "upper hex": (POST, base64.b64decode(digest(RIGHT)).hex().upper(), "as hex"),
    "base64 of hex": (
        POST,
        base64.b64encode(base64.b64decode(digest(RIGHT)).hex().encode()).decode(),
        "hex of the digest was base64-encoded",
    ),
    "no padding": (POST, digest(RIGHT).rstrip("="), "lacks its padding"),
    "bytes repr": (POST, f"b'{digest(RIGHT)}'", "in quotes"),
    "quotes": (POST, f'"{digest(RIGHT)}"', "in quotes"),
    "URL-encoded": (POST, quote(digest(RIGHT), safe=""), "URL-encoded"),
    "undecoded key": (POST, digest(RIGHT, PRIMARY.secret.encode()), "not base64-decoded"),
    "key as hex": (POST, digest(RIGHT, KEY.hex().encode()), "private key's hex"),
    "passphrase": (POST, digest(RIGHT, PRIMARY.passphrase.encode()), "with the passphrase"),
    "public key": (POST, digest(RIGHT, PRIMARY.api_key.encode()), "with the public key"),
    "another key": (
        POST,
        digest(RIGHT, base64.b64decode(READ.secret)),
        "another API key's private key",
    ),
    "no body": (POST, digest(post(b"")), "body was left out"),
    "braces": (POST, digest(post(b"{}")), "Signed {} for the body"),
    "spaces": (POST, digest(post(SPACED)), "has spaces after"),
    "spaces and ASCII": (POST, digest(post(json.dumps(BODY).encode())), "has spaces after"),
    "ASCII": (
        POST,
        digest(post(json.dumps(BODY, separators=(",", ":")).encode())),
        "escaped as \\u",
    ),
    "sorted": (
        POST,
        digest(post(json.dumps(BODY, separators=(",", ":"), sort_keys=True).encode())),
        "keys sorted",
    ),
    "sorted and spaced": (POST, digest(post(json.dumps(BODY, sort_keys=True).encode())), "sorted"),
    "indented": (
        POST,
        digest(post(json.dumps(BODY, indent=2, ensure_ascii=False).encode())),
        "is indented",
    ),
    "repr": (POST, digest(post(repr(BODY).encode())), "Python repr"),
    "twice": (POST, digest(post(json.dumps(json.dumps(BODY)).encode())), "serialised twice"),
    "form": (
        POST,
        digest(post(b"permissions=fwc&participant_code=CUST01&reference_id=%C3%A9")),
        "as a form",
    ),
    "newline": (POST, digest(post(COMPACT + b"\n")), "newline after the body"),
    "lower case": (POST, digest(post(COMPACT, method="post")), "in lower case"),
    "no method": (POST, digest(post(COMPACT, method="")), "method was left out"),
    "a second later": (POST, digest(post(COMPACT, stamp="1763018449")), "computed twice"),
    "two seconds earlier": (POST, digest(post(COMPACT, stamp="1763018446")), "computed twice"),
    "no timestamp": (POST, digest(post(COMPACT, stamp="")), "timestamp was left out"),
    "milliseconds": (POST, digest(post(COMPACT, stamp=f"{STAMP}123")), "Milliseconds"),
    "no route": (POST, digest(f"{STAMP}POST".encode() + COMPACT), "route was left out"),
    "trailing slash": (
        POST,
        digest(f"{STAMP}POST/client_auth_token/".encode() + COMPACT),
        "ends in a slash",
    ),
    "no leading slash": (
        POST,
        digest(f"{STAMP}POSTclient_auth_token".encode() + COMPACT),
        "leading slash",
    ),
    "host": (
        POST,
        digest(f"{STAMP}POSThttps://api.cert.zerohash.com/client_auth_token".encode() + COMPACT),
        "before the route",
    ),
    "prefix": (
        POST,
        digest(f"{STAMP}POST/zerohash/client_auth_token".encode() + COMPACT),
        "before the route",
    ),
    "separators": (
        POST,
        digest(f"{STAMP}\nPOST\n/client_auth_token\n".encode() + COMPACT),
        "separated",
    ),
    "order": (POST, digest(f"POST/client_auth_token{STAMP}".encode() + COMPACT), "another order"),
    "GET of nothing": (GET, digest(get(body="")), "GET signs the two characters {}"),
    "no query": (GET, digest(get("/participants")), "query string was left out"),
    "sorted query": (
        GET,
        digest(get("/participants?email=jane%40example.com&page=1&status=approved")),
        "another order",
    ),
    "decoded query": (GET, digest(get(unquote(QUERY))), "query was signed in another encoding"),
    "decoded path": (
        LOOK_UP,
        digest(get("/participants/jane@example.com")),
        "path was signed in another encoding",
    ),
    "GET in lower case": (GET, digest(get(method="get")), "in lower case"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named(name: str) -> None:
    """One mistake is found, in one sentence or two, short enough for a header."""
    signed, presented, words = MISTAKES[name]
    for mode in ("lenient", "compact", "raw"):
        assert verify(signed, PRIMARY.secret, presented, mode) is None
        found = tell(signed, presented, mode, BASES)
        assert words in found
        assert found.isascii()
        assert len(found) <= 300


def test_url_safe_base64_is_named() -> None:
    """A digest with + or / that was sent in the URL-safe alphabet is recognised, padded or not."""
    for second in range(50):
        signed = Signed(str(second), "POST", "/client_auth_token", COMPACT)
        right = digest(post(COMPACT, stamp=str(second)))
        presented = right.translate(str.maketrans("+/", "-_"))
        if presented != right:
            for text in (presented, presented.rstrip("=")):
                assert "URL-safe" in tell(signed, text)
            return
    pytest.fail("fifty digests without + or /")


def test_two_mistakes_are_named_together() -> None:
    """What a rewrite of the documentation does, key not decoded and default spacing, in hex."""
    wrong = hmac.digest(PRIMARY.secret.encode(), post(SPACED), "sha256")
    found = tell(POST, wrong.hex())
    assert "as hex" in found
    assert "not base64-decoded" in found
    assert "has spaces after" in found


@pytest.mark.parametrize(
    ("mode", "sent", "signing", "words"),
    [
        ("raw", SPACED, COMPACT, "Signed compact JSON, but other bytes were sent"),
        ("compact", SPACED, SPACED, "in mode compact, sign and send compact JSON"),
        ("raw", b" " + COMPACT + b"\n", COMPACT, "Signed compact JSON"),
        ("raw", b" " + SPACED, SPACED, "White space around the body"),
        ("lenient", b"not json", b"not json\n", "newline after the body"),
    ],
)
def test_a_reading_that_a_mode_does_not_accept_is_named(
    mode: Mode, sent: bytes, signing: bytes, words: str
) -> None:
    """The body as sent and the compact one are each a mistake where only the other counts."""
    signed = Signed(STAMP, "POST", "/client_auth_token", sent)
    presented = digest(post(signing))
    assert verify(signed, PRIMARY.secret, presented, mode) is None
    assert words in tell(signed, presented, mode)


SHAPES: Mapping[str, Callable[[], str]] = {
    "The signature is hex": lambda: "ab" * 32,
    "SHA-1": lambda: base64.b64encode(bytes(20)).decode(),
    "SHA-512": lambda: base64.b64encode(bytes(64)).decode(),
    "no base64 of 32 bytes": lambda: "signature",
}


@pytest.mark.parametrize("words", SHAPES)
def test_the_form_alone_tells_something(words: str) -> None:
    """Where no mistake gives the digest, what it looks like is said."""
    assert words in tell(POST, SHAPES[words]())


def test_an_honest_but_wrong_digest_has_no_cause() -> None:
    """A digest of the right form that nothing explains is not explained."""
    assert find_mistake(POST, SUSPECTS, digest("anything else")) is None


def test_a_large_request_is_not_searched() -> None:
    """The search ends where it would cost: its form alone is judged then."""
    large = Signed(STAMP, "POST", "/client_auth_token", b'"' + b"x" * SEARCHED_BYTES + b'"')
    assert find_mistake(large, SUSPECTS, digest(post(b""))) is None


@pytest.mark.parametrize(
    "signed",
    [
        Signed(STAMP, "POST", "/x", b"[" * 2000 + b"]" * 2000),
        Signed(STAMP, "POST", "/x", b'{"a":"\\ud800","b":{"c":[1]}}'),
        Signed(STAMP, "POST", "/x", b"\xff\xfe"),
        Signed(STAMP, "GET", "/participants/%E2%82%AC?email=%E2%82%AC&x=\xff", b""),
        Signed(STAMP, "GET", "/x?" + "&".join(f"a{n}=1" for n in range(50)), b""),
        Signed(STAMP, "POST", "/x", b"NaN"),
    ],
)
def test_the_search_survives_any_request(signed: Signed) -> None:
    """Deep, ill-encoded and odd requests are searched without an error."""
    assert find_mistake(signed, SUSPECTS, digest("nothing"), bases=BASES) is None
