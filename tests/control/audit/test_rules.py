"""Where a rule begins and ends, to the tenth of a second: on records, without calls."""

from typing import Any

import pytest

from emulator.app import PROVIDERS
from emulator.control.audit.findings import MAX_CALLS, NAMES, Finding, audit
from emulator.control.audit.scene import set_scene
from emulator.core.journal import CallRecord, Client, Message, render_call_id

NAMED = {provider.name: provider for provider in PROVIDERS}
MINT = ("zerohash", "client_auth_token")
RPC = ("hyperswitch", "create_access_token")


def came(
    number: int,
    wall: float,
    status: int = 201,
    *,
    by: str = "a",
    of: tuple[str, str] = MINT,
    wait: str = "",
    at: float | None = None,
    took_ms: float = 0.0,
    **values: Any,  # noqa: ANN401 - the record's
) -> CallRecord:
    """A call that came in. `at`: on the sandbox's clock, the same as `wall` when None."""
    headers = {"Retry-After": wait} if wait else {}
    if of == RPC:
        headers["grpc-status"] = str(status)
    usual: dict[str, Any] = {
        "refusal": None if status in {0, 200, 201} else f"row_{status}",
        "fault": None,
        "response": Message(headers),
        "direction": "in",
        "request": Message({}, None, "POST", "/"),
        "client": Client(by, "same", "secret", wall),
    }
    return CallRecord(
        id=render_call_id(number),
        at=wall if at is None else at,
        provider=of[0],
        operation=of[1],
        sandbox="s",
        status=status,
        duration_ms=took_ms,
        **{**usual, **values},
    )


def judge(*calls: CallRecord) -> list[Finding]:
    """The findings on these calls."""
    return audit(set_scene(calls, NAMED))


def names(*calls: CallRecord) -> list[str]:
    """The kinds of the findings on these calls."""
    return [finding.finding for finding in judge(*calls)]


TOLD = came(1, 100.0, 429, wait="3")


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (came(2, 100.0), True),
        (came(2, 102.8), True),
        (came(2, 102.95), False),  # a timer's inaccuracy
        (came(2, 103.0), False),
        (came(2, 101.0, by="b"), False),
        (came(2, 101.0, of=("zerohash", "revoke_auth_token")), False),
        (came(2, 101.0, of=("usegrant", "client_auth_token")), False),
        (came(2, 101.0, by=""), False),  # nobody knows whose it is
        (came(2, 101.0, at=103.0), False),  # the sandbox's clock was moved on, or runs faster
        (came(2, 101.0, at=102.0), True),  # not enough
        (came(2, 103.0, at=100.0), False),  # frozen: real time is as good
        (came(2, 101.0, at=100.0), True),
        (came(2, 101.0, at=-900.0), True),
        (came(2, 101.0, client=Client("a", "other", "secret", 101.0)), True),  # another request
        (came(2, 101.0, direction="out"), False),
    ],
)
def test_waiting_by_the_kinder_clock(call: CallRecord, found: bool) -> None:  # noqa: FBT001
    """Too early is what is so on both clocks, for the same operation and caller."""
    assert ("retry_too_early" in names(TOLD, call)) is found


def test_waiting_begins_with_the_answer() -> None:
    """A call that was on its way is no retry; one after a slow answer is, by what it waited."""
    slow = came(1, 100.0, 429, wait="3", took_ms=2000)
    assert names(slow, came(2, 101.0)) == []
    assert names(slow, came(2, 101.0), came(3, 104.0)) == ["retry_too_early"]
    assert names(slow, came(2, 101.0), came(3, 105.0)) == []


def test_each_refusal_counts_anew() -> None:
    """Two calls too early are one finding, twice, each against the answer before it."""
    again = came(2, 101.0, 429, wait="3", client=Client("a", "x", "secret", 101.0))
    last = came(3, 103.5, client=Client("a", "y", "secret", 103.5))
    (found,) = judge(TOLD, again, last)
    assert (found.times, found.calls) == (2, ["call_1", "call_2", "call_3"])
    assert found.details == {"retry_after_s": 3.0, "waited_s": 2.5}
    later = came(3, 104.5, client=Client("a", "y", "secret", 104.5))
    (found,) = judge(TOLD, again, later)
    assert found.times == 1


@pytest.mark.parametrize("wait", ["", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 20])
def test_what_is_no_number_asks_for_nothing(wait: str) -> None:
    """A Retry-After that is none, or a date, is not judged."""
    assert "retry_too_early" not in names(came(1, 100.0, 429, wait=wait), came(2, 100.1))


