"""RFC 7662 for any token, with the reason when it is not active, and what it opens."""

import msgspec
from msgspec import UNSET, UnsetType

from emulator.control.endpoint import Asked, bad_body, render
from emulator.core.introspection import Finding, Reason, examine, examine_opaque
from emulator.core.jwt import MalformedToken, parse_token
from emulator.core.records import Failure, name_nearest
from emulator.core.tokens import Token
from emulator.edge.call import Answer


class Introspect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token, and the module that it is to open, if that is asked."""

    token: str
    module: str | None = None


class Introspection(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the token is worth. `exp`, `iat`: Unix seconds; `scope`: its permissions, by spaces.

    `reason`: the first that holds, in the order of the enumeration; `permission` only with a
    module, whose `opens` is then false. `detail` says more of the reason.
    """

    active: bool
    reason: Reason | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    opens: bool | UnsetType = UNSET
    jti: str | UnsetType = UNSET
    provider: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    sub: str | UnsetType = UNSET
    scope: str | UnsetType = UNSET
    exp: int | UnsetType = UNSET
    iat: int | UnsetType = UNSET
    iss: str | UnsetType = UNSET


async def introspect(asked: Asked, body: Introspect) -> Answer:
    """Say whether a token is good, and if not, why."""
    finding = await _examine(asked, body.token)
    opens: bool | UnsetType = UNSET
    if body.module is not None:
        opens, finding = _try_module(asked, finding, body.module)
    record = finding.record
    if finding.reason not in {None, "permission"} or record is None:
        reason = finding.reason or UNSET
        detail = finding.detail
        return render(Introspection(active=False, reason=reason, detail=detail, opens=opens))
    issuer = record.claims().get("iss")
    return render(
        Introspection(
            active=True,
            reason=finding.reason or UNSET,
            detail=finding.detail or UNSET,
            opens=opens,
            jti=record.jti,
            provider=record.grant.provider,
            kind=record.grant.kind,
            sub=record.grant.subject,
            scope=" ".join(record.grant.permissions),
            exp=record.expires_at,
            iat=record.issued_at,
            iss=issuer if isinstance(issuer, str) else UNSET,
        )
    )


async def _examine(asked: Asked, text: str) -> Finding:
    sandbox = await asked.sandbox()
    try:
        token = parse_token(text)
    except MalformedToken as error:
        readers = [p.read_opaque for p in asked.house.providers.values() if p.read_opaque]
        ids = [jti for read in readers for jti in read(text)]
        malformed = Finding("signature", f"It {error}: no JWT.")
        return await sandbox.look(lambda view: examine_opaque(view, text, ids) or malformed)
    house = asked.house
    return await sandbox.look(lambda view: examine(view, token, house.services.keys, house.homes))


def _try_module(asked: Asked, finding: Finding, module: str) -> tuple[bool, Finding]:
    """Whether the token would open a module.

    Raises:
        Problem: 400, there is no such module.
    """
    record = finding.record
    _check_module(asked, record, module)
    if finding.reason is not None or record is None:
        return False, finding
    lacks = asked.house.providers[record.grant.provider].opens(record, module)
    if lacks is None:
        return True, finding
    return False, Finding("permission", f"{module} asks for the permission {lacks}.", record)


def _check_module(asked: Asked, record: Token | None, module: str) -> None:
    providers = asked.house.providers.values()
    modules = [
        name
        for provider in providers
        if record is None or provider.name == record.grant.provider
        for name in provider.modules
    ]
    if module not in modules:
        near = name_nearest(module, modules)
        raise bad_body([Failure("/module", f"is no module; there is {near}")])
