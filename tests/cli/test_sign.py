import asyncio
import subprocess
from pathlib import Path

import httpx
import pytest

from emulator.app import create_emulator
from emulator.settings import Settings
from tests.cli.conftest import Cli
from tests.cli.stub import Stub
from tests.conftest import client_of
from tests.signing import PRIMARY, READ, Key, signed

BODY = '{"participant_code":"CUST01","permissions":["crypto-buy"]}'
NOBODY = {"EMULATOR_PORT": "1"}


def headers_of(out: str) -> dict[str, str]:
    """The printed headers."""
    return dict(line.split(": ", 1) for line in out.splitlines())


def expected(method: str, path: str, body: str, key: Key, timestamp: str) -> dict[str, str]:
    """The headers as a client of the provider computes them."""
    made = signed(method, path, body, key=key, timestamp=timestamp)["headers"]
    return {name: value for name, value in made.items() if name.startswith("X-SCX-")}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/client_auth_token", BODY),
        ("GET", "/participants?page=2", ""),
        ("POST", "/client_auth_token", '{"a": "\u00e9 b"}'),
    ],
)
def test_the_headers_are_the_providers(cli: Cli, method: str, path: str, body: str) -> None:
    """With no emulator about, the fixture's primary key signs, and standard error says so."""
    outcome = cli("sign", method, path, "--body", body, **NOBODY)
    assert outcome.code == 0
    assert "signed with the fixtures' credentials" in outcome.err
    told = headers_of(outcome.out)
    assert told == expected(method, path, body, PRIMARY, told["X-SCX-TIMESTAMP"])


def test_a_running_emulators_credentials_sign(here: Cli, stub: Stub) -> None:
    """A sandbox has credentials of its own."""
    own = {
        "base_url": f"{stub.url}/zerohash",
        "api_key": READ.api_key,
        "secret": READ.secret,
        "passphrase": READ.passphrase,
    }
    stub.on("GET", "/sandboxes/mine/credentials", {"zerohash": own})
    outcome = here("sign", "get", "/time", "--sandbox", "mine")
    told = headers_of(outcome.out)
    assert outcome.err == ""
    assert told == expected("GET", "/time", "", READ, told["X-SCX-TIMESTAMP"])


def test_the_emulators_prefix_is_not_signed(cli: Cli) -> None:
    """The path may be copied from the emulator's URL."""
    told = headers_of(cli("sign", "GET", "/zerohash/time", **NOBODY).out)
    assert told == expected("GET", "/time", "", PRIMARY, told["X-SCX-TIMESTAMP"])


def test_the_body_comes_from_a_file_or_a_pipe(cli: Cli, tmp_path: Path) -> None:
    """The newline that editors leave at the end is neither sent nor signed."""
    file = tmp_path / "body.json"
    file.write_text(f"{BODY}\n")
    for told in (
        cli("sign", "POST", "/x", "--body", f"@{file}", **NOBODY),
        cli("sign", "POST", "/x", "--body", "-", stdin=f"{BODY}\n".encode(), **NOBODY),
    ):
        found = headers_of(told.out)
        assert found == expected("POST", "/x", BODY, PRIMARY, found["X-SCX-TIMESTAMP"])


def read_by_shell(line: str) -> list[str]:
    """The arguments that curl would get."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{line}"
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607
    return read.stdout.split("\0")[:-1]


async def send(words: list[str]) -> httpx.Response:
    """The request of a curl line, sent to an emulator."""
    method, url, *options = words
    pairs = list(zip(options[::2], options[1::2], strict=True))
    emulator = create_emulator(Settings())
    await emulator.start()
    async with client_of(emulator) as client:
        answer = await client.request(
            method,
            url.removeprefix("http://127.0.0.1:1"),
            headers=dict(value.split(": ", 1) for name, value in pairs if name == "-H"),
            content=dict(pairs)["--data-raw"],
        )
    await emulator.close()
    return answer


@pytest.mark.parametrize(("code", "status"), [("CUST01", 201), ("it's \u00e9", 404)])
def test_the_curl_line_is_the_request(cli: Cli, code: str, status: int) -> None:
    """What a shell makes of the line is accepted as signed, quotes in the body included."""
    text = BODY.replace("CUST01", code)
    outcome = cli("sign", "POST", "/client_auth_token", "--curl", "--body", text, **NOBODY)
    words = read_by_shell(outcome.out)
    assert words[:3] == ["-sS", "-i", "-X"]
    answer = asyncio.run(send(words[3:]))
    assert answer.status_code == status, answer.text


def test_an_emulator_without_the_provider_is_told(here: Cli, stub: Stub) -> None:
    """Nothing can be signed with credentials that are not there."""
    stub.on("GET", "/sandboxes/default/credentials", {"env": {}})
    outcome = here("sign", "GET", "/time")
    assert (outcome.code, outcome.out) == (1, "")
    assert "the emulator serves no zerohash" in outcome.err


def test_a_sandbox_without_a_key_is_told(here: Cli, stub: Stub) -> None:
    """An own world may have no primary key."""
    stub.on("GET", "/sandboxes/default/credentials", {"zerohash": {"base_url": "x"}})
    outcome = here("sign", "GET", "/time")
    assert outcome.code == 1
    assert "the sandbox's credentials have no 'api_key'" in outcome.err


def test_another_sandbox_needs_an_emulator(cli: Cli) -> None:
    """Only the default sandbox has the fixtures' own credentials."""
    outcome = cli("sign", "GET", "/time", "--sandbox", "mine", **NOBODY)
    assert (outcome.code, outcome.out) == (1, "")


@pytest.mark.parametrize("path", ["time", "/a b", "/\u00e9", "http://x/time", "/a\n"])
def test_a_path_is_written_as_it_is_sent(cli: Cli, path: str) -> None:
    """What is signed must be what is sent."""
    outcome = cli("sign", "GET", path, **NOBODY)
    assert (outcome.code, outcome.out) == (2, "")
    assert "PATH begins with /" in outcome.err


def test_a_missing_body_file_is_told(cli: Cli) -> None:
    """The error names the file."""
    outcome = cli("sign", "POST", "/x", "--body", "@/no/such/file", **NOBODY)
    assert outcome.code == 2
    assert "/no/such/file can't be read: No such file or directory" in outcome.err


def test_bad_fixtures_are_told(cli: Cli) -> None:
    """The stand-in has the settings' world."""
    outcome = cli("sign", "GET", "/time", EMULATOR_FIXTURES="/no/such/file", **NOBODY)
    assert outcome.code == 2
    assert "/no/such/file: no such file or folder" in outcome.err
