"""Revoking a client access token."""

from emulator.core.decisions import Granted, Refusal
from emulator.core.defects import describe_defect, is_broken
from emulator.core.facts import TokenEnded
from emulator.core.jwt import Unverified
from emulator.core.view import View
from emulator.providers.zerohash import hints
from emulator.providers.zerohash.auth import Caller
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.state import PROVIDER


def revoke(view: View, caller: Caller, token: Unverified) -> Granted[None]:
    """End a token. A second time changes nothing and is granted as well [guess] M.

    Neither signature nor expiry is asked for: the documented demand is a JWT with a `jti`
    [openapi] H. But the claims have to be those that were issued under that `jti`, and a token
    that was minted broken is none [guess].
    """
    record = view.token(token.claims["jti"])
    if record is None or record.grant.provider != PROVIDER:
        return _miss(caller, _UNKNOWN)
    if record.claims() != token.claims:
        return _miss(caller, _ALTERED)
    if is_broken(record.grant.defect):
        return _miss(caller, describe_defect(record.grant.defect))
    if token.claims.get("platform_code") != caller.platform.platform_code:
        hint = "The token was issued to another platform."
        raise Refusal(CATALOGUE["not_found"], hint=hint)
    if "revoked" in record.endings:
        return Granted(None, hint=hints.join(caller.hint, "The token was revoked before."))
    return Granted(None, (TokenEnded(view.now, record.jti, "revoked"),), hint=caller.hint)


_UNKNOWN = "No token of this sandbox has that jti: issued by an earlier run, or forgotten since?"
_ALTERED = "A token with that jti was issued here, but with other claims: it was altered."


def _miss(caller: Caller, hint: str) -> Granted[None]:
    """A token that nobody issued here: 404 in strict reading, 204 in lenient [guess] M."""
    if caller.settings.unknown_jti == "lenient":
        return Granted(None, hint=hints.join(caller.hint, hint, "Nothing was revoked."))
    raise Refusal(CATALOGUE["not_found"], hint=hint)
