"""Foreign issuers' key sets: OpenID Connect discovery through the one way out, cached."""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from emulator.core.clock import monotonic
from emulator.core.jwt import Unverified, is_signed_by
from emulator.edge.outgoing import Outgoing, Unreachable

CACHE_S = 300.0
CACHE_SIZE = 256


class _Document(msgspec.Struct, frozen=True):
    issuer: str
    jwks_uri: str


class _Key(msgspec.Struct, frozen=True):
    kty: str
    n: str = ""
    e: str = ""
    kid: str = ""
    use: str = "sig"


class _KeySet(msgspec.Struct, frozen=True):
    keys: tuple[_Key, ...]


class _Cached(msgspec.Struct, frozen=True):
    keys: Mapping[str, RSAPublicKey]
    at: float


class Discovery:
    """The key sets of foreign issuers. Each sandbox has its own cache of them."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._cache: OrderedDict[tuple[str, str], _Cached] = OrderedDict()

    async def is_signed(self, sandbox: str, issuer: str, token: Unverified) -> bool:
        """Whether a key of the issuer's set made the signature; an unknown `kid` asks anew.

        Raises:
            Unreachable: the set can't be got.
        """
        kid = token.header.get("kid")
        cached = self._cache.get((sandbox, issuer))
        if cached is None or kid not in cached.keys or monotonic() - cached.at > CACHE_S:
            cached = _Cached(await self._fetch(issuer), monotonic())
            self._keep((sandbox, issuer), cached)
        key = cached.keys.get(kid) if isinstance(kid, str) else None
        return key is not None and is_signed_by(token, key)

    def _keep(self, name: tuple[str, str], cached: _Cached) -> None:
        self._cache[name] = cached
        self._cache.move_to_end(name)
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)

    async def _fetch(self, issuer: str) -> Mapping[str, RSAPublicKey]:
        base = issuer.rstrip("/")
        raw = await self._outgoing.get(f"{base}/.well-known/openid-configuration")
        try:
            document = msgspec.json.decode(raw, type=_Document)
            if document.issuer.rstrip("/") != base:
                raise Unreachable("Its discovery document names another issuer.")
            found = msgspec.json.decode(await self._outgoing.get(document.jwks_uri), type=_KeySet)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unreachable("Its discovery document or key set can't be read.") from None
        return {key.kid: _load(key) for key in found.keys if key.kty == "RSA" and key.use == "sig"}


def _load(key: _Key) -> RSAPublicKey:
    try:
        return RSAPublicNumbers(e=_number(key.e), n=_number(key.n)).public_key()
    except (ValueError, binascii.Error):
        raise Unreachable("Its key set has an RSA key that is none.") from None


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
