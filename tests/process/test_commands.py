import json
import re
import shlex
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from tests.process.running import END_TIMEOUT_S, Running, environment, run_command, start

TOKEN = "fake-control-token"
BODY = '{"participant_code":"CUST01","permissions":["crypto-buy"]}'
CONTROL = "/_emulator/sandboxes/default"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """One emulator for the tests of this module, whose control API asks for a token."""
    with start(EMULATOR_CONTROL_TOKEN=TOKEN) as made:
        yield made


def ask(running: Running, *arguments: str, code: int = 0) -> str:
    """What a command prints, in an environment that knows where the emulator is."""
    outcome = run_command(*arguments, EMULATOR_PORT=str(running.port), EMULATOR_CONTROL_TOKEN=TOKEN)
    assert outcome.returncode == code, outcome.stderr
    return outcome.stdout.strip()


def control(running: Running, method: str, path: str, body: object = None) -> httpx.Response:
    """A call of the control API."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.request(method, f"{running.url}{CONTROL}{path}", json=body, headers=headers)


def send(running: Running, *arguments: str) -> httpx.Response:
    """The request that `sign --curl` prints, as a shell would have curl send it."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\n{ask(running, 'sign', '--curl', *arguments)}"
    read = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603, S607
    method, url, *options = read.stdout.split("\0")[3:-1]
    pairs = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in pairs if name == "-H")
    return httpx.request(method, url, headers=headers, content=dict(pairs).get("--data-raw"))


def verdict(running: Running, token: str, *options: str, code: int = 1) -> str:
    """What `inspect` says at the end."""
    return ask(running, "inspect", token, *options, code=code).splitlines()[-1]


def test_it_is_healthy(running: Running) -> None:
    """The health check needs no token."""
    outcome = run_command("healthcheck", EMULATOR_PORT=str(running.port))
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


def test_the_printed_command_works(running: Running) -> None:
    """The line after "try:" can be copied as it stands."""
    for line in re.findall(r"try: (.*)", running.banner):
        minted = subprocess.run(  # noqa: S603 - our own command
            shlex.split(line),
            capture_output=True,
            text=True,
            check=True,
            env=environment(EMULATOR_CONTROL_TOKEN=TOKEN),
            timeout=END_TIMEOUT_S,
        )
        assert minted.stdout.strip()


def test_credentials_without_the_token_are_refused(running: Running) -> None:
    """The error names the variable."""
    outcome = run_command("credentials", EMULATOR_PORT=str(running.port))
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert "EMULATOR_CONTROL_TOKEN" in outcome.stderr


def test_credentials_are_those_of_the_sandbox(running: Running) -> None:
    """The same in every form."""
    found = json.loads(ask(running, "credentials", "--format", "json"))
    assert found["zerohash"]["api_key"] == "FakeKeyAcmePrimary1111"
    lines = ask(running, "credentials").splitlines()
    assert f"ZEROHASH_BASE_URL={running.url}/zerohash" in lines
    assert len(lines) == len(found["env"])


def test_a_signed_request_mints_and_revokes(running: Running) -> None:
    """From the signed line to a token, to its verdicts before and after its revocation."""
    minted = send(running, "POST", "/client_auth_token", "--body", BODY)
    assert minted.status_code == 201
    token = minted.json()["message"]["token"]
    assert verdict(running, token, code=0) == "verdict  active in sandbox default"
    body = json.dumps({"token": token})
    assert send(running, "POST", "/revoke_auth_token", "--body", body).status_code == 204
    assert verdict(running, token).startswith("verdict  inactive in sandbox default, revoked: ")


def test_a_signed_get_is_accepted(running: Running) -> None:
    """GET signs the two characters that it does not send."""
    assert send(running, "GET", "/participants?status=approved").status_code == 200


def test_a_minted_token_opens_what_was_asked(running: Running) -> None:
    """Permissions and participant reach the token; a module tells it from another."""
    token = ask(running, "mint", "zerohash", "--permission", "fwc", "--participant", "CUST01")
    assert verdict(running, token, "--module", "fund", code=0).endswith(", opens fund")
    assert ", permission: " in verdict(running, token, "--module", "profile")


def test_a_minted_token_lives_as_long_as_was_asked(running: Running) -> None:
    """The verdict says when it ended."""
    token = ask(running, "mint", "zerohash", "--lifetime", "5m")
    assert control(running, "POST", "/clock/advance", {"by": "6m"}).status_code == 200
    told = verdict(running, token)
    assert control(running, "PUT", "/clock", {"mode": "real"}).status_code == 200
    assert re.search(r", expired: It expired \d+ s ago on the sandbox's clock\.$", told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("mint", "zerohsh"), "zerohash"),
        (("mint", "zerohash", "--lifetime", "soon"), "PT10M"),
        (("credentials", "--sandbox", "nobody"), "POST /_emulator/sandboxes"),
    ],
)
def test_what_the_emulator_refuses_says_what_to_do(
    running: Running, arguments: tuple[str, ...], told: str
) -> None:
    """Its own words, in one line."""
    outcome = run_command(*arguments, EMULATOR_PORT=str(running.port), EMULATOR_CONTROL_TOKEN=TOKEN)
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert told in outcome.stderr
    assert outcome.stderr.count("\n") == 1
