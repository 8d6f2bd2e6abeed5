import base64
import json

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub import Stub

INTROSPECT = "/sandboxes/default/introspect"


def part(value: object) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


HEADER = {"alg": "RS256", "typ": "JWT"}
CLAIMS = {"jti": "j1", "exp": 1763022048, "permissions": ["fwc"]}
TOKEN = f"{part(HEADER)}.{part(CLAIMS)}.c2ln"


def test_a_token_is_decoded_and_judged(here: Cli, stub: Stub) -> None:
    """Header, claims, its times in words, and the verdict."""
    stub.on("POST", INTROSPECT, {"active": True})
    outcome = here("inspect", TOKEN)
    assert outcome.code == 0
    head, _, rest = outcome.out.partition("\nclaims\n")
    claims, _, tail = rest.partition("\n}\n")
    assert json.loads(head.removeprefix("header")) == HEADER
    assert json.loads(claims + "}") == CLAIMS
    assert tail == "exp      2025-11-13T08:20:48Z\nverdict  active in sandbox default\n"
    assert stub.asked[0].body == {"token": TOKEN}


def test_an_inactive_token_is_told_why(here: Cli, stub: Stub) -> None:
    """The reason and what the emulator says of it; the exit code says no."""
    detail = "It expired 61 s ago on the sandbox's clock."
    stub.on("POST", INTROSPECT, {"active": False, "reason": "expired", "detail": detail})
    outcome = here("inspect", TOKEN)
    assert outcome.code == 1
    verdict = outcome.out.splitlines()[-1]
    assert verdict == f"verdict  inactive in sandbox default, expired: {detail}"


def test_a_token_is_read_from_standard_input(here: Cli, stub: Stub) -> None:
    """A token given by pipe stays out of process lists; white space does not count."""
    stub.on("POST", INTROSPECT, {"active": True})
    assert here("inspect", "-", stdin=f" {TOKEN}\n".encode()).code == 0
    assert stub.asked[0].body == {"token": TOKEN}


@pytest.mark.parametrize(("opens", "code"), [(True, 0), (False, 1)])
def test_a_module_is_asked_about(here: Cli, stub: Stub, *, opens: bool, code: int) -> None:
    """An active token that does not open the module is a no."""
    why = {} if opens else {"reason": "permission", "detail": "It lacks fwc."}
    stub.on("POST", INTROSPECT, {"active": True, "opens": opens, **why})
    outcome = here("inspect", TOKEN, "--module", "fund")
    assert outcome.code == code
    told = "opens fund" if opens else "does not open fund, permission: It lacks fwc."
    assert outcome.out.endswith(f", {told}\n")
    assert stub.asked[0].body == {"token": TOKEN, "module": "fund"}


def test_without_an_emulator_it_only_decodes(cli: Cli) -> None:
    """What it reads is shown; that nobody judged it is said, and is no yes."""
    outcome = cli("inspect", TOKEN, EMULATOR_PORT="1")
    assert outcome.code == 1
    assert '"jti": "j1"' in outcome.out
    assert "verdict  unknown: no emulator answers at http://127.0.0.1:1" in outcome.out


def test_what_is_no_jwt_is_judged_all_the_same(here: Cli, stub: Stub) -> None:
    """Some providers' tokens are opaque: the emulator knows them."""
    stub.on("POST", INTROSPECT, {"active": True})
    outcome = here("inspect", "opaque")
    assert outcome.code == 0
    assert outcome.out.startswith("token    is no JWT: it does not have three parts\n")


@pytest.mark.parametrize("exp", [1e300, -1e300, True, "soon", None])
def test_an_odd_time_breaks_nothing(cli: Cli, exp: object) -> None:
    """A token may say anything."""
    token = f"{part(HEADER)}.{part({'exp': exp})}.c2ln"
    outcome = cli("inspect", token, EMULATOR_PORT="1")
    assert outcome.code == 1
    assert outcome.err == ""


def test_no_token_is_asked_wrongly(cli: Cli) -> None:
    """An empty pipe is told, not judged."""
    outcome = cli("inspect", "-", stdin=b"\n")
    assert (outcome.code, outcome.out) == (2, "")
