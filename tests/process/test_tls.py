"""TLS as clients meet it: at real sockets of the installed command, with the root that it shows."""

import json
import re
import socket
import ssl
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.process.running import run_command, start
from tests.process.secure import Secure, drain
from tests.signing import minting

pytestmark = pytest.mark.slow

TIME = "/zerohash/time"


@pytest.fixture(scope="module")
def secure() -> Iterator[Secure]:
    """One emulator for the tests of this module, which in the end has logged nothing."""
    with start("--tls") as running:
        made = Secure(running)
        yield made
        assert running.stop().err == ""


def test_the_same_is_served_over_tls(secure: Secure) -> None:
    """Whoever trusts the root is served, as over plain HTTP, and nobody else is."""
    assert secure.get(TIME).status_code == 200
    assert secure.running.get(TIME).status_code == 200
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(secure.url + TIME)


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "127.0.0.1",
        "::1",
        "emulator",
        "api.cert.zerohash.com",
        "cdn.highnote.com",
        "sdk.usegrant.dev",
        "abc.auth.usegrant.dev",
    ],
)
def test_it_has_every_name(secure: Secure, name: str) -> None:
    """The handshake succeeds under each, by HTTP/1.1 and TLS 1.3."""
    with secure.connect(name) as connection:
        assert connection.version() == "TLSv1.3"


@pytest.mark.parametrize("name", ["example.com", "zerohash.com", "a.b.auth.usegrant.dev"])
def test_it_has_no_other_name(secure: Secure, name: str) -> None:
    """A client that wants somebody else is not deceived."""
    with pytest.raises(ssl.SSLCertVerificationError):
        secure.connect(name)


def test_strict_clients_are_content(secure: Secure) -> None:
    """The chain stands up to RFC 5280 to the letter, as newer Pythons ask for."""
    context = ssl.create_default_context(cadata=secure.root)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert httpx.get(secure.url + TIME, verify=context).status_code == 200


def test_a_providers_own_host_is_answered(secure: Secure) -> None:
    """What an SDK with a fixed host asks for arrives at its provider, not at the control API."""
    host = {"Host": "api.cert.zerohash.com"}
    extensions = {"sni_hostname": "api.cert.zerohash.com"}
    answer = secure.get("/time", headers=host, extensions=extensions)
    assert (answer.status_code, "epoch" in answer.text) == (200, True)
    answer = secure.get("/_emulator/ca.pem", headers=host, extensions=extensions)
    assert answer.status_code == 404


def test_urls_in_answers_use_the_origin_that_asked(secure: Secure) -> None:
    """Over TLS they begin with https, and gRPC's target is the one that speaks TLS."""
    answer = secure.get("/_emulator/sandboxes/default/credentials").json()
    assert answer["zerohash"]["base_url"] == f"{secure.url}/zerohash"
    assert answer["hyperswitch"]["grpc_target"] == f"127.0.0.1:{secure.ports['grpc_tls']}"
    plain = secure.running.get("/_emulator/sandboxes/default/credentials").json()
    assert plain["zerohash"]["base_url"] == f"{secure.running.url}/zerohash"
    assert plain["hyperswitch"]["grpc_target"] == f"127.0.0.1:{secure.ports['grpc']}"


def test_old_versions_are_not_spoken(secure: Secure) -> None:
    """1.2 and 1.3 are, also to a client that would take any."""
    spoken = {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}
    client = ssl.create_default_context(cadata=secure.root)
    for version, name in spoken.items():
        client.minimum_version, client.maximum_version = ssl.TLSVersion.TLSv1_2, version
        plain = socket.create_connection(("127.0.0.1", secure.ports["https"]), timeout=20)
        with client.wrap_socket(plain, server_hostname="localhost") as connection:
            assert connection.version() == name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        client.set_ciphers("ALL:@SECLEVEL=0")
        client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_1
    plain = socket.create_connection(("127.0.0.1", secure.ports["https"]), timeout=20)
    with plain, pytest.raises((ssl.SSLError, ConnectionError)):
        client.wrap_socket(plain, server_hostname="localhost")


def test_half_handshakes_are_in_nobodys_way() -> None:
    """64 clients that never finish theirs slow no other, nor the stop."""
    with ExitStack() as stack, start("--tls") as running:
        secure = Secure(running)
        for _ in range(64):
            at = ("127.0.0.1", secure.ports["https"])
            stranger = stack.enter_context(socket.create_connection(at, timeout=20))
            stranger.sendall(b"\x16\x03\x01\x02\x00\x01")
        assert secure.get(TIME).status_code == 200
        ended = running.stop()
    assert (ended.code, ended.err) == (0, "")
    assert ended.within_s < 2.5


def test_the_key_is_shown_to_nobody(secure: Secure) -> None:
    """The root's certificate is there for everybody, and nothing but that."""
    answer = secure.running.get("/_emulator/ca.pem")
    assert answer.headers["content-type"].startswith("application/x-pem-file")
    assert answer.text.count("-----BEGIN") == 1
    assert "PRIVATE" not in answer.text


def test_the_root_is_open_where_control_is_not() -> None:
    """A container learns whom to trust before it has a token."""
    with start("--tls", "--control-token", "fake-control-token") as running:
        assert running.get("/_emulator/ca.pem").status_code == 200
        assert running.get("/_emulator/sandboxes").status_code == 401


