import base64
import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from emulator.core.keys import KeyPool, choose_key, thumbprint
from emulator.shipped import shipped_fixtures

SHIPPED = shipped_fixtures() / "keys"
SMALL = "public-test-key-rsa2048-01"
BIG = "public-test-key-rsa4096-01"


@pytest.fixture(scope="module")
def pool() -> KeyPool:
    """The shipped pool."""
    return KeyPool(SHIPPED)


@pytest.fixture(scope="session")
def own_jwk() -> dict[str, str]:
    """A new key of 2048 bits, written by PyJWT."""
    text = RSAAlgorithm.to_jwk(generate_private_key(65537, 2048))
    found: dict[str, str] = json.loads(text)
    return found


def own_folder(folder: Path, *jwks: dict[str, str]) -> Path:
    """A folder of own keys."""
    for number, jwk in enumerate(jwks):
        (folder / f"own-{number}.json").write_text(json.dumps(jwk))
    return folder


def test_the_pool_has_32_small_keys_and_4_big_ones(pool: KeyPool) -> None:
    """Keys are named, and sorted by the size that each really has."""
    assert {bits: len(names) for bits, names in pool.by_bits.items()} == {2048: 32, 4096: 4}
    for bits, names in pool.by_bits.items():
        assert list(names) == sorted(names)
        for name in names:
            assert pool.public(name).key_size == bits


def test_every_shipped_key_is_valid(pool: KeyPool) -> None:
    """The shipped keys, which are not validated when loaded, would pass."""
    strict = KeyPool(SHIPPED, own=SHIPPED)
    assert strict.by_bits == pool.by_bits


def test_no_two_shipped_keys_are_one(pool: KeyPool) -> None:
    """Each name is another key."""
    names = [name for names in pool.by_bits.values() for name in names]
    assert len({pool.public_jwk(name)["kid"] for name in names}) == len(names)


@pytest.mark.parametrize("name", [SMALL, BIG])
def test_private_and_public_belong_together(pool: KeyPool, name: str) -> None:
    """What the private key signs the public one verifies; both are loaded once."""
    assert pool.private(name).public_key().public_numbers() == pool.public(name).public_numbers()
    assert pool.private(name) is pool.private(name)
    assert pool.public(name) is pool.public(name)


def test_an_unknown_name_is_a_key_error(pool: KeyPool) -> None:
    """The pool makes no keys up."""
    with pytest.raises(KeyError):
        pool.private("nobody")


def test_public_jwk_has_public_members_only(pool: KeyPool) -> None:
    """What is published is what a verifier needs, and no private number."""
    jwk = pool.public_jwk(SMALL)
    assert set(jwk) == {"kty", "n", "e", "alg", "use", "kid"}
    assert (jwk["kty"], jwk["alg"], jwk["use"]) == ("RSA", "RS256", "sig")
    assert jwk["kid"] == thumbprint(jwk)


def test_a_key_is_found_by_its_thumbprint(pool: KeyPool) -> None:
    """A `kid` leads to the key's name, and another text to none."""
    assert pool.find(pool.kid(SMALL)) == SMALL
    assert pool.find("nobody") is None


def test_thumbprint_of_rfc_7638() -> None:
    """The example of RFC 7638, section 3.1, gives the thumbprint printed there."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPe"
        "bWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368"
        "QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd"
        "2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    jwk = {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_an_issuer_keeps_its_key() -> None:
    """The key of an issuer is the same for the same seed, and seeds spread over the pool."""
    names = tuple("abcd")
    assert choose_key(names, "seed", "iss") == choose_key(names, "seed", "iss")
    assert {choose_key(names, f"seed {n}", "iss") for n in range(100)} == set(names)
    assert {choose_key(names, "seed", f"iss {n}") for n in range(100)} == set(names)


def test_own_keys_replace_those_of_their_size(tmp_path: Path, own_jwk: dict[str, str]) -> None:
    """A size of which there are own keys has no others; other sizes stay as shipped."""
    pool = KeyPool(SHIPPED, own_folder(tmp_path, own_jwk))
    assert pool.by_bits[2048] == ("own-0",)
    assert len(pool.by_bits[4096]) == 4
    assert pool.public_jwk("own-0")["n"] == own_jwk["n"]


def test_an_own_key_may_bear_a_shipped_name(tmp_path: Path) -> None:
    """An own file called as a shipped one is the own key, of the size that it has."""
    shutil.copy(SHIPPED / f"{BIG}.json", tmp_path / f"{SMALL}.json")
    pool = KeyPool(SHIPPED, tmp_path)
    assert pool.by_bits[4096] == (SMALL,)
    assert SMALL not in pool.by_bits[2048]
    assert len(pool.by_bits[2048]) == 31


def altered(jwk: dict[str, str], name: str) -> dict[str, str]:
    """The key with one number changed, still base64url."""
    raw = bytearray(base64.urlsafe_b64decode(jwk[name] + "=="))
    raw[-1] ^= 2
    return {**jwk, name: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}


@pytest.mark.parametrize("name", ["n", "e", "d", "p", "q", "dp", "dq", "qi"])
def test_own_keys_are_validated(tmp_path: Path, own_jwk: dict[str, str], name: str) -> None:
    """An own key with one wrong number is refused at start, and the file named."""
    folder = own_folder(tmp_path, altered(own_jwk, name))
    with pytest.raises(ValueError, match=r"own-0\.json: is no RSA private key"):
        KeyPool(SHIPPED, folder)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '"key"', "\ufeff{}"],
)
def test_own_files_that_hold_no_key_are_named(tmp_path: Path, text: str) -> None:
    """A file that is no JWK is refused, and named."""
    (tmp_path / "own-0.json").write_text(text)
    with pytest.raises(ValueError, match=r"own-0\.json: is no RSA private key"):
        KeyPool(SHIPPED, tmp_path)


@pytest.mark.parametrize(
    "change", [{"kty": "EC"}, {"n": "+/=="}, {"n": "a"}, {"d": ""}, {"p": "not base64!"}]
)
def test_own_members_of_other_kinds_are_refused(
    tmp_path: Path, own_jwk: dict[str, str], change: dict[str, str]
) -> None:
    """A number that is not base64url, or a key of another type, is refused and named."""
    folder = own_folder(tmp_path, {**own_jwk, **change})
    with pytest.raises(ValueError, match=r"own-0\.json: is no RSA private key"):
        KeyPool(SHIPPED, folder)


def test_a_public_key_is_no_own_key(tmp_path: Path, own_jwk: dict[str, str]) -> None:
    """A public key can't sign."""
    public = {name: own_jwk[name] for name in ("kty", "n", "e")}
    with pytest.raises(ValueError, match="missing required field"):
        KeyPool(SHIPPED, own_folder(tmp_path, public))


def test_own_keys_of_another_size_are_refused(tmp_path: Path) -> None:
    """A key that nothing would sign with is refused: it would look taken and not be."""
    jwk = json.loads(RSAAlgorithm.to_jwk(generate_private_key(65537, 1024)))  # noqa: S505 - refused
    with pytest.raises(ValueError, match=r"own-0\.json: has 1024 bits: 2048 or 4096 are used"):
        KeyPool(SHIPPED, own_folder(tmp_path, jwk))


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_folder_without_keys_is_refused(tmp_path: Path, name: str) -> None:
    """A folder that is not there or empty is refused: shipped keys would sign unnoticed."""
    with pytest.raises(ValueError, match=r"is no folder with RSA private keys"):
        KeyPool(SHIPPED, tmp_path / name)
