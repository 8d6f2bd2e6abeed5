from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub import Stub

PATH = "/sandboxes/default/audit"
FOUND: dict[str, Any] = {
    "id": "retry_too_early.zerohash.client_auth_token.abc",
    "finding": "retry_too_early",
    "severity": "error",
    "title": "Called again before Retry-After had passed",
    "advice": "Wait.",
    "provider": "zerohash",
    "operation": "client_auth_token",
    "caller": "abc",
    "times": 2,
    "first_at": "2030-01-01T00:00:00Z",
    "last_at": "2030-01-01T00:00:01Z",
    "calls": [f"call_{n}" for n in range(1, 13)],
    "details": {"retry_after_s": 3.0, "waited_s": 0.5, "origin": None},
}
CLEAN: dict[str, Any] = {"items": [], "next": None, "complete": True, "judged": 7}


def test_findings_are_told(cli: Cli, stub: Stub) -> None:
    """What, where, when, by which calls, and what to do; the answer is no."""
    stub.on("GET", PATH, {**CLEAN, "items": [FOUND]})
    told = cli("audit", "--url", stub.url)
    assert told.code == 1
    assert told.out == (
        "error  retry_too_early: Called again before Retry-After had passed, 2 times\n"
        "  where   zerohash.client_auth_token by abc\n"
        "  when    2030-01-01T00:00:00Z to 2030-01-01T00:00:01Z\n"
        "  calls   ... call_3 call_4 call_5 call_6 call_7 call_8 call_9 call_10 call_11 call_12\n"
        "  what    retry_after_s 3.0, waited_s 0.5\n"
        "  advice  Wait.\n"
        "\n"
        "1 finding in 7 calls\n"
    )


@pytest.mark.parametrize(
    ("audit", "code"),
    [
        (CLEAN, 0),
        ({**CLEAN, "items": [{**FOUND, "severity": "notice"}]}, 0),
        ({**CLEAN, "items": [{**FOUND, "severity": "notice"}, FOUND]}, 1),
        ({**CLEAN, "complete": False}, 1),
        ({**CLEAN, "items": [{**FOUND, "severity": "notice"}], "next": "x"}, 1),
    ],
)
def test_only_what_is_known_to_be_clean_is(
    cli: Cli, stub: Stub, audit: dict[str, Any], code: int
) -> None:
    """Notices are told and pass; forgotten calls do not."""
    stub.on("GET", PATH, audit)
    told = cli("audit", "--url", stub.url)
    assert told.code == code
    assert ("forgotten" in told.out) is not audit["complete"]


def test_a_refusal_is_passed_on(cli: Cli, stub: Stub) -> None:
    """An unknown kind is the emulator's to refuse."""
    problem = {"title": "Bad query", "detail": "no kind of finding"}
    stub.on("GET", "/sandboxes/mine/audit", problem, 400)
    told = cli("audit", "--url", stub.url, "--sandbox", "mine", "--finding", "nonsense")
    assert told.code == 1
    assert "no kind of finding" in told.err


def test_nothing_runs(cli: Cli) -> None:
    """It says so, and how to start one."""
    told = cli("audit", "--url", "http://127.0.0.1:9")
    assert (told.code, told.out) == (1, "")
    assert "no emulator answers" in told.err