def test_the_shorter_wait_counts() -> None:
    """Where Highnote's header and body differ, who keeps to the one has kept to it."""
    of = ("highnote", "ping")
    body = {"extensions": {"rateLimit": {"retryAfter": 1}}}
    told = came(1, 100.0, 429, of=of, response=Message({"Retry-After": "5"}, body))
    assert names(told, came(2, 100.5, of=of)) == ["retry_too_early"]
    assert names(told, came(2, 101.0, of=of)) == []


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (came(1, 100.0, 400), came(2, 101.0, 400), ["retry_refused"]),
        (came(1, 100.0, 400), came(2, 159.0, 400), ["retry_refused"]),
        (came(1, 100.0, 400), came(2, 161.0, 400), []),  # another attempt
        (came(1, 100.0, 400), came(2, 101.0, 400, at=300.0), []),
        (came(1, 100.0, 400), came(2, 101.0, 404), []),  # something has changed
        (came(1, 100.0, 400), came(2, 101.0, 201), []),
        (came(1, 100.0, 400, injected=True), came(2, 101.0, 201), ["retry_refused"]),
        (came(1, 100.0, 400, fault="fault_1"), came(2, 101.0, 201), []),  # it was only delayed
        (came(1, 100.0, 400), came(2, 101.0, 400, by="b"), []),
        (came(1, 100.0, 400, took_ms=2000), came(2, 101.0, 400), []),  # both were on their way
        (came(1, 100.0, 408), came(2, 101.0, 408), []),
        (came(1, 100.0, 425), came(2, 101.0, 425), []),
        (came(1, 100.0, 429), came(2, 101.0, 429), []),
        (came(1, 100.0, 500), came(2, 101.0, 500), ["retry_refused"]),  # zerohash says so
        (came(1, 100.0, 503), came(2, 101.0, 503), []),
        (came(1, 100.0, 504), came(2, 101.0, 504), ["mint_repeated"]),
        (came(1, 100.0, 201, transport="reset"), came(2, 101.0), ["mint_repeated"]),
        (came(1, 100.0, 201, transport="dribble"), came(2, 101.0), []),
        (came(1, 100.0, 200, refusal="row"), came(2, 101.0, 200, refusal="row"), ["retry_refused"]),
        (came(1, 100.0), came(2, 101.0), []),
    ],
    ids=str,
)
def test_repeating(first: CallRecord, second: CallRecord, found: list[str]) -> None:
    """The same request again: what was answered decides whether it should have been."""
    assert names(first, second) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (0, []),
        (2, ["mint_repeated"]),
        (3, ["retry_refused"]),
        (4, ["mint_repeated"]),
        (7, ["retry_refused"]),
        (8, []),
        (9, ["retry_refused"]),
        (14, ["mint_repeated"]),
        (16, ["retry_refused"]),
    ],
)
def test_status_codes_of_grpc(code: int, found: list[str]) -> None:
    """Over gRPC it is the code that says whether the same request can end otherwise."""
    assert names(came(1, 100.0, code, of=RPC), came(2, 101.0, code, of=RPC)) == found


def test_only_mints_are_doubtful() -> None:
    """What makes no token may be sent again after a 502."""
    of = ("zerohash", "revoke_auth_token")
    assert names(came(1, 100.0, 502, of=of), came(2, 101.0, of=of)) == []


def test_what_was_not_looked_at_is_no_repetition() -> None:
    """Requests too large to be told apart are never called the same."""
    unknown = Client("a", "", "secret", 100.0)
    assert names(came(1, 100.0, 400, client=unknown), came(2, 100.0, 400, client=unknown)) == []


def test_calls_are_judged_in_the_order_in_which_they_came() -> None:
    """The journal has them in the order of their ends."""
    assert names(came(2, 101.0), came(1, 100.0, 429, wait="3")) == ["retry_too_early"]


def test_evidence_is_bounded() -> None:
    """A thousand offences are one finding with the last hundred calls."""
    page = [
        came(n, float(n), client=Client("a", str(n), "secret", float(n), browser=True))
        for n in range(1, 1001)
    ]
    leaked, minted = judge(*page)
    assert {leaked.finding, minted.finding} == {"secret_in_browser", "mint_in_browser"}
    assert leaked.times == minted.times == 1000
    assert (len(leaked.calls), leaked.calls[-1]) == (MAX_CALLS, "call_1000")


def test_a_disabled_provider_is_judged_by_no_rules_of_its_own() -> None:
    """What was served by another process, with a provider that is not here, breaks nothing."""
    calls = [came(1, 100.0, 500), came(2, 101.0, 500)]
    assert audit(set_scene(calls, {})) == []


def test_kinds_are_distinct() -> None:
    """No two kinds of finding have one name."""
    assert len(set(NAMES)) == len(NAMES)
