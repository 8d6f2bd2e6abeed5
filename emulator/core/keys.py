"""The pool of RSA keys: named, loaded on first use, never generated while serving."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
    RSAPublicNumbers,
)

from emulator.core.ids import derive_bytes

SIZES = (2048, 4096)  # bits


class Jwk(msgspec.Struct, frozen=True):
    """An RSA private key as RFC 7517 and 7518 write it."""

    kty: Literal["RSA"]
    n: str
    e: str
    d: str
    p: str
    q: str
    dp: str
    dq: str
    qi: str


class KeyPool:
    """Keys by name. `own`: a folder of keys that stand in for the shipped ones of their sizes.

    Raises:
        ValueError: there is no own key in the folder, one is no valid RSA key, or of a size
            that nothing here signs with.
    """

    def __init__(self, shipped: Path, own: Path | None = None) -> None:
        self._files = {path.stem: path for path in sorted(shipped.glob("*.json"))}
        self._own = {path.stem: path for path in sorted(own.glob("*.json"))} if own else {}
        if own and not self._own:
            raise ValueError(f"{own}: is no folder with RSA private keys as JWK in *.json files")
        self._private: dict[str, RSAPrivateKey] = {}
        self._public: dict[str, RSAPublicKey] = {}
        self._jwks: dict[str, Jwk] = {}
        self._kids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for name in self._own:
            bits = self.private(name).key_size
            if bits not in SIZES:
                raise ValueError(f"{self._file(name)}: has {bits} bits: 2048 or 4096 are used")
        self.by_bits: Mapping[int, tuple[str, ...]] = {
            **self._sort(self._files),
            **self._sort(self._own),
        }

    def _sort(self, names: Iterable[str]) -> dict[int, tuple[str, ...]]:
        """Names by their keys' sizes."""
        sizes: dict[int, tuple[str, ...]] = {}
        for name in names:
            bits = _number(self._jwk(name).n).bit_length()
            sizes[bits] = (*sizes.get(bits, ()), name)
        return sizes

    def private(self, name: str) -> RSAPrivateKey:
        """The key that signs.

        Raises:
            KeyError: the pool has no such key.
            ValueError: the file is no valid RSA key.
        """
        key = self._private.get(name)
        if key is None:
            try:
                key = _load_private(self._jwk(name), validate=name in self._own)
            except ValueError as error:
                raise ValueError(f"{self._file(name)}: is no RSA private key: {error}") from None
            self._private[name] = key
        return key

    def public(self, name: str) -> RSAPublicKey:
        """The key that verifies."""
        key = self._public.get(name)
        if key is None:
            key = self._public[name] = _public_numbers(self._jwk(name)).public_key()
        return key

    def public_jwk(self, name: str) -> dict[str, str]:
        """Public members only, with the RFC 7638 thumbprint as `kid`."""
        jwk = self._jwk(name)
        public = {"e": jwk.e, "kty": jwk.kty, "n": jwk.n}
        return {**public, "alg": "RS256", "use": "sig", "kid": self.kid(name)}

    def kid(self, name: str) -> str:
        """The RFC 7638 thumbprint of a key."""
        kid = self._kids.get(name)
        if kid is None:
            jwk = self._jwk(name)
            kid = self._kids[name] = thumbprint({"e": jwk.e, "kty": jwk.kty, "n": jwk.n})
        return kid

    def find(self, kid: object) -> str | None:
        """The key of that thumbprint."""
        if not self._names:
            self._names = {self.kid(name): name for name in (*self._files, *self._own)}
        return self._names.get(kid) if isinstance(kid, str) else None

    def _jwk(self, name: str) -> Jwk:
        jwk = self._jwks.get(name)
        if jwk is None:
            raw = self._file(name).read_bytes()
            jwk = self._jwks[name] = msgspec.json.decode(raw, type=Jwk)
        return jwk

    def _file(self, name: str) -> Path:
        return self._own.get(name) or self._files[name]


def choose_key(names: tuple[str, ...], seed: str, issuer: str) -> str:
    """The first key of an issuer: the same for the same seed, spread over the pool."""
    start = int.from_bytes(derive_bytes(seed, "key", issuer, size=8))
    return names[start % len(names)]


def thumbprint(public: Mapping[str, str]) -> str:
    """RFC 7638: SHA-256 over the required members in lexicographic order."""
    members = {name: public[name] for name in ("e", "kty", "n")}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _b64(hashlib.sha256(canonical.encode()).digest())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


_B64URL = re.compile(r"[A-Za-z0-9_-]+")


def _number(text: str) -> int:
    if not _B64URL.fullmatch(text):  # the decoder would skip what does not belong there
        raise ValueError("a number is not base64url")
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _public_numbers(jwk: Jwk) -> RSAPublicNumbers:
    return RSAPublicNumbers(e=_number(jwk.e), n=_number(jwk.n))


def _load_private(jwk: Jwk, *, validate: bool) -> RSAPrivateKey:
    numbers = RSAPrivateNumbers(
        p=_number(jwk.p),
        q=_number(jwk.q),
        d=_number(jwk.d),
        dmp1=_number(jwk.dp),
        dmq1=_number(jwk.dq),
        iqmp=_number(jwk.qi),
        public_numbers=_public_numbers(jwk),
    )
    # Validation costs 40 ms a key; the shipped keys never change.
    return numbers.private_key(unsafe_skip_rsa_key_validation=not validate)
