"""What the audit looks for, and how it is told: offences of one kind by one caller are one."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from emulator.control.audit import pages, repeating, tokens, waiting
from emulator.control.audit.scene import Offence, Scene, Severity, Side, side_of
from emulator.core.clock import render_time
from emulator.core.journal import CallRecord, parse_call_id

MAX_CALLS = 100


class Rule(NamedTuple):
    """A kind of finding. `cites`: the provider's own rules are told with the advice."""

    name: str
    title: str
    advice: str
    judge: Callable[[Scene], Iterable[Offence]]
    cites: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        "retry_too_early",
        "Called again before Retry-After had passed",
        "Wait as long as the answer says before the next call of this operation.",
        waiting.find_impatience,
        cites=True,
    ),
    Rule(
        "token_after_end",
        "Used a token after its end",
        "Get a new token before the old one ends; drop one that was refused as over.",
        tokens.find_outlived,
    ),
    Rule(
        "secret_in_browser",
        "Sent a server-side secret from a browser",
        "Keep keys on a server and give the page a token of its own; replace a key that was sent.",
        pages.find_leaked,
    ),
    Rule(
        "mint_in_browser",
        "Minted a token from a browser",
        "Let a server mint, which knows whom the token is for, and hand it to the page.",
        pages.find_minting,
    ),
    Rule(
        "retry_refused",
        "Sent the same request again after a definitive refusal",
        "Stop at such an answer: the same request gets the same one. Change it, or tell a person.",
        repeating.find_futile,
        cites=True,
    ),
    Rule(
        "mint_repeated",
        "Minted again without knowing whether the first time was carried out",
        "There may be two tokens now: count on it, and revoke what is not needed.",
        repeating.find_doubtful,
        cites=True,
    ),
)
NAMES = tuple(rule.name for rule in RULES)


class Finding(msgspec.Struct, frozen=True):
    """Something that a caller did wrong, once or more.

    `caller`: a digest, equal for equal credentials in this sandbox. `calls`: the evidence in the
    order in which it came in, with the calls that made others wrong, the last 100. `details`: of
    the last time. `first_at`, `last_at`: the sandbox's time.
    """

    id: str
    finding: str
    severity: Severity
    title: str
    advice: str
    provider: str
    operation: str | None
    caller: str
    times: int
    first_at: str
    last_at: str
    calls: list[str]
    details: dict[str, Any]


def audit(scene: Scene) -> list[Finding]:
    """The findings, that of the last call first."""
    found = [pair for rule in RULES for pair in _judge(rule, scene)]
    found.sort(key=lambda pair: _number(pair[0]), reverse=True)
    return [finding for _, finding in found]


def _judge(rule: Rule, scene: Scene) -> Iterator[tuple[CallRecord, Finding]]:
    offences = sorted(rule.judge(scene), key=_order)
    for side, group in groupby(offences, key=lambda offence: side_of(offence.call)):
        same = list(group)
        yield same[-1].call, _tell(rule, scene, side, same)


def _order(offence: Offence) -> tuple[str, str, str, int]:
    provider, operation, caller = side_of(offence.call)
    return provider, operation or "", caller, _number(offence.call)


def _tell(rule: Rule, scene: Scene, side: Side, same: list[Offence]) -> Finding:
    provider, operation, caller = side
    last = same[-1]
    cited = scene.retries(last.call).told if rule.cites else ""
    calls = {_number(c): c.id for o in same for c in (o.before, o.call) if c is not None}
    return Finding(
        id=f"{rule.name}.{provider}.{operation or ''}.{caller}",
        finding=rule.name,
        severity="error" if any(o.severity == "error" for o in same) else "notice",
        title=rule.title,
        advice=f"{rule.advice} {cited}".rstrip(),
        provider=provider,
        operation=operation,
        caller=caller,
        times=len(same),
        first_at=render_time(same[0].call.at),
        last_at=render_time(last.call.at),
        calls=[calls[number] for number in sorted(calls)][-MAX_CALLS:],
        details=dict(last.details),
    )


def _number(call: CallRecord) -> int:
    return parse_call_id(call.id) or 0
