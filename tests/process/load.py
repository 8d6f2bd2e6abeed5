"""Clients that change all kinds of things at once, and know what they were answered.

What was answered has to be found after a crash; what was asked for and not answered may be.
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from emulator.core.jwt import parse_token
from tests.properties.walk import CUSTOMER
from tests.signing import MINT, signed

SANDBOXES = "/_emulator/sandboxes"
DEFAULT = f"{SANDBOXES}/default"
CLOCK = f"{SANDBOXES}/clocked/clock"
RULE = {"operation": "zerohash.time", "when": {"times": 10**6}, "then": {"error": "rate_limited"}}


UNKNOWN = 503  # a worker that stops, because the first process was killed


class Kind:
    """One kind of change: what was asked for, and what of it was answered, in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []
        self.answered: list[str] = []

    def ask(self, what: str, send: Callable[[], httpx.Response], status: int) -> httpx.Response:
        """Ask for something."""
        self.asked.append(what)
        answer = send()
        if answer.status_code == UNKNOWN:
            raise httpx.TransportError("whether it was done is not known")
        assert answer.status_code == status, answer.text
        self.answered.append(what)
        return answer

    def check_all(self, found: set[str]) -> None:
        """Everything answered is there, and nothing that nobody asked for."""
        missing = set(self.answered) - found
        assert not missing, f"{self.name}: answered, and not there: {missing}"
        strange = found - set(self.asked)
        assert not strange, f"{self.name}: there, and never asked for: {strange}"

    def check_last(self, found: str) -> None:
        """The last that was answered holds, or what was asked for after it."""
        if self.answered:
            later = self.asked[self.asked.index(self.answered[-1]) :]
            assert found in later, f"{self.name}: {found} is none of {later}"


class Load:
    """Changes to one emulator over its lives. Each kind of change has a client of its own."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._failures: list[Exception] = []
        self.minted = Kind("minted")
        self.revoked = Kind("revoked")
        self.sandboxes = Kind("sandboxes")
        self.participants = Kind("participants")
        self.lifetimes = Kind("lifetimes")
        self.clocks = Kind("clocks")
        self.fired = Kind("fired")
        self._jtis: list[str] = []

    def prepare(self, url: str) -> None:
        """In the first life: short keys, which cost less, a clock to turn, a rule that counts."""
        with httpx.Client(base_url=url) as client:
            client.put(f"{DEFAULT}/settings", json={"zerohash": {"rsa_bits": 2048}})
            assert client.post(SANDBOXES, json={"id": "clocked", "ttl": None}).status_code == 201
            assert client.post(f"{DEFAULT}/faults", json=RULE).status_code == 201

    @contextmanager
    def running(self, url: str) -> Iterator[None]:
        """The clients at work until the emulator is gone, which it is when the block ends."""
        works = (self._mint, self._make, self._enter, self._live, self._turn, self._fire)
        threads = [threading.Thread(target=self._repeat, args=(url, work)) for work in works]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            thread.join()
        assert not self._failures, self._failures

    def _repeat(self, url: str, work: Callable[[httpx.Client, int], None]) -> None:
        try:
            with httpx.Client(base_url=url, timeout=20.0) as client:
                while True:
                    work(client, next(self._numbers))
        except httpx.TransportError:
            return
        except Exception as error:  # noqa: BLE001 - told in the thread that waits
            self._failures.append(error)

    def _mint(self, client: httpx.Client, number: int) -> None:
        """Mint; every second token is revoked."""
        request = signed("POST", "/client_auth_token", MINT)
        answer = self.minted.ask(str(number), lambda: client.request(**request), 201)
        token = answer.json()["message"]["token"]
        jti = str(parse_token(token).claims["jti"])
        self._jtis.append(jti)
        if len(self._jtis) % 2:
            gone = signed("POST", "/revoke_auth_token", {"token": token})
            self.revoked.ask(jti, lambda: client.request(**gone), 204)

    def _make(self, client: httpx.Client, number: int) -> None:
        body = {"id": f"made-{number}", "ttl": None}
        self.sandboxes.ask(body["id"] or "", lambda: client.post(SANDBOXES, json=body), 201)

    def _enter(self, client: httpx.Client, number: int) -> None:
        email = f"crash{number}@example.com"
        request = signed("POST", "/participants/customers/new", {**CUSTOMER, "email": email})
        self.participants.ask(email, lambda: client.request(**request), 201)

    def _live(self, client: httpx.Client, number: int) -> None:
        body = {"zerohash": 1000 + number}
        put = client.put
        self.lifetimes.ask(str(1000 + number), lambda: put(f"{DEFAULT}/lifetimes", json=body), 200)

    def _turn(self, client: httpx.Client, number: int) -> None:
        at = f"2030-01-{1 + number // 86400:02}T{number // 3600 % 24:02}:"
        at += f"{number // 60 % 60:02}:{number % 60:02}Z"
        body = {"mode": "frozen", "at": at}
        self.clocks.ask(at, lambda: client.put(CLOCK, json=body), 200)

    def _fire(self, client: httpx.Client, number: int) -> None:
        self.fired.ask(str(number), lambda: client.get("/zerohash/time"), 429)

    def check(self, url: str) -> None:
        """What the emulator has now is what was answered, with what was under way perhaps."""
        with httpx.Client(base_url=url, timeout=20.0) as client:
            self._check_tokens(client)
            made = {item["id"] for item in _list(client, SANDBOXES)}
            self.sandboxes.check_all(made - {"default", "clocked"})
            self.lifetimes.check_last(str(client.get(f"{DEFAULT}/lifetimes").json()["zerohash"]))
            self.clocks.check_last(client.get(CLOCK).json()["now"])
            hits = client.get(f"{DEFAULT}/faults/fault_1").json()["hits"]
            assert len(self.fired.answered) <= hits["fired"] <= len(self.fired.asked)
            for email in self.participants.answered[-20:]:
                found = client.request(**signed("GET", f"/participants/{email}"))
                assert found.status_code == 200, f"{email}: {found.text}"

    def _check_tokens(self, client: httpx.Client) -> None:
        tokens = {item["jti"]: item["status"] for item in _list(client, f"{DEFAULT}/tokens")}
        missing = set(self._jtis) - set(tokens)
        assert not missing, f"minted, and not there: {missing}"
        assert len(tokens) <= len(self.minted.asked)
        self.revoked.check_all({jti for jti, status in tokens.items() if status == "revoked"})


def _list(client: httpx.Client, path: str) -> Iterator[Any]:
    """All pages."""
    asked = {"limit": "1000"}
    while True:
        page = client.get(path, params=asked)
        assert page.status_code == 200, page.text
        yield from page.json()["items"]
        if page.json()["next"] is None:
            return
        asked["cursor"] = page.json()["next"]
