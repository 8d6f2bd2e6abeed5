"""The rules between a mint's fields, which its schema can't say. Their texts are [guess] M.

They are asked of the body as sent, so that they are told together with what breaks the schema.
"""

from collections.abc import Callable, Mapping

import msgspec

from emulator.core.decisions import Json
from emulator.providers.zerohash import tokens
from emulator.providers.zerohash.state import PERMISSIONS, Settings
from emulator.providers.zerohash.wire.shapes import ClientAuthToken

Sent = Mapping[str, Json]

# Only this may be minted for somebody who has no participant code yet. [doc] H
PRE_ONBOARDING = frozenset({"onboarding"})


class FieldRule(msgspec.Struct, frozen=True):
    """`breaks`: whether a body with those permissions breaks it. `error`: as the provider says."""

    error: str
    breaks: Callable[[Sent, frozenset[str]], bool]
    hint: str = ""


def check(sent: Sent, settings: Settings) -> list[FieldRule]:
    """The rules that a body breaks."""
    permissions = _permissions(sent)
    rules: tuple[FieldRule, ...] = RULES
    if settings.withdrawal_details == "required":
        rules = (*rules, _WITHDRAWAL_DETAILS)
    broken = [rule for rule in rules if rule.breaks(sent, permissions)]
    if settings.unknown_fields == "refuse":
        unknown = [name for name in sent if name not in ClientAuthToken.model_fields]
        broken += [_unexpected(name) for name in unknown]
    return broken


def _permissions(sent: Sent) -> frozenset[str]:
    """The permissions that are some."""
    asked = sent.get("permissions")
    names = asked if isinstance(asked, list) else []
    return frozenset(name for name in names if isinstance(name, str) and name in PERMISSIONS)


def _lacks_identifier(sent: Sent, _: frozenset[str]) -> bool:
    return not sent.get("participant_code") and not sent.get("email")


def _lacks_code(sent: Sent, permissions: frozenset[str]) -> bool:
    by_email = bool(sent.get("email")) and not sent.get("participant_code")
    return by_email and not permissions <= PRE_ONBOARDING


def _lacks_payment(sent: Sent, permissions: frozenset[str]) -> bool:
    return "crypto-pay" in permissions and "payment_details" not in sent


def _deposits(name: str, permission: str) -> Callable[[Sent, frozenset[str]], bool]:
    """Whether a member of deposit_details was sent without the permission it wants."""

    def breaks(sent: Sent, permissions: frozenset[str]) -> bool:
        details = sent.get("deposit_details")
        return isinstance(details, dict) and name in details and permission not in permissions

    return breaks


def _lacks_withdrawal(sent: Sent, permissions: frozenset[str]) -> bool:
    paying = not tokens.PAYMENT_PERMISSIONS.isdisjoint(permissions)
    return paying and "withdrawal_details" not in sent


RULES = (
    # One identifier, by the prose alone: the schema of the full variant wants none [openapi] H.
    FieldRule("either participant_code or email must be provided", _lacks_identifier),
    # The participant_code: every specific variant requires it [openapi] H.
    FieldRule(
        "body/participant_code is required",
        _lacks_code,
        "An email alone is enough before onboarding only: for the permission onboarding.",
    ),
    # Payment details for crypto-pay: the Payins variant requires them [openapi] H.
    FieldRule("body/payment_details is required", _lacks_payment),
    # A wallet's address only with crypto-deposits [openapi text] H.
    FieldRule(
        "body/deposit_details/external_wallet_address requires permission crypto-deposits",
        _deposits("external_wallet_address", "crypto-deposits"),
        "external_wallet_address goes with the permission crypto-deposits alone; without it the "
        "deposit is internal.",
    ),
    # A preset amount only with fwc [openapi text] H.
    FieldRule(
        "body/deposit_details/deposit_amount requires permission fwc",
        _deposits("deposit_amount", "fwc"),
        "deposit_amount goes with the permission fwc alone.",
    ),
)

# The guides demand it [doc guides] H, the schema does not [openapi] H: a setting decides.
_WITHDRAWAL_DETAILS = FieldRule(
    "body/withdrawal_details is required",
    _lacks_withdrawal,
    "The setting withdrawal_details is required here, as the guides have it.",
)


def _unexpected(name: str) -> FieldRule:
    """A field that no variant has: the documented wording [doc] H, for a setting [guess]."""
    return FieldRule(f"unexpected field: {name}", lambda _, __: True)