def test_without_tls_nothing_of_it_is_loaded() -> None:
    """A start does not pay for what it does not use."""
    code = (
        "import sys, emulator.server, emulator.cli.serve; from emulator.app import *; "
        "create_emulator(Settings()); sys.exit('emulator.authority' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603


def test_without_tls_there_is_no_root() -> None:
    """The problem says how to turn it on, and no port is opened."""
    with start() as running:
        answer = running.get("/_emulator/ca.pem")
        assert "https" not in running.get("/_emulator/health").json()["ports"]
    assert (answer.status_code, answer.json()["title"]) == (404, "No local authority")
    assert "EMULATOR_TLS=on" in answer.json()["detail"]


def test_the_start_tells_how_to_trust_it(secure: Secure) -> None:
    """Addresses, where the root is, and the variables of the usual clients."""
    told = secure.running.banner
    assert re.search(rf"\n  https +{secure.url}\n", told)
    assert f"{secure.running.url}/_emulator/ca.pem" in told
    for word in ("--cacert", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        assert word in told


def test_machines_are_told_as_well() -> None:
    """In JSON, for whoever starts it from a script."""
    with start("--tls", "--log-format", "json") as running:
        told = json.loads(running.banner)
        ports = running.get("/_emulator/health").json()["ports"]
    assert told["https"] == f"https://127.0.0.1:{ports['https']}"
    assert f"127.0.0.1:{ports['grpc_tls']}" in told["grpc_tls"]
    assert told["grpc"] == [f"127.0.0.1:{ports['grpc']}"]
    assert told["trust"].endswith("/_emulator/ca.pem")


def test_a_folder_keeps_trust_over_a_restart(tmp_path: Path) -> None:
    """Who trusted the first trusts the second, which may serve other providers."""
    folder = tmp_path / "tls"
    with start("--tls", str(folder)) as running:
        first = Secure(running)
        assert str(folder / "ca.pem") in running.banner
    with start("--tls", str(folder), "--providers", "zerohash") as running:
        second = Secure(running)
        answer = httpx.get(second.url + TIME, verify=first.context)
    assert answer.status_code == 200
    assert second.root == (folder / "ca.pem").read_text()


def test_a_folder_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    """One line, exit code 2."""
    broken = tmp_path / "ca-key.pem"
    broken.write_text("nothing")
    broken.chmod(0o600)
    outcome = run_command("serve", "--port", "0", "--tls", str(tmp_path))
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1
    assert f"EMULATOR_TLS: {broken} does not hold" in outcome.stderr


def test_a_tls_port_in_use_is_told() -> None:
    """The line names the port and the variable."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        http = run_command("serve", "--port", "0", "--tls", "--tls-port", port)
        rpc = run_command("serve", "--port", "0", "--tls", "--grpc-tls-port", port)
    assert f"port {port} on 127.0.0.1 is in use" in http.stderr
    assert "EMULATOR_TLS_PORT" in http.stderr
    assert "EMULATOR_GRPC_TLS_PORT" in rpc.stderr


def test_a_reset_is_an_rst(secure: Secure) -> None:
    """Over TLS too the client's socket says that its peer reset the connection."""
    head = f"GET {TIME} HTTP/1.1\r\nHost: x\r\nX-Emulator-Fault: transport=reset\r\n\r\n"
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    spoken = secure.context.wrap_bio(coming, going, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", secure.ports["https"]), timeout=20) as plain:
        while True:
            with suppress(ssl.SSLWantReadError):
                spoken.do_handshake()
                break
            plain.sendall(going.read())
            coming.write(plain.recv(65536))
        spoken.write(head.encode())
        plain.sendall(going.read())
        with pytest.raises(ConnectionResetError):
            drain(plain)


def test_a_close_is_in_order(secure: Secure) -> None:
    """The connection ends with TLS's own farewell, before a byte of an answer, and soon."""
    started = time.monotonic()
    assert secure.exchange(TIME, "transport=close_before_headers") == b""
    assert time.monotonic() - started < 1.5


def test_half_a_body_with_the_whole_length(secure: Secure) -> None:
    """`truncate`: all that was sent arrives, and no more."""
    head, _, body = secure.exchange(TIME, "transport=truncate").partition(b"\r\n\r\n")
    told = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert len(body) == told // 2


@pytest.mark.parametrize("kind", ["close_mid_body", "truncate", "reset", "close_before_headers"])
def test_clients_see_a_broken_transport(secure: Secure, kind: str) -> None:
    """A client library reports it, and its next call on the same client is answered."""
    with httpx.Client(base_url=secure.url, verify=secure.context) as client:
        with pytest.raises(httpx.TransportError):
            client.get(TIME, headers={"X-Emulator-Fault": f"transport={kind}"})
        assert client.get(TIME).json()


def test_a_token_is_minted_and_a_large_body_arrives(secure: Secure) -> None:
    """Signed requests go as over plain HTTP; a body over the limit is refused in words."""
    with httpx.Client(base_url=secure.url, verify=secure.context, timeout=20) as client:
        assert client.request(**minting()).status_code == 201
        answer = client.post("/zerohash/client_auth_token", content=b"x" * (2 << 20))
        assert answer.status_code == 413


def test_strangers_at_the_port_harm_nobody(secure: Secure) -> None:
    """Plain HTTP, garbage, and who hangs up in the handshake: all are let go, nothing is logged."""
    port = secure.ports["https"]
    for sent in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01garbage", b""):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(sent)
    assert secure.get(TIME).status_code == 200


def test_it_stops_quickly_with_clients_connected() -> None:
    """An idle client over TLS that says nothing holds nothing up."""
    with start("--tls") as running:
        secure = Secure(running)
        with secure.connect() as connection:
            connection.sendall(b"GET /zerohash/time HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65536)
            ended = running.stop()
    assert (ended.code, ended.err) == (0, "")
    assert ended.within_s < 2.5
