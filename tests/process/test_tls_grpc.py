"""gRPC over TLS by real clients, and workers that share an authority."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import grpc
import pytest

from tests.process.running import run_command, start
from tests.process.secure import Secure

pytestmark = pytest.mark.slow

PUBLISHED = "/ucs.v2.MerchantAuthenticationService/CreateAccessToken"


@pytest.fixture(scope="module")
def secure() -> Iterator[Secure]:
    """One emulator for the tests of this module, which in the end has logged nothing."""
    with start("--tls") as running:
        made = Secure(running)
        yield made
        assert running.stop().err == ""


def call(secure: Secure, surface: str = "grpc_tls", **metadata: str) -> bytes:
    """The published call over a secure channel of grpcio."""
    trusted = grpc.ssl_channel_credentials(secure.root.encode())
    target = f"localhost:{secure.ports[surface]}"
    given = {"x-connector": "stripe", "x-connector-auth": '{"Stripe":{"api_key":"sk_test_fake"}}'}
    sent = tuple((name.replace("_", "-"), value) for name, value in {**given, **metadata}.items())
    with grpc.secure_channel(target, trusted) as channel:
        plain = partial(bytes)
        answer: bytes = channel.unary_unary(
            PUBLISHED, request_serializer=plain, response_deserializer=plain
        )(b"", metadata=sent, timeout=20)
    return answer


def test_grpc_over_tls(secure: Secure) -> None:
    """A secure channel that trusts the root is answered."""
    assert call(secure)


def test_a_reset_over_secure_grpc(secure: Secure) -> None:
    """The client is cut off, and the next is answered."""
    with pytest.raises(grpc.RpcError) as cut:
        call(secure, x_emulator_fault="transport=reset")
    assert cut.value.code() == grpc.StatusCode.UNAVAILABLE
    assert call(secure)


def grpcurl(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The real grpcurl."""
    found = shutil.which("grpcurl", path=str(Path(sys.executable).parent)) or shutil.which(
        "grpcurl"
    )
    if found is None:
        pytest.skip("there is no grpcurl here")
    return subprocess.run(  # noqa: S603 - our own words
        [found, *arguments], capture_output=True, text=True, check=False, timeout=30
    )


def test_the_published_line_needs_insecure_alone() -> None:
    """As printed, with `-insecure` in `-plaintext`'s place, on the port that is its example's."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    with start("--tls", "--grpc-example-port", port):
        line = ["-H", "x-connector: stripe"]
        line += ["-H", 'x-connector-auth: {"Stripe":{"api_key":"sk_test_fake"}}']
        line += ["-d", '{"merchant_access_token_id": "token_001", "connector": "STRIPE"}']
        line += [f"localhost:{port}", PUBLISHED[1:]]
        answered, refused = grpcurl("-insecure", *line), grpcurl(*line)
    assert json.loads(answered.stdout)["merchantAccessTokenId"] == "token_001", answered.stderr
    assert "certificate" in refused.stderr


def test_workers_share_an_authority(tmp_path: Path) -> None:
    """With a folder each worker shows a certificate of the same root, on the same ports."""
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    with start("--workers", "2", "--ledger", ledger, "--tls", str(tmp_path / "tls")) as running:
        secure = Secure(running)
        assert {secure.get("/zerohash/time").status_code for _ in range(8)} == {200}
        assert all(call(secure) for _ in range(4))
        serials = {serial(secure) for _ in range(32)}
    assert len(serials) == 2


def serial(secure: Secure) -> str:
    """The number of the certificate that one connection was shown."""
    with secure.connect() as connection:
        found = connection.getpeercert()
        assert found is not None
        return str(found["serialNumber"])


def test_workers_without_a_folder_are_refused(tmp_path: Path) -> None:
    """Each would have a root of its own; the line says what to set."""
    ledger = f"sqlite:{tmp_path / 'ledger.db'}"
    outcome = run_command("serve", "--workers", "2", "--ledger", ledger, "--tls", "--port", "0")
    assert outcome.returncode == 2
    assert "set EMULATOR_TLS to a folder" in outcome.stderr
