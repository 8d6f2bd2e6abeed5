"""The real card viewer from npm, in headless Chromium, against an emulator at a real port."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.graphql import CARD, OTHER_CARD, READ_CARD
from tests.process.running import Running, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SCRIPT = Path(__file__).with_name("card_viewer.mjs")
PACKAGES = ("playwright-core@1", "@highnoteplatform/card-viewer@1.4.1")

Render = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def chromium() -> str:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("there is no chromium here: apt-get install chromium")
    return found


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm packages."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no npm here: apt-get install npm")
    folder = tmp_path_factory.mktemp("npm")
    done = subprocess.run(  # noqa: S603 - names of ours
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    if done.returncode:
        pytest.skip(f"npm can't install the packages: {done.stderr[-200:]}")
    return folder


@pytest.fixture(scope="module")
def emulator() -> Iterator[Running]:
    """An emulator with Highnote alone."""
    with start("--providers", "highnote") as running:
        yield running


@pytest.fixture(scope="module")
def certificate() -> dict[str, str]:
    """A key and a certificate for the viewer's origin, as PEM; nobody trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cdn.highnote.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("cdn.highnote.com")]), False)  # noqa: FBT003
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "key": private.decode(),
        "cert": made.public_bytes(serialization.Encoding.PEM).decode(),
    }


@pytest.fixture
def render(
    chromium: str,
    modules: Path,
    emulator: Running,
    certificate: dict[str, str],
    tmp_path: Path,
) -> Render:
    """Renders a card: what the page was told and what its frames showed."""

    def run(token: str, card: str = CARD, how: str = "interception", **more: object) -> Any:  # noqa: ANN401
        given = {
            "modules": str(modules),
            "chromium": chromium,
            "profile": str(tmp_path / "profile"),
            "api": emulator.url,
            "how": how,
            "token": token,
            "card": card,
            **certificate,
            **more,
        }
        node = shutil.which("node") or "node"
        done = subprocess.run(  # noqa: S603 - our own script
            [node, str(SCRIPT)],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return run


def post(emulator: Running, query: str, variables: object, by: str) -> Any:  # noqa: ANN401 - JSON
    """What a call yields."""
    answer = httpx.post(
        f"{emulator.url}/highnote/graphql",
        json={"query": query, "variables": variables},
        headers={"Authorization": by},
    )
    return answer.json()["data"]


def mint(emulator: Running, sandbox: str = "default") -> str:
    """A token that reads a card, minted with the sandbox's own API key."""
    url = f"{emulator.url}/_emulator/sandboxes/{sandbox}/credentials"
    api_key = httpx.get(url).json()["highnote"]["api_key"]
    query = """mutation M($input: GeneratePaymentCardClientTokenInput!) {
      generatePaymentCardClientToken(input: $input) { ... on ClientToken { value } } }"""
    values = {"paymentCardId": CARD, "permissions": ["READ_RESTRICTED_DETAILS"]}
    by = "Basic " + base64.b64encode(f"{api_key}:".encode()).decode()
    value: str = post(emulator, query, {"input": values}, by)["generatePaymentCardClientToken"][
        "value"
    ]
    return value


def expected(emulator: Running, token: str) -> dict[str, str]:
    """The card as the API tells it."""
    node = post(emulator, READ_CARD, {"id": CARD}, f"Bearer {token}")["node"]
    number, date = node["restrictedDetails"]["number"], node["expirationDate"]
    return {
        "number": " ".join(number[i : i + 4] for i in range(0, 16, 4)),
        "masked": f"•••• •••• •••• {number[-4:]}",
        "cvv": node["restrictedDetails"]["cvv"],
        "expirationDate": f"{date[5:7]}/{date[2:4]}",
    }


@pytest.mark.parametrize("how", ["interception", "mapping"])
def test_a_card_is_rendered(emulator: Running, render: Render, how: str) -> None:
    """Number, cvv and expiry show in their frames, the mask toggles, and unmounting leaves none."""
    token = mint(emulator)
    card = expected(emulator, token)
    told = render(token, how=how, styles={"color": "rgb(1, 2, 3)", ":hover": {"color": "red"}})
    assert told["events"] == [{"kind": "ready"}]
    assert {name: told[name] for name in card} == card
    assert told["maskedAgain"] == card["masked"]
    assert told["color"] == "rgb(1, 2, 3)"
    assert told["frames"] == 0


def test_a_card_of_another_sandbox(emulator: Running, render: Render) -> None:
    """With nothing but its token the frame finds the card of the token's own sandbox."""
    httpx.post(f"{emulator.url}/_emulator/sandboxes", json={"id": "s1"})
    token = mint(emulator, "s1")
    card = expected(emulator, token)
    assert card["number"] != expected(emulator, mint(emulator))["number"]
    told = render(token)
    assert {name: told[name] for name in card} == card


def test_an_expired_token(emulator: Running, render: Render) -> None:
    """The viewer raises InvalidCredentialError, with the id of the request that was refused."""
    httpx.post(f"{emulator.url}/_emulator/sandboxes", json={"id": "s2"})
    token = mint(emulator, "s2")
    advance = f"{emulator.url}/_emulator/sandboxes/s2/clock/advance"
    httpx.post(advance, json={"by": "PT11M"})
    (event,) = render(token)["events"]
    assert event["kind"] == "error"
    assert event["name"] == "InvalidCredentialError"
    assert len(event["context"]["requestId"]) == 36


def test_a_token_for_another_card(emulator: Running, render: Render) -> None:
    """What the frame can't fetch is a CardViewerRequestError, with the id as well."""
    (event,) = render(mint(emulator), OTHER_CARD)["events"]
    assert event["name"] == "CardViewerRequestError"
    assert len(event["context"]["requestId"]) == 36


def test_a_missing_token(render: Render) -> None:
    """Without a token the viewer is told that its input is wrong."""
    (event,) = render("")["events"]
    assert event["name"] == "CardViewerFieldsInputError"
