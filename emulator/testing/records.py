"""What the control API tells, as records. Times are datetimes in UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from emulator.testing.wire import Json, Object


@dataclass(frozen=True)
class Health:
    """How the emulator is. `ports`: surface -> port."""

    status: str
    version: str
    providers: list[str]
    ports: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ClockState:
    """A sandbox's clock. `at`: where it is frozen; `by`: its offset; `factor`: its speed.

    `due`: what fell due when it was moved, and was done.
    """

    mode: Literal["real", "frozen", "offset", "scaled"]
    now: datetime
    at: datetime | None = None
    by: str | None = None
    factor: float | None = None
    due: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class SandboxState:
    """A sandbox. `expires_at`: when it goes, idle; `listed`: its credentials lead to it."""

    id: str
    seed: str
    created_at: datetime
    clock: ClockState
    listed: bool = True
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Token:
    """A token of the sandbox's book. `token`: its text; `defect`: what was made wrong with it."""

    jti: str
    provider: str
    kind: str
    subject: str
    permissions: list[str]
    issued_at: datetime
    expires_at: datetime
    status: Literal["active", "expired", "revoked", "spent"]
    claims: Object
    token: str
    defect: str | None = None


@dataclass(frozen=True)
class Introspection:
    """What a token is worth. `reason`, `detail`: why not; `opens`: whether it opens the module."""

    active: bool
    reason: str | None = None
    detail: str | None = None
    opens: bool | None = None
    jti: str | None = None
    provider: str | None = None
    kind: str | None = None
    sub: str | None = None
    scope: str | None = None
    exp: int | None = None
    iat: int | None = None
    iss: str | None = None


@dataclass(frozen=True)
class Message:
    """Half of a call, masked. `size`: bytes of the body."""

    headers: dict[str, str]
    body: Json
    size: int
    method: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class Call:
    """A call that the journal keeps. `refusal`: the row's name; `fault`: where that came from."""

    id: str
    at: datetime
    direction: Literal["in", "out"]
    provider: str
    sandbox: str
    status: int
    duration_ms: float
    request: Message
    response: Message
    operation: str | None = None
    refusal: str | None = None
    fault: str | None = None
    hint: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a call went as it did, and what to do."""

    id: str
    status: int
    what_to_do: str
    explanation: Json = None
    hint: str = ""
    refusal: str | None = None
    fault: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether there were such calls, and why. `calls`: ids of those that fit, the last 100.

    `evicted`: the journal has forgotten calls that would count; `nearest`: what did not fit, and
    how it differs.
    """

    verified: Literal[True, False, "unknown"]
    reason: str
    matched: int
    calls: list[str] = field(default_factory=list)
    order: list[str] | None = None
    evicted: bool = False
    masked: list[str] = field(default_factory=list)
    nearest: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """Something that a caller did wrong, `times` often. `calls`: the evidence, the last 100 ids."""

    finding: str
    severity: Literal["error", "notice"]
    title: str
    advice: str
    provider: str
    operation: str | None
    caller: str
    times: int
    first_at: datetime
    last_at: datetime
    calls: list[str]
    details: Object = field(default_factory=dict)


@dataclass(frozen=True)
class Audit:
    """What the client did wrong, the last first. `complete`: the journal has forgotten no call."""

    findings: tuple[Finding, ...]
    complete: bool
    judged: int


@dataclass(frozen=True)
class Play:
    """A scenario that is played. `done`: what happened at once; `waiting`: steps yet to come."""

    id: str
    title: str
    started_at: datetime
    done: list[Json] = field(default_factory=list)
    waiting: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Hits:
    """How many calls a fault matched, and for how many it fired."""

    matched: int
    fired: int


@dataclass(frozen=True)
class FaultState:
    """An armed fault with its hits."""

    id: str
    operation: str
    hits: Hits
    armed_at: datetime
    match: Object = field(default_factory=dict)
    then: Object = field(default_factory=dict)
    when: Object = field(default_factory=dict)
