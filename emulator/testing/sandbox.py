"""A sandbox as a test holds it."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Literal, overload

from emulator.testing.audit import ask_audit, check_audit
from emulator.testing.browser import AsyncPage, Page, Router
from emulator.testing.calls import Calls
from emulator.testing.clock import Clock
from emulator.testing.entities import Entities
from emulator.testing.exchange import Resource, S, Steps, ask, drop, operation
from emulator.testing.faults import Delay, Fault, Faults, arm, fault_path, write_rule
from emulator.testing.records import Audit, Play, SandboxState
from emulator.testing.seats import Highnote, Hyperswitch, Usegrant, Zerohash
from emulator.testing.senders import Awaiting
from emulator.testing.switches import Settings, put_lifetime
from emulator.testing.tokens import Tokens
from emulator.testing.wire import Object, Span, as_object, place, read

HEADER = "X-Emulator-Sandbox"

Part = Literal["tokens", "faults", "clock", "calls", "entities", "settings", "lifetimes"]


@dataclass(frozen=True)
class Sandbox(Resource[S]):
    """A world of its own, with its own clock, keys, tokens and faults.

    `credentials`: as the control API tells them, by provider.
    """

    id: str
    credentials: Object = field(repr=False)

    @cached_property
    def zerohash(self) -> Zerohash:
        """What a client of zerohash is given."""
        return read(Zerohash, self.credentials["zerohash"])

    @cached_property
    def highnote(self) -> Highnote:
        """What a client of Highnote is given."""
        return read(Highnote, self.credentials["highnote"])

    @cached_property
    def usegrant(self) -> Usegrant:
        """What a client of useGrant is given."""
        return read(Usegrant, self.credentials["usegrant"])

    @cached_property
    def hyperswitch(self) -> Hyperswitch:
        """What a client of Hyperswitch's connector service is given."""
        return read(Hyperswitch, self.credentials["hyperswitch"])

    @property
    def env(self) -> dict[str, str]:
        """The credentials as environment variables."""
        return {name: str(value) for name, value in as_object(self.credentials["env"]).items()}

    @property
    def headers(self) -> dict[str, str]:
        """What leads any request here, whatever its credentials."""
        return {HEADER: self.id}

    @property
    def url(self) -> str:
        """A base URL that leads here: a provider's paths stand below its name."""
        return f"{self.sender.where.url}/_s/{self.id}"

    @property
    def aio(self) -> "Sandbox[Awaiting]":
        """The same sandbox, to be awaited."""
        sender = Awaiting(self.sender.where)
        return Sandbox(sender, self.path, self.id, self.credentials)

    @overload
    def route(self, page: AsyncPage) -> Awaitable[object]: ...
    @overload
    def route(self, page: Page) -> object: ...
    def route(self, page: Page | AsyncPage) -> object:
        """Let a page of Playwright's (or a context) find this sandbox at the providers' own hosts.

        Of its awaited API the result is to be awaited.
        """
        return Router(self.sender.where, self.headers).route(page)

    @property
    def clock(self) -> Clock[S]:
        """Its clock."""
        return Clock(self.sender, f"{self.path}/clock")

    @property
    def tokens(self) -> Tokens[S]:
        """Its tokens."""
        return Tokens(self.sender, f"{self.path}/tokens")

    @property
    def faults(self) -> Faults[S]:
        """Its armed faults; `fail` arms one."""
        return Faults(self.sender, f"{self.path}/faults")

    @property
    def settings(self) -> Settings[S]:
        """Its switches."""
        return Settings(self.sender, f"{self.path}/settings")

    @property
    def entities(self) -> Entities[S]:
        """Its world."""
        return Entities(self.sender, f"{self.path}/entities")

    def calls(self, operation: str | None = None) -> Calls[S]:
        """Its calls, or those of one operation, such as `zerohash.client_auth_token`."""
        return Calls(self.sender, f"{self.path}/calls", operation)

    @operation
    def audit(self, provider: str | None = None) -> Steps[Audit]:
        """What the client did wrong, at one provider or any."""
        return (yield from ask_audit(self.path, provider))

    @operation
    def assert_clean(self, provider: str | None = None, *, notices: bool = False) -> Steps[None]:
        """The client did nothing wrong; with `notices`, nothing doubtful either.

        Raises:
            AssertionError: it did, or the journal has forgotten calls.
        """
        check_audit((yield from ask_audit(self.path, provider)), notices=notices)

    @operation
    def show(self) -> Steps[SandboxState]:
        """How it is."""
        return read(SandboxState, (yield from ask("GET", self.path)))

    @operation
    def fail(
        self,
        operation: str,
        *,
        error: str | None = None,
        retry_after: int | None = None,
        delay: Delay | None = None,
        lifetime: Span | None = None,
        token: str | None = None,
        transport: str | None = None,
        effect: Literal["before", "after"] | None = None,
        graphql: Mapping[str, object] | None = None,
        grpc: Mapping[str, object] | None = None,
        sequence: Sequence[object] | None = None,
        repeat: bool | None = None,
        match: Mapping[str, object] | None = None,
        after: int | None = None,
        times: int | None = None,
        every: int | None = None,
        probability: float | None = None,
        during: Span | None = None,
    ) -> Steps[Fault[S]]:
        """Arm a fault: `fail("highnote.ping", error="rate_limited", times=2)`.

        The words are the control API's: docs/faults.md; `during` is its `for`.
        """
        rule = write_rule(
            operation,
            error=error,
            retry_after=retry_after,
            delay=delay,
            lifetime=lifetime,
            token=token,
            transport=transport,
            effect=effect,
            graphql=graphql,
            grpc=grpc,
            sequence=sequence,
            repeat=repeat,
            match=match,
            after=after,
            times=times,
            every=every,
            probability=probability,
            during=during,
        )
        faults = f"{self.path}/faults"
        name = yield from arm(faults, rule)
        return Fault(self.sender, fault_path(faults, name), name)

    @operation
    def play(self, scenario: str | Mapping[str, object]) -> Steps[Play]:
        """Play a scenario from now on: a shipped one by its name, or one of one's own."""
        word = "name" if isinstance(scenario, str) else "scenario"
        body = {word: scenario}
        return read(Play, (yield from ask("POST", f"{self.path}/scenarios", body)))

    @operation
    def lifetime(self, of: str, lifetime: str | float | timedelta | None) -> Steps[None]:
        """How long tokens live that are minted from now on; None: as the provider does it.

        `of`: a provider, or an operation such as `zerohash.client_auth_token`.
        """
        yield from put_lifetime(f"{self.path}/lifetimes", of, lifetime)

    @operation
    def rotate_keys(self, provider: str) -> Steps[Object]:
        """Take the provider's signing keys a step further."""
        return as_object((yield from ask("POST", f"{self.path}/keys{place(provider)}/rotate")))

    @operation
    def reset(self, *what: Part) -> Steps[SandboxState]:
        """Go back to the world it was born with, or only parts of it."""
        body: dict[str, object] = {"what": [*what]} if what else {}
        return read(SandboxState, (yield from ask("POST", f"{self.path}/reset", body)))

    @operation
    def snapshot(self) -> Steps[Object]:
        """Everything in it, as one JSON document. It holds its (fake) secrets."""
        return as_object((yield from ask("GET", f"{self.path}/snapshot")))

    @operation
    def restore(self, snapshot: Mapping[str, object]) -> Steps[SandboxState]:
        """Be as it was when the snapshot was taken."""
        body = dict(snapshot)
        return read(SandboxState, (yield from ask("PUT", f"{self.path}/snapshot", body)))

    @operation
    def fork(self, id: str | None = None) -> "Steps[Sandbox[S]]":  # noqa: A002 - the API's word
        """A copy that goes its own way. It is reached by its `url` or `headers`."""
        body: dict[str, object] = {} if id is None else {"id": id}
        made = as_object((yield from ask("POST", f"{self.path}/fork", body)))
        name = str(made["id"])
        path = self.path.rpartition("/")[0] + place(name)
        return Sandbox(self.sender, path, name, as_object(made["credentials"]))

    @operation
    def drop(self) -> Steps[None]:
        """End it."""
        yield from drop(self.path)
