"""The older way to a token for onboarding, beside `client_auth_token` with that permission."""

import msgspec

from emulator.core.decisions import Granted, Refusal
from emulator.core.view import View
from emulator.providers.zerohash import tokens
from emulator.providers.zerohash.auth import Caller
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.state import PARTICIPANTS


class Applicant(msgspec.Struct, frozen=True):
    """Whom the token is for. `phone_number`: empty when it was not sent."""

    email: str
    phone_number: str


def mint_onboarding(view: View, caller: Caller, applicant: Applicant) -> Granted[str]:
    """A token for onboarding; the reply is the email, to echo.

    The same token as a mint by email has, for nothing says that it differs [guess] M.
    """
    entitled = caller.platform.permissions
    if entitled is not None and "onboarding" not in entitled:
        raise Refusal(CATALOGUE["kyc_not_configured"])
    found = view.table(PARTICIPANTS).find("email", (caller.platform.id, applicant.email.lower()))
    details = {"email": applicant.email}
    if applicant.phone_number:
        details["phone_number"] = applicant.phone_number
    issued = tokens.issue(
        view,
        caller.platform,
        found[0] if found else None,
        ("onboarding",),
        details,
        operation=tokens.ONBOARDING,
    )
    return Granted(applicant.email, facts=(issued,), token=issued, hint=caller.hint)
