from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from stat import S_IMODE

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from emulator.app import PROVIDERS, create_emulator
from emulator.authority import (
    PUBLIC_FILE,
    SECRET_FILE,
    Authority,
    AuthorityError,
    Identity,
    _refuse_orphan,
    issue,
    make_authority,
    open_authority,
    open_identity,
)
from emulator.setting_values import TlsPlace
from emulator.settings import Settings
from emulator.tls import list_names

NAMES = ["localhost", "127.0.0.1", "::1", "api.example.com", "*.auth.example.com"]


def read(identity: Identity) -> x509.Certificate:
    """The server's certificate."""
    return x509.load_pem_x509_certificate(identity.certificate)


def extension(of: x509.Certificate, kind: type[x509.ExtensionType]) -> object:
    """One extension's value."""
    return of.extensions.get_extension_for_class(kind).value


def alternatives(identity: Identity) -> list[str]:
    """Every name and address that an identity is good for."""
    found = extension(read(identity), x509.SubjectAlternativeName)
    assert isinstance(found, x509.SubjectAlternativeName)
    return [str(name.value) for name in found]


def test_it_is_good_for_the_names_that_were_asked_for() -> None:
    """Names are certified as DNS names, addresses as addresses, and the root signed it."""
    identity = open_identity(None, NAMES)
    assert alternatives(identity) == NAMES
    found = extension(read(identity), x509.SubjectAlternativeName)
    assert isinstance(found, x509.SubjectAlternativeName)
    assert found.get_values_for_type(x509.IPAddress) == [ip_address("127.0.0.1"), ip_address("::1")]
    read(identity).verify_directly_issued_by(x509.load_pem_x509_certificate(identity.root))


def test_the_providers_hosts_are_certified() -> None:
    """This machine, the compose service, every provider's host, and whatever was added."""
    settings = Settings(
        host="10.1.2.3",
        public_url="https://e.example:8443",
        tls=TlsPlace(),
        tls_names=("EMULATOR.test",),
        providers=("zerohash",),
    )
    emulator = create_emulator(settings)
    assert emulator.identity is not None
    named = alternatives(emulator.identity)
    hosts = {host for provider in PROVIDERS for host in provider.hosts}
    parents = {f"*.{parent}" for provider in PROVIDERS for parent in provider.parent_hosts}
    assert {"localhost", "127.0.0.1", "::1", "emulator", "token-emulator"} <= set(named)
    assert {"api.cert.zerohash.com", "api.us.test.highnote.com"} <= hosts <= set(named)
    assert {"*.auth.usegrant.dev"} == parents <= set(named)
    assert {"10.1.2.3", "e.example", "emulator.test"} <= set(named)
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_every_interface_is_no_name(host: str) -> None:
    """Nobody can connect to it by that address."""
    assert host not in list_names(Settings(host=host), PROVIDERS)


def test_how_long_it_holds() -> None:
    """A server for 397 days, which browsers allow, the root for ten years; both since yesterday."""
    identity = open_identity(None, NAMES)
    root, server = x509.load_pem_x509_certificate(identity.root), read(identity)
    now = datetime.now(UTC)
    assert abs(server.not_valid_after_utc - now - timedelta(days=397)) < timedelta(minutes=1)
    assert abs(root.not_valid_after_utc - now - timedelta(days=3650)) < timedelta(minutes=1)
    assert max(root.not_valid_before_utc, server.not_valid_before_utc) < now - timedelta(hours=23)


def test_the_root_is_of_use_for_these_names_alone() -> None:
    """Who steals it can't pass for any other host; the server's certificate signs nothing."""
    identity = open_identity(None, NAMES)
    root = x509.load_pem_x509_certificate(identity.root)
    assert root.extensions.get_extension_for_class(x509.NameConstraints).critical
    limits = extension(root, x509.NameConstraints)
    assert isinstance(limits, x509.NameConstraints)
    assert [str(at.value) for at in limits.permitted_subtrees or ()] == [
        "localhost",
        "api.example.com",
        "auth.example.com",
    ]
    basic = extension(read(identity), x509.BasicConstraints)
    assert isinstance(basic, x509.BasicConstraints)
    assert not basic.ca


def test_without_a_folder_each_is_another() -> None:
    """Nothing is kept; two roots can't be taken for one another by name either."""
    first, second = make_authority(NAMES), make_authority(NAMES)
    assert first.certificate.subject != second.certificate.subject


def test_a_folder_keeps_the_authority(tmp_path: Path) -> None:
    """Trust survives a restart; the server's certificate is made anew, for other names too."""
    folder = tmp_path / "a" / "b"
    first = open_identity(folder, NAMES)
    second = open_identity(folder, [*NAMES, "127.0.0.2", "v2.api.example.com"])
    assert first.root == second.root == (folder / PUBLIC_FILE).read_bytes()
    assert first.key != second.key
    assert "v2.api.example.com" in alternatives(second)
    assert sorted(path.name for path in folder.iterdir()) == [SECRET_FILE, PUBLIC_FILE]


def test_only_the_owner_reads_the_key(tmp_path: Path) -> None:
    """The key's file has mode 0600, and the certificate's holds no key."""
    open_authority(tmp_path, NAMES)
    assert S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600
    assert b"PRIVATE" not in (tmp_path / PUBLIC_FILE).read_bytes()
    assert b"PRIVATE" in (tmp_path / SECRET_FILE).read_bytes()


def test_several_at_once_agree(tmp_path: Path) -> None:
    """Workers that start together have one authority."""
    with ThreadPoolExecutor(8) as threads:
        roots = threads.map(lambda _: open_authority(tmp_path, NAMES).pem, range(8))
        assert len(set(roots)) == 1


