"""A local certificate authority, and the server's certificate that it signs.

Its root goes into people's trust stores, so it is made to sign for the names that it was made for
and no other. (Addresses can't be constrained as well: the TLS library of gRPC refuses such a root.)
Kept in a folder it survives a restart; the server's own key never leaves the process.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkstemp

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.core.clock import wall

SECRET_FILE = "ca-key.pem"  # noqa: S105 - a file's name; holds the key and the certificate
PUBLIC_FILE = "ca.pem"


AUTHORITY_DAYS = 3650
SERVER_DAYS = 397  # no client asks for less
BACK = timedelta(days=1)  # for a client whose clock is behind

Key = EllipticCurvePrivateKey | RSAPrivateKey


class AuthorityError(ValueError):
    """The authority can't be had; the text says what to change."""


class Authority(msgspec.Struct, frozen=True):
    """A root that signs."""

    key: Key
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """Its certificate."""
        return self.certificate.public_bytes(Encoding.PEM)


class Identity(msgspec.Struct, frozen=True):
    """What a server shows, as PEM. `root`: what clients have to trust; `key`: never shown."""

    root: bytes
    certificate: bytes
    key: bytes


def open_identity(folder: Path | None, names: Sequence[str]) -> Identity:
    """An identity for these names and addresses. `folder` None: the authority is not kept.

    Raises:
        AuthorityError: the folder can't be used.
    """
    authority = make_authority(names) if folder is None else open_authority(folder, names)
    return issue(authority, names)


def open_authority(folder: Path, names: Sequence[str]) -> Authority:
    """The authority of a folder, made at the first time. Several may ask at once.

    Raises:
        AuthorityError: the folder can't be used, or what is in it can't.
    """
    secret, public = folder / SECRET_FILE, folder / PUBLIC_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not secret.exists():
            _refuse_orphan(secret, public)
            _store(secret, make_authority(names))
        authority = _read(secret)
        if not public.exists() or public.read_bytes() != authority.pem:
            public.write_bytes(authority.pem)
    except OSError as error:
        raise AuthorityError(
            f"EMULATOR_TLS: {error.filename or folder}: {error.strerror}: "
            "name a folder that this user may write to, or use EMULATOR_TLS=on"
        ) from None
    _check(authority, secret, names)
    return authority


def make_authority(names: Iterable[str]) -> Authority:
    """A new root that may sign for these DNS names and what is below them."""
    key = generate_private_key(SECP256R1())
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    subject = _name(f"token-emulator local authority {mark.digest.hex()[:8]}")
    bases = dict.fromkeys(name.removeprefix("*.") for name in names if not _is_address(name))
    builder = (
        _begin(subject, subject, AUTHORITY_DAYS)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(mark, critical=False)
        .add_extension(x509.NameConstraints([*map(x509.DNSName, bases)], None), critical=True)
    )
    return Authority(key, builder.sign(key, SHA256()))


def issue(authority: Authority, names: Iterable[str]) -> Identity:
    """A server's certificate with a key of its own."""
    key = generate_private_key(SECP256R1())
    root = authority.certificate
    builder = (
        _begin(_name("token-emulator"), root.subject, SERVER_DAYS, root.not_valid_after_utc)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([*map(_general, names)]), critical=False)
        .add_extension(_point_to(root), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signed = builder.sign(authority.key, SHA256())
    return Identity(authority.pem, signed.public_bytes(Encoding.PEM), _encode(key))


def _begin(
    subject: x509.Name, issuer: x509.Name, days: int, end: datetime | None = None
) -> x509.CertificateBuilder:
    now = datetime.fromtimestamp(wall(), UTC)
    until = now + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACK)
        .not_valid_after(min(until, end or until))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _point_to(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """As the root calls itself, which need not be a digest of its key."""
    try:
        mark = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        mark = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(mark)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if _is_address(name) else x509.DNSName(name)


def _is_address(name: str) -> bool:
    with suppress(ValueError):
        ip_address(name)
        return True
    return False


def _encode(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _refuse_orphan(secret: Path, public: Path) -> None:
    """Another root in its place would not be the one that people trust.

    The key is looked for once more: who else starts now stores it first, then the certificate.
    """
    if public.exists() and not secret.exists():
        raise AuthorityError(
            f"EMULATOR_TLS: {public} is there without its key {secret.name}: bring the key back, "
            "or delete the certificate to have another authority made"
        )


def _store(secret: Path, authority: Authority) -> None:
    """Whole or not at all, and only where there is none: of several who ask one wins."""
    descriptor, made = mkstemp(dir=secret.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_encode(authority.key) + authority.pem)
        with suppress(FileExistsError):
            secret.hardlink_to(made)
    finally:
        Path(made).unlink()


def _read(secret: Path) -> Authority:
    if stat.S_IMODE(secret.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise AuthorityError(f"EMULATOR_TLS: others may read {secret}: chmod 600 {secret}")
    text = secret.read_bytes()
    try:
        key, certificate = load_pem_private_key(text, None), x509.load_pem_x509_certificate(text)
    except (ValueError, TypeError):
        raise _unusable(secret, "does not hold a key and a certificate") from None
    if not isinstance(key, Key) or key.public_key() != certificate.public_key():
        raise _unusable(secret, "holds a certificate of another key")
    return Authority(key, certificate)


def _check(authority: Authority, secret: Path, names: Iterable[str]) -> None:
    root = authority.certificate
    if root.not_valid_after_utc.timestamp() <= wall():
        raise _unusable(secret, f"expired on {root.not_valid_after_utc:%Y-%m-%d}")
    with suppress(x509.ExtensionNotFound):
        if not root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            raise _unusable(secret, "holds a server's certificate, which can't sign others")
    try:
        limits = root.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return
    allowed = [at.value for at in limits.permitted_subtrees or () if isinstance(at, x509.DNSName)]
    for name in names:
        if not _is_address(name) and not any(_is_below(name, base) for base in allowed):
            raise _unusable(secret, f"may not sign for {name}")


def _is_below(name: str, base: str) -> bool:
    return f".{name.removeprefix('*.')}".endswith(f".{base}")


def _unusable(secret: Path, why: str) -> AuthorityError:
    return AuthorityError(
        f"EMULATOR_TLS: {secret} {why}: delete it and {PUBLIC_FILE} beside it to have another "
        "authority made, and trust that one"
    )
