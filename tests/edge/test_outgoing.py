"""The one way out: what it lets through, and what never."""

import json
from collections.abc import AsyncIterator

import pytest

from emulator.core.jwt import parse_token
from emulator.edge.discovery import Discovery
from emulator.edge.outgoing import MAX_BYTES, Outgoing, Unreachable
from tests.issuing import POOL, Issuer, issuing, sign

pytestmark = pytest.mark.anyio

CLAIMS = {"sub": "x"}


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """A server on loopback."""
    async with issuing() as made:
        yield made


def allow(*hosts: str) -> Outgoing:
    """A way out to these hosts."""
    return Outgoing(frozenset(hosts))


async def test_an_allowed_host_is_asked(issuer: Issuer) -> None:
    """By its name, or by its name and port."""
    issuer.answers["/x?y=1"] = b"here"
    port = issuer.url.rpartition(":")[2]
    for allowed in ("127.0.0.1", f"127.0.0.1:{port}"):
        assert await allow(allowed).get(f"{issuer.url}/x?y=1") == b"here"


@pytest.mark.parametrize("allowed", [(), ("localhost",), ("127.0.0.1:1",), ("127.0.0.10",), ("*",)])
async def test_no_other_host_is(issuer: Issuer, allowed: tuple[str, ...]) -> None:
    """What is not in the list letter for letter is not asked."""
    with pytest.raises(Unreachable, match="EMULATOR_OUTGOING"):
        await allow(*allowed).get(f"{issuer.url}/x")
    assert issuer.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:x/",
        "http://[::1",
        "//127.0.0.1/",
        "",
    ],
)
async def test_only_plain_urls_are(url: str) -> None:
    """Other schemes, credentials and nonsense go nowhere."""
    with pytest.raises(Unreachable, match="URL"):
        await allow("127.0.0.1", "::1").get(url)


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fe80::1]", "[::]", "224.0.0.1", "[::ffff:169.254.169.254]"]
)
async def test_some_addresses_are_never_asked(host: str) -> None:
    """Link-local, multicast and no address are refused, even where the list has them."""
    with pytest.raises(Unreachable, match="link-local"):
        await allow(host.strip("[]")).get(f"http://{host}/")


async def test_a_redirect_is_not_followed(issuer: Issuer) -> None:
    """Where it points to could be anywhere."""
    issuer.answers["/x"] = (302, b"")
    with pytest.raises(Unreachable, match="302"):
        await allow("127.0.0.1").get(f"{issuer.url}/x")
    assert issuer.asked == ["/x"]


async def test_an_answer_is_small(issuer: Issuer) -> None:
    """Up to the limit is read, a byte more is refused."""
    issuer.answers |= {"/most": b"x" * MAX_BYTES, "/more": b"x" * (MAX_BYTES + 1)}
    assert len(await allow("127.0.0.1").get(f"{issuer.url}/most")) == MAX_BYTES
    with pytest.raises(Unreachable, match="over"):
        await allow("127.0.0.1").get(f"{issuer.url}/more")


async def test_nobody_waits_for_long(issuer: Issuer) -> None:
    """Who does not answer is given up."""
    issuer.hang = True
    with pytest.raises(Unreachable, match="within"):
        await Outgoing(frozenset({"127.0.0.1"}), timeout_s=0.2).get(f"{issuer.url}/x")


async def test_who_is_not_there_is_unreachable() -> None:
    """A closed port and an unknown name are told apart from nothing else."""
    with pytest.raises(Unreachable, match="reached"):
        await allow("127.0.0.1").get("http://127.0.0.1:1/")
    with pytest.raises(Unreachable, match="not known"):
        await allow("nowhere.invalid").get("http://nowhere.invalid/")


async def test_sandboxes_do_not_share_what_is_remembered(issuer: Issuer) -> None:
    """What one sandbox asked is not to be seen from another."""
    discovery = Discovery(allow("127.0.0.1"))
    token = parse_token(issuer.sign(CLAIMS))
    for sandbox in ("one", "two", "one"):
        assert await discovery.is_signed(sandbox, issuer.url, token)
    assert len(issuer.asked) == 4


@pytest.mark.parametrize(
    ("document", "keys", "message"),
    [
        (b"no JSON", None, "can't be read"),
        (b'{"issuer": "http://other", "jwks_uri": "x"}', None, "names another issuer"),
        (None, b"no JSON", "can't be read"),
        (None, b'{"keys": [{"kty": "RSA", "n": "AQ", "e": "AQ", "kid": "x"}]}', "is none"),
        ((500, b""), None, "500"),
    ],
)
async def test_a_broken_issuer_is_unreachable(
    issuer: Issuer, document: bytes | None, keys: bytes | None, message: str
) -> None:
    """Whatever is wrong with the document or the keys is told in a sentence."""
    if document is not None:
        issuer.answers["/.well-known/openid-configuration"] = document
    if keys is not None:
        issuer.answers["/keys"] = keys
    with pytest.raises(Unreachable, match=message):
        await Discovery(allow("127.0.0.1")).is_signed(
            "default", issuer.url, parse_token(issuer.sign(CLAIMS))
        )


async def test_only_signing_rsa_keys_verify(issuer: Issuer) -> None:
    """Keys of other kinds or uses in the set are passed over."""
    discovery = Discovery(allow("127.0.0.1"))
    name = issuer.keys[0]
    for member, value in (("use", "enc"), ("kty", "EC")):
        issuer.answers["/keys"] = json.dumps(
            {"keys": [{**POOL.public_jwk(name), member: value}]}
        ).encode()
        token = parse_token(issuer.sign(CLAIMS))
        assert not await discovery.is_signed(value, issuer.url, token)
    assert not await discovery.is_signed("x", issuer.url, parse_token(sign(CLAIMS, name, kid=None)))
