"""Whether a token opens an SDK module, and if not, which check it fails. Changes nothing."""

import msgspec

from emulator.core.decisions import Granted
from emulator.core.introspection import examine
from emulator.core.jwt import Unverified
from emulator.core.keys import KeyPool
from emulator.core.records import name_nearest
from emulator.core.view import View
from emulator.providers.zerohash.auth import home
from emulator.providers.zerohash.state import PROVIDER
from emulator.providers.zerohash.tokens import MODULES, opens
from emulator.providers.zerohash.wire.modules import Verdict, list_events


class Presented(msgspec.Struct, frozen=True):
    """A module and the token that is to open it, if it is a JWT; else `trouble` says what it is.

    `keys`: those that the emulator signs with.
    """

    module: str
    token: Unverified | None
    trouble: str = ""
    keys: KeyPool | None = None


class _Failed(msgspec.Struct, frozen=True):
    reason: str | None
    detail: str


def judge(view: View, _: None, asked: Presented) -> Granted[Verdict]:
    """The verdict on a token: the first check that it fails."""
    failed = _find_failure(view, asked)
    known = asked.module in MODULES
    verdict = Verdict(
        module=asked.module,
        opens=failed.reason is None,
        reason=failed.reason,
        detail=failed.detail,
        needs=min(MODULES[asked.module]) if known else None,
        claims=asked.token.claims if asked.token is not None else None,
        events=tuple(list_events(asked.module)) if known else (),
        modules=tuple(MODULES),
        now=view.now,
    )
    return Granted(verdict)


def _find_failure(view: View, asked: Presented) -> _Failed:
    """Form, then what the token is worth, then whether the module is one that it opens."""
    if asked.token is None or asked.keys is None:
        return _Failed("malformed", asked.trouble)
    finding = examine(view, asked.token, asked.keys, {PROVIDER: home})
    if finding.reason is not None:
        return _Failed(finding.reason, finding.detail)
    record = finding.record
    if record is None or record.grant.provider != PROVIDER:
        return _Failed("foreign", "It is another provider's token.")
    if asked.module not in MODULES:
        near = name_nearest(asked.module, list(MODULES))
        return _Failed("module", f"There is no module of that name; there is {near}.")
    lacks = opens(record, asked.module)
    if lacks is None:
        return _Failed(None, "")
    has = ", ".join(record.grant.permissions) or "none"
    told = f"{asked.module} needs the permission {lacks}; the token has {has}."
    return _Failed("permission", told)
