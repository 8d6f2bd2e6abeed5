"""Clients of several processes at once, and what they saw: the same for every shared ledger.

Each request has a connection of its own, so that any process may be the one that answers it.
"""

from collections.abc import Callable, Hashable, Sequence
from itertools import cycle
from typing import Any

import httpx

from tests.graphql import ACCOUNT, RESTRICTED_KEY, basic, bearer, mutation, posted
from tests.linearizability import (
    LOST,
    Job,
    Operation,
    is_linearizable,
    record,
    step_counted,
    step_single_use,
    step_token,
)
from tests.signing import MINT, Request, signed

SANDBOX = "/_emulator/sandboxes/default"
ISSUE = mutation("issuePaymentCardForFinancialAccount", "__typename")
ISSUED = {
    "input": {
        "financialAccountId": ACCOUNT,
        "options": {"expirationDate": "2090-01-31T23:59:59Z", "activateOnCreate": True},
    }
}
MINT_ONE = "generateFinancialAccountSingleUseClientToken"
SINGLE_USE = mutation(MINT_ONE, "... on ClientToken { value }")
UNKNOWN = 503


class Clients:
    """Clients of the same emulator at several addresses, in turn."""

    def __init__(self, urls: Sequence[str], count: int = 6) -> None:
        self._urls = cycle(urls)
        self._count = count

    def send(self, request: Request | dict[str, Any]) -> httpx.Response:
        """One request on a connection of its own."""
        with httpx.Client(base_url=next(self._urls), timeout=20.0) as client:
            return client.request(**request)

    def post(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        """A call to the control API that has to succeed."""
        answer = self.send({"method": "POST", "url": SANDBOX + path, "json": body})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def at_once(self, what: str, job: Callable[[], Hashable], each: int = 1) -> list[Operation]:
        """Every client does the same so many times."""
        return record([[(what, job)] * each for _ in range(self._count)])

    def clash_over_a_token(self) -> None:
        """Some revoke a token that others use: nobody uses it after it was revoked."""
        minted = self.send(signed("POST", "/client_auth_token", MINT))
        token = minted.json()["message"]["token"]

        def use() -> Hashable:
            answer = self.send(
                {"method": "POST", "url": f"{SANDBOX}/introspect", "json": {"token": token}}
            )
            return LOST if answer.status_code == UNKNOWN else bool(answer.json()["active"])

        def revoke() -> Hashable:
            answer = self.send(signed("POST", "/revoke_auth_token", {"token": token}))
            if answer.status_code == UNKNOWN:
                return LOST
            assert answer.status_code == 204, answer.text
            hint = answer.headers.get("x-emulator-hint", "")
            return "again" if "revoked before" in hint else "first"

        users: list[list[Job]] = [[("use", use)] * 3 for _ in range(self._count - 2)]
        history = record([*users, *([("use", use), ("revoke", revoke)] for _ in range(2))])
        history += record([[("use", use)]])
        assert is_linearizable(history, "active", step_token), history

    def clash_over_a_single_use(self) -> None:
        """All use a single-use token: one of them succeeds."""
        values = {"financialAccountId": ACCOUNT, "permissions": ["ISSUE_PAYMENT_CARD"]}
        minted = self.send(posted(SINGLE_USE, {"input": values}, by=basic(RESTRICTED_KEY)))
        token = bearer(minted.json()["data"][MINT_ONE]["value"])

        def use() -> Hashable:
            answer = self.send(posted(ISSUE, ISSUED, by=token))
            return LOST if answer.status_code == UNKNOWN else answer.status_code == 200

        history = self.at_once("use", use)
        assert is_linearizable(history, "fresh", step_single_use), history

    def clash_over_a_fault(self, times: int = 2) -> None:
        """All call while a rule is armed for so many times: it fires exactly as often."""
        rule = self.post(
            "/faults",
            operation="zerohash.time",
            when={"times": times},
            then={"error": "rate_limited"},
        )

        def call() -> Hashable:
            answer = self.send({"method": "GET", "url": "/zerohash/time"})
            return LOST if answer.status_code == UNKNOWN else answer.status_code == 429

        history = self.at_once("call", call, each=2)
        assert is_linearizable(history, times, step_counted), history
        answer = self.send({"method": "GET", "url": f"{SANDBOX}/faults/{rule['id']}"})
        assert answer.json()["hits"] == {"matched": 2 * self._count, "fired": times}
        self.send({"method": "DELETE", "url": f"{SANDBOX}/faults/{rule['id']}"})
