"""The book of tokens: look, mint without ceremony, revoke, expire."""

import asyncio
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from emulator.control.credentials import find_origin
from emulator.control.endpoint import Asked, bad_body, render
from emulator.control.newborn import check_fake
from emulator.control.pages import Page, cut_page
from emulator.core.clock import render_time
from emulator.core.decisions import Decision
from emulator.core.defects import SPELLINGS, is_defect
from emulator.core.facts import TokenEnded
from emulator.core.faults import Then
from emulator.core.records import Failure, name_nearest, point
from emulator.core.tokens import Ending, Status, Token, enter
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.faults.bodies import TokenDefect
from emulator.edge.faults.defects import tell_unfit
from emulator.edge.problems import Problem
from emulator.edge.provider import MintRequest, Provider
from emulator.edge.shapes import Lifetime

MAX_CLAIMS = 4096  # bytes of JSON: beyond, the token would be longer than anybody reads


class Mint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to be minted. `claims` are laid over the provider's usual ones.

    `defect`: what is to be wrong with it.
    """

    provider: str
    claims: dict[str, Any] = msgspec.field(default_factory=dict)
    lifetime: Lifetime | None = None
    defect: TokenDefect | None = None


class TokenShape(msgspec.Struct, frozen=True):
    """A token of the book. `token`: its text, signed again from the record.

    `defect`: what was made wrong with it, if anything was.
    """

    jti: str
    provider: str
    kind: str
    subject: str
    permissions: list[str]
    issued_at: str
    expires_at: str
    status: Status
    claims: dict[str, Any]
    token: str
    defect: str | UnsetType = UNSET


class _Seen(NamedTuple):
    """A record, and when it was looked at on the sandbox's clock."""

    record: Token
    now: float


async def index(asked: Asked) -> Answer:
    """List the tokens."""
    sandbox = await asked.sandbox()
    page, now = await sandbox.look(
        lambda view: (cut_page(asked, reversed(view.tokens), lambda t: t.jti), view.now)
    )
    items = []
    for record in page.items:
        items.append(await _show(asked, _Seen(record, now)))
        await asyncio.sleep(0)  # a page of signatures must not hold up the calls of others
    return render(Page(items, page.next))


async def show(asked: Asked) -> Answer:
    """Show a token."""
    sandbox = await asked.sandbox()
    return render(await _show(asked, await sandbox.look(lambda view: _find(asked, view))))


async def mint(asked: Asked, body: Mint) -> Answer:
    """Mint a token without the provider's ceremony."""
    provider = _find_provider(asked, body.provider)
    _check_claims(body)
    _check_defect(body.defect)
    sandbox = await asked.sandbox()
    lifetime_s = None if body.lifetime is None else int(body.lifetime)
    request = MintRequest(body.claims, lifetime_s, await find_origin(asked, sandbox))
    decision = await sandbox.transact(
        lambda view: _decide_mint(view, provider, request, body.defect)
    )
    return render(await _show(asked, decision.reply), 201)


async def revoke(asked: Asked) -> Answer:
    """Revoke a token; a second time changes nothing."""
    return await _end(asked, "revoked")


async def expire(asked: Asked) -> Answer:
    """Let a token expire ahead of its time; a second time changes nothing."""
    return await _end(asked, "expired")


async def _end(asked: Asked, how: Ending) -> Answer:
    def decide(view: View) -> Decision[None]:
        record = _find(asked, view).record
        facts = () if how in record.endings else (TokenEnded(view.now, record.jti, how),)
        return Decision(None, facts)

    sandbox = await asked.sandbox()
    await sandbox.transact(decide)
    return render(await _show(asked, await sandbox.look(lambda view: _find(asked, view))))


def _decide_mint(
    view: View, provider: Provider, request: MintRequest, defect: str | None
) -> Decision[_Seen]:
    if defect is not None:
        view.fault = Then(token=defect)
    try:
        granted = provider.mint(view, request)
    except LookupError as error:
        raise Problem(409, "Nothing to mint for", f"{error.args[0]}.") from None
    issued = granted.token
    assert issued is not None  # noqa: S101 - what `mint` is for
    unfit = defect and tell_unfit(view, provider, issued.grant.kind, defect)
    if unfit:
        raise bad_body([Failure("/defect", unfit)])
    fixed = sorted(set(issued.grant.fills) & set(request.claims))
    if fixed:
        message = "follows from the record: a lifetime sets when a token ends"
        raise bad_body([Failure(point("claims", name), message) for name in fixed])
    record = enter(issued.jti, issued.expires_at, issued.grant)
    return Decision(_Seen(record, view.now), granted.facts)


def _find_provider(asked: Asked, name: str) -> Provider:
    provider = asked.house.providers.get(name)
    if provider is None:
        near = name_nearest(name, asked.house.providers)
        raise bad_body([Failure("/provider", f"is no provider; there is {near}")])
    return provider


def _check_claims(body: Mint) -> None:
    check_fake(body.claims, "/claims")
    if len(msgspec.json.encode(body.claims)) > MAX_CLAIMS:
        raise bad_body([Failure("/claims", f"must be at most {MAX_CLAIMS} bytes of JSON")])


def _check_defect(name: str | None) -> None:
    if name is not None and not is_defect(name):
        near = name_nearest(name, SPELLINGS)
        raise bad_body([Failure("/defect", f"is no defect; there is {near}")])


def _find(asked: Asked, view: View) -> _Seen:
    record = view.token(asked.params["jti"])
    if record is None:
        raise Problem(
            404,
            "No such token",
            f"Sandbox {view.sandbox!r} has issued no token of that jti since it was made or reset: "
            f"GET /_emulator/sandboxes/{view.sandbox}/tokens lists those it has.",
        )
    return _Seen(record, view.now)


async def _show(asked: Asked, seen: _Seen) -> TokenShape:
    record = seen.record
    return TokenShape(
        jti=record.jti,
        provider=record.grant.provider,
        kind=record.grant.kind,
        subject=record.grant.subject,
        permissions=list(record.grant.permissions),
        issued_at=render_time(record.issued_at),
        expires_at=render_time(record.expires_at),
        status=record.status(seen.now),
        claims=record.claims(),
        token=await asked.house.services.signer.sign(record),
        defect=record.grant.defect or UNSET,
    )