def test_one_who_looks_between_anothers_two_files_goes_on(tmp_path: Path) -> None:
    """The certificate comes last: with its key beside it, it is no orphan."""
    open_authority(tmp_path, NAMES)
    _refuse_orphan(tmp_path / SECRET_FILE, tmp_path / PUBLIC_FILE)


def test_an_own_authority_may_be_given(tmp_path: Path) -> None:
    """A key and a certificate that another tool made, RSA and without constraints, sign as well."""
    own = make_authority(NAMES)
    key = generate_private_key(65537, 2048)
    mark = x509.SubjectKeyIdentifier(b"its own mark")
    builder = x509.CertificateBuilder(
        own.certificate.subject,
        own.certificate.subject,
        key.public_key(),
        1,
        own.certificate.not_valid_before_utc,
        datetime.now(UTC) + timedelta(days=30),
        [x509.Extension(mark.oid, critical=False, value=mark)],
    )
    given = Authority(key, builder.sign(key, SHA256()))
    write(tmp_path, given)
    identity = open_identity(tmp_path, ["any.example"])
    server = read(identity)
    server.verify_directly_issued_by(given.certificate)
    pointer = extension(server, x509.AuthorityKeyIdentifier)
    assert isinstance(pointer, x509.AuthorityKeyIdentifier)
    assert pointer.key_identifier == mark.digest
    assert server.not_valid_after_utc == given.certificate.not_valid_after_utc


def write(folder: Path, authority: Authority, more: bytes = b"") -> None:
    """Put an authority where it would be kept."""
    key = authority.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / SECRET_FILE).write_bytes(key + authority.pem + more)
    (folder / SECRET_FILE).chmod(0o600)


def test_a_root_without_a_mark_is_pointed_to_by_its_key() -> None:
    """What signs need not say what it calls its key."""
    own = make_authority(NAMES)
    bare = x509.CertificateBuilder(
        own.certificate.subject,
        own.certificate.subject,
        own.key.public_key(),
        1,
        own.certificate.not_valid_before_utc,
        own.certificate.not_valid_after_utc,
    ).sign(own.key, SHA256())
    pointer = extension(
        read(issue(replace(own, certificate=bare), NAMES)), x509.AuthorityKeyIdentifier
    )
    mark = x509.SubjectKeyIdentifier.from_public_key(own.key.public_key())
    assert isinstance(pointer, x509.AuthorityKeyIdentifier)
    assert pointer.key_identifier == mark.digest


def refuse(folder: Path, names: list[str] = NAMES) -> str:
    """What is told of a folder that can't be used."""
    with pytest.raises(AuthorityError) as told:
        open_identity(folder, names)
    assert str(told.value).startswith("EMULATOR_TLS: ")
    assert str(folder) in str(told.value)
    return str(told.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    """The text names the path and what to do."""
    file = tmp_path / "file"
    file.write_text("")
    assert "folder that this user may write to" in refuse(file)


def test_a_key_that_others_read_is_refused(tmp_path: Path) -> None:
    """As ssh does."""
    open_authority(tmp_path, NAMES)
    (tmp_path / SECRET_FILE).chmod(0o640)
    assert f"chmod 600 {tmp_path / SECRET_FILE}" in refuse(tmp_path)


@pytest.mark.parametrize("content", [b"", b"nothing", make_authority(NAMES).pem])
def test_what_is_no_authority_is_refused(tmp_path: Path, content: bytes) -> None:
    """A key and its certificate have to be there, whole."""
    (tmp_path / SECRET_FILE).write_bytes(content)
    (tmp_path / SECRET_FILE).chmod(0o600)
    assert "does not hold a key and a certificate: delete it" in refuse(tmp_path)


def test_another_keys_certificate_is_refused(tmp_path: Path) -> None:
    """Nothing that it signed would be trusted."""
    write(tmp_path, replace(make_authority(NAMES), key=make_authority(NAMES).key))
    assert "of another key" in refuse(tmp_path)


def test_a_servers_certificate_is_refused(tmp_path: Path) -> None:
    """No client would trust what it signed."""
    server = issue(make_authority(NAMES), NAMES)
    (tmp_path / SECRET_FILE).write_bytes(server.key + server.certificate)
    (tmp_path / SECRET_FILE).chmod(0o600)
    assert "holds a server's certificate" in refuse(tmp_path)


def test_a_certificate_without_its_key_is_left_alone(tmp_path: Path) -> None:
    """People trust it: another is not put in its place."""
    pem = open_authority(tmp_path, NAMES).pem
    (tmp_path / SECRET_FILE).unlink()
    assert "without its key" in refuse(tmp_path)
    assert (tmp_path / PUBLIC_FILE).read_bytes() == pem


def test_an_expired_authority_is_refused(tmp_path: Path) -> None:
    """Clients would only say that something has expired."""
    own = make_authority(NAMES)
    old = x509.CertificateBuilder(
        own.certificate.subject,
        own.certificate.subject,
        own.key.public_key(),
        1,
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2021, 1, 1, tzinfo=UTC),
    ).sign(own.key, SHA256())
    write(tmp_path, replace(own, certificate=old))
    assert "expired on 2021-01-01: delete it" in refuse(tmp_path)


@pytest.mark.parametrize("name", ["other.example.com", "badapi.example.com", "*.example.com"])
def test_a_name_that_it_may_not_sign_for_is_told(tmp_path: Path, name: str) -> None:
    """It would be refused by every client; addresses are not constrained."""
    open_authority(tmp_path, NAMES)
    open_identity(tmp_path, ["192.0.2.1"])
    assert f"may not sign for {name}: delete it" in refuse(tmp_path, [name])
