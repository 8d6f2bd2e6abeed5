"""The keys that verify a sandbox's tokens, and their rotation step by step."""

import msgspec

from emulator.control.endpoint import Asked, Parameter, render
from emulator.core.decisions import Decision
from emulator.core.facts import Fact, KeysSet
from emulator.core.keyrings import CannotRotate, Issuer, Keyring, Step
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.problems import Problem
from emulator.edge.provider import Provider

ISSUER = Parameter(
    "issuer",
    "The keys of this issuer alone: a useGrant provider's id, url id or issuer URL.",
    {"type": "string"},
)


class Jwks(msgspec.Struct, frozen=True):
    """An RFC 7517 key set, public members only; the key that signs now comes first."""

    keys: list[dict[str, str]]


class Rotate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of a rotation. `issuer`: as in the key set's query; none is the first there is.

    `publish` shows the next key ahead of use, `activate` signs with it, `overlap` does both and
    keeps the old one published, `retire` withdraws all but the one that signs, `abrupt` replaces
    all of them at once.
    """

    issuer: str | None = None
    step: Step = "overlap"


class IssuerKeys(msgspec.Struct, frozen=True):
    """An issuer's keys. `active`: the `kid` of the one that signs, which comes first."""

    issuer: str
    active: str
    keys: list[dict[str, str]]


async def show(asked: Asked) -> Answer:
    """Show the keys that verify a provider's tokens."""
    sandbox = await asked.sandbox()
    provider, name = asked.provider(), asked.query.get("issuer")
    if name is None:
        return render(
            Jwks(
                await sandbox.look(
                    lambda view: _public(asked, provider, view, provider.issuer_keys(view))
                )
            )
        )

    def show_ring(view: View) -> list[dict[str, str]]:
        ring = view.keyring(*_find(provider, view, name))
        return _public(asked, provider, view, ring.names)

    return render(Jwks(await sandbox.look(show_ring)))


async def rotate(asked: Asked, body: Rotate) -> Answer:
    """Take an issuer's keys a step further."""
    sandbox, provider = await asked.sandbox(), asked.provider()

    def decide(view: View) -> Decision[tuple[Issuer, Keyring]]:
        return Decision(*rotate_keys(view, provider, body))

    issuer, ring = (await sandbox.transact(decide)).reply
    keys = await sandbox.look(lambda view: _public(asked, provider, view, ring.names))
    return render(IssuerKeys(issuer.label, keys[0]["kid"], keys))


def rotate_keys(
    view: View, provider: Provider, body: Rotate
) -> tuple[tuple[Issuer, Keyring], tuple[Fact, ...]]:
    """An issuer and its keys after the step, and what that changes.

    Raises:
        Problem: 404, there is no such issuer; 409, its keys can't take that step now.
    """
    issuer = _find(provider, view, body.issuer)
    try:
        ring = view.rotate_keys(issuer, body.step)
    except CannotRotate as why:
        raise Problem(409, "Can't rotate so", str(why)) from None
    changed = ring != view.keyring(*issuer)
    facts = (KeysSet(view.now, issuer.name, issuer.bits, ring),) if changed else ()
    return (issuer, ring), facts


def _find(provider: Provider, view: View, name: str | None) -> Issuer:
    try:
        return provider.find_issuer(view, name)
    except KeyError:
        raise Problem(
            404,
            "No such issuer",
            f"{provider.title} has no issuer of that name in this sandbox.",
        ) from None


def _public(
    asked: Asked, provider: Provider, view: View, names: tuple[str, ...]
) -> list[dict[str, str]]:
    """The keys, each with the `kid` that the provider's tokens give it."""
    keys = [asked.house.services.keys.public_jwk(name) for name in names]
    if provider.kid is None:
        return keys
    kids = [provider.kid(view, name) for name in names]
    return [{**jwk, "kid": kid} for jwk, kid in zip(keys, kids, strict=True)]
