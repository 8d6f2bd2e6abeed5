import pytest

from tests.cli.conftest import Cli
from tests.cli.stub import Asked, Stub

TOKEN = "a.b.c"


@pytest.fixture(autouse=True)
def minting(stub: Stub) -> None:
    """The stub mints in two sandboxes."""
    for sandbox in ("default", "other"):
        stub.on("POST", f"/sandboxes/{sandbox}/tokens", {"jti": "x", "token": TOKEN}, 201)


def test_the_token_alone_is_printed(here: Cli, stub: Stub) -> None:
    """So that a shell can take it: token=$(token-emulator mint zerohash)."""
    assert here("mint", "zerohash").out == f"{TOKEN}\n"
    assert stub.asked == [
        Asked("POST", "/sandboxes/default/tokens", None, {"provider": "zerohash"})
    ]


def test_every_option_is_asked_for(here: Cli, stub: Stub) -> None:
    """Permissions, participant, lifetime, claims and defect reach the control API."""
    here(
        *("mint", "zerohash", "--sandbox", "other", "--lifetime", "10m"),
        *("--defect", "wrong_type"),
        *("--permission", "fwc", "--permission", "crypto-buy", "--participant", "CUST02"),
        *("--claim", "device_id=d1", "--claim", 'payload={"a": [1]}', "--claim", "x=a=b"),
    )
    assert stub.asked[0].path == "/sandboxes/other/tokens"
    assert stub.asked[0].body == {
        "provider": "zerohash",
        "lifetime": "10m",
        "defect": "wrong_type",
        "claims": {
            "device_id": "d1",
            "payload": {"a": [1]},
            "x": "a=b",
            "permissions": ["fwc", "crypto-buy"],
            "participant_code": "CUST02",
        },
    }


def test_a_lifetime_in_seconds_is_a_number(here: Cli, stub: Stub) -> None:
    """Plain digits are seconds."""
    here("mint", "zerohash", "--lifetime", "90")
    assert stub.asked[0].body == {"provider": "zerohash", "lifetime": 90}


def test_a_refusal_prints_no_token(here: Cli, stub: Stub) -> None:
    """What the control API refuses is told with its reason."""
    detail = "no provider 'zeroash': did you mean zerohash?"
    stub.on("POST", "/sandboxes/default/tokens", {"detail": detail}, 400)
    outcome = here("mint", "zeroash")
    assert (outcome.code, outcome.out) == (1, "")
    assert detail in outcome.err
