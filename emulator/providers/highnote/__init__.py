"""Highnote: client tokens, minted and used over one GraphQL endpoint.

Sources: the schema in the provider's own server SDK, its documentation, the code of its card
viewer, public example repositories.

Gaps: secure-deposit and scheduled-transfer operations, the frames of
checkout, card tokenization and risk application, everything that is not about tokens. The pages of
the other browser SDKs stand in for the real ones, which are not public.
"""

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.edge.call import Call, Headers
from emulator.edge.provider import Door, MintRequest, Provider, Retries
from emulator.providers.highnote import tokens
from emulator.providers.highnote.auth import home, locate, present
from emulator.providers.highnote.errors import ALIASES, CATALOGUE
from emulator.providers.highnote.extensions import values
from emulator.providers.highnote.faults import MAGIC
from emulator.providers.highnote.privacy import PRIVATE
from emulator.providers.highnote.state.kinds import (
    API_KEYS,
    BLUEPRINT,
    ORGANIZATIONS,
    PAYMENT_CARDS,
    PROVIDER,
)
from emulator.providers.highnote.state.records import ApiKey, PaymentCard


def _open_door() -> Door:
    from emulator.providers.highnote.routes import open_door  # noqa: PLC0415 - only when enabled

    return open_door(provider)


def _primary_key(view: View, *, restricted: bool = False) -> ApiKey | None:
    """The sandbox's own key, before one of the fixtures'."""
    keys = view.table(API_KEYS)
    found = (key for key in (*keys.own(), *keys) if key.primary and key.restricted == restricted)
    return next(found, None)


def _active_card(view: View, organization: str) -> PaymentCard | None:
    cards = (card for card in view.table(PAYMENT_CARDS) if card.organization == organization)
    return next((card for card in cards if card.status == "ACTIVE"), None)


def _credentials(view: View, origin: str) -> dict[str, str]:
    key, restricted = _primary_key(view), _primary_key(view, restricted=True)
    organization = view.table(ORGANIZATIONS).get(key.organization) if key else None
    url = f"{origin}/highnote/graphql"
    if key is None or organization is None:
        return {"graphql_url": url}
    card = _active_card(view, organization.id)
    return {
        "graphql_url": url,
        "api_key": key.api_key,
        "restricted_api_key": restricted.api_key if restricted else "",
        "organization_id": organization.organization_id,
        "payment_card_id": card.id if card else "",
    }


def _mint(view: View, request: MintRequest) -> Granted[None]:
    """A token without ceremony: to read the first active card, with the claims asked for."""
    key = _primary_key(view)
    organization = view.table(ORGANIZATIONS).get(key.organization) if key else None
    if organization is None:
        raise LookupError("this sandbox has no Highnote organization with a primary key")
    claims = dict(request.claims)
    card = _active_card(view, organization.id)
    wanted = claims.get("oid")
    object_id = wanted if isinstance(wanted, str) else card.id if card else ""
    permissions = claims.pop("perms", None)
    names = permissions if isinstance(permissions, list) else ["READ_RESTRICTED_DETAILS"]
    issued = tokens.issue(
        view,
        organization,
        "generatePaymentCardClientToken",
        [object_id],
        [str(name).removeprefix("PaymentCard:") for name in names],
        requested_s=request.lifetime_s,
        claims=claims,
    )
    return Granted(None, facts=(issued,), token=issued)


def _dress(_: Call, __: str) -> Headers:
    """Highnote's answers carry what they have to say in `extensions`."""
    return ()


# The operations of the one endpoint; `graphql` is a call that can't be read.
_GRAPHQL = (
    *tokens.MINTS,
    *tokens.OTHER_MINTS,
    *(name for name in tokens.USES if "." not in name),
    "createUSPersonAccountHolderFromToken",
    "createUSBusinessAccountHolderFromToken",
    "createUSPersonAuthorizedUserFromToken",
    "ping",
    "node",
    "organizations",
    "graphql",
)

provider = Provider(
    name=PROVIDER,
    title="Highnote",
    blueprint=BLUEPRINT,
    hosts=frozenset({"api.us.test.highnote.com", "api.us.highnote.com", "cdn.highnote.com"}),
    catalogue=CATALOGUE,
    aliases=ALIASES,
    operations=(*_GRAPHQL, "upload", "card_viewer", "secure_inputs", "document_upload"),
    lifetimes=tokens.LIFETIMES,
    private=PRIVATE,
    kept_headers=frozenset(),
    door=_open_door,
    locate=locate,
    home=home,
    issuer_keys=tokens.issuer_keys,
    find_issuer=tokens.find_issuer,
    kid=tokens.find_kid,
    credentials=_credentials,
    mint=_mint,
    modules=tuple(tokens.USES),
    opens=tokens.opens,
    dress=_dress,
    values=values,
    frailty=tokens.find_frailty,
    graphql=frozenset(_GRAPHQL),
    magic=MAGIC,
    present=present,
    retries=Retries(
        told="No token mutation takes an idempotencyKey: a mint that was sent again may have made "
        "two tokens [schema] H; after a 429 extensions.rateLimit.retryAfter says when [doc] H.",
        wait_at=("extensions", "rateLimit", "retryAfter"),
    ),
)
