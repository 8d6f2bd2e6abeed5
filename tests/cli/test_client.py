import pytest

from tests.cli.conftest import Cli
from tests.cli.stub import Stub

TOKEN = "fake-control-token"
CREDENTIALS = "/sandboxes/default/credentials"


def test_the_emulator_is_where_the_settings_say(here: Cli, stub: Stub) -> None:
    """Without --url the port and host of the environment are asked."""
    stub.on("GET", CREDENTIALS, {"env": {"A": "1"}})
    assert here("credentials").out == "A=1\n"


def test_a_url_beats_the_settings(cli: Cli, stub: Stub) -> None:
    """--url is where the emulator is, whatever the environment says."""
    stub.on("GET", CREDENTIALS, {"env": {"A": "1"}})
    assert cli("credentials", "--url", f"{stub.url}/", EMULATOR_PORT="1").out == "A=1\n"


def test_the_control_token_is_presented(here: Cli, stub: Stub) -> None:
    """It goes as a Bearer token; without one nothing is presented."""
    stub.on("GET", CREDENTIALS, {})
    here("credentials", EMULATOR_CONTROL_TOKEN=TOKEN)
    here("credentials")
    assert [asked.token for asked in stub.asked] == [f"Bearer {TOKEN}", None]


def test_nothing_there_is_told(cli: Cli) -> None:
    """The error says where was looked and what to do."""
    outcome = cli("credentials", EMULATOR_PORT="1")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "token-emulator: no emulator answers at http://127.0.0.1:1: start one "
        "(token-emulator serve), or say with --url where it is\n"
    )


def test_any_free_port_is_no_address(cli: Cli) -> None:
    """With port 0 only the start-up lines know where the emulator is."""
    outcome = cli("credentials", EMULATOR_PORT="0")
    assert outcome.code == 2
    assert "pass --url" in outcome.err


def test_a_refusal_is_told_with_its_reason(here: Cli, stub: Stub) -> None:
    """The emulator's own detail says what to do."""
    detail = "No sandbox 'x': POST /_emulator/sandboxes makes one."
    stub.on("GET", "/sandboxes/x/credentials", {"detail": detail}, 404)
    outcome = here("credentials", "--sandbox", "x")
    assert outcome.code == 1
    assert outcome.err == f"token-emulator: {stub.url} answered 404: {detail}\n"


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_token_is_told(here: Cli, stub: Stub, status: int) -> None:
    """Who is not let in learns which variable opens."""
    stub.on("GET", CREDENTIALS, {"title": "Not for you"}, status)
    outcome = here("credentials")
    assert outcome.code == 1
    assert "Not for you Set EMULATOR_CONTROL_TOKEN" in outcome.err


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"env": 1}', b""])
def test_another_server_is_recognised(here: Cli, stub: Stub, content: bytes) -> None:
    """Something else that answers on the port is no reason for a trace."""
    stub.on("GET", CREDENTIALS, content)
    outcome = here("credentials")
    assert outcome.code == 1
    assert outcome.err.endswith("answers, but not as the emulator does: is it one?\n")


def test_an_error_without_a_problem_is_told(here: Cli, stub: Stub) -> None:
    """A proxy's HTML page gives no reason that could be shown."""
    stub.on("GET", CREDENTIALS, b"<html>", 502)
    assert here("credentials").err.endswith("answered 502: it gave no reason\n")


def test_a_variable_says_where_it_is(cli: Cli, stub: Stub) -> None:
    """EMULATOR_URL, which tests use as well; the option wins."""
    stub.on("GET", CREDENTIALS, {})
    assert cli("credentials", EMULATOR_URL=stub.url).code == 0
    assert cli("credentials", "--url", stub.url, EMULATOR_URL="http://127.0.0.1:1").code == 0
    outcome = cli("credentials", EMULATOR_URL="http://127.0.0.1:1")
    assert "no emulator answers at http://127.0.0.1:1" in outcome.err
