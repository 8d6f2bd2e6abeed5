"""What Payins say no to: a mint for `crypto-pay` answers with them."""

from collections.abc import Mapping

from emulator.core.decisions import Row
from emulator.providers.zerohash.errors.envelopes import told

_RFQ = "[openapi][doc] H for POST /pay/rfq; L here"


def _approval(name: str, text: str) -> Row:
    return told(
        name,
        403,
        text,
        "[openapi] H",
        "Payins: the transaction needs a person's approval.",
        also={"transaction_id": "{transaction_id}"},
        transaction_id="txn_01HZF7QWXJ8XK3VYNS6TKDM4G2",
    )


ROWS = (
    told("pay_not_configured", 401, "Your Platform is not configured to use the Pay product", _RFQ),
    told("pay_unsigned", 401, "Participant has not signed the required agreement for Pay", _RFQ),
    told(
        "pay_state_not_authorized",
        401,
        "The State you live in is not authorized to use this product",
        _RFQ,
    ),
    told("pay_asset_not_enabled", 401, "Asset not enabled for pay", _RFQ),
    _approval("manual_approval_required", "Manual approval required for this transaction"),
    _approval("approval_pending", "Approval pending, shopper must wait"),
    _approval("approval_rejected", "Manual approval for this transaction was rejected"),
    _approval(
        "approval_finalized", "Manual approval for this transaction has already been finalized"
    ),
    told(
        "daily_limit",
        403,
        "Shopper's Daily Spend Limit for this type of transaction have been hit.",
        "[openapi] H (the onboarding guide gives 422 for the same body)",
        "Payins: the shopper's daily limit.",
    ),
    told(
        "daily_limit_unprocessable",
        422,
        "Shopper's Daily Spend Limit for this type of transaction have been hit.",
        "[doc onboard-shoppers] H (the schema gives 403 for the same body)",
        "Payins: the shopper's daily limit.",
    ),
    told("not_authorized", 403, "Transaction not authorized", "[openapi] H"),
    told("not_permitted", 403, "Transaction not permitted", "[openapi] H"),
    told(
        "kyc_missing",
        409,
        "Shopper KYC requirements for this transaction are not met",
        "[openapi] H",
        "Payins: the shopper has to give more about themselves first.",
        also={"missing_requirements": "{missing_requirements}"},
        missing_requirements=["first_name", "last_name", "date_of_birth"],
    ),
    told(
        "diligence_missing",
        409,
        "Shopper diligence requirements for this transaction are not met",
        "[doc onboard-shoppers] H",
        "Payins: the shopper has to give more about themselves first.",
        also={"missing_requirements": "{missing_requirements}"},
        missing_requirements=[
            "first_name",
            "last_name",
            "address_one",
            "zip",
            "city",
            "jurisdiction_code",
            "email_or_phone_number",
            "date_of_birth",
        ],
    ),
    told(
        "participant_not_authorized",
        422,
        "Participant is not authorized to transact",
        "[openapi] H",
    ),
    told("transaction_unprocessable", 422, "Transaction not authorized", "[openapi] H"),
    told(
        "jurisdiction_not_supported",
        422,
        "Shopper jurisdiction not supported for this transaction",
        "[doc] H",
    ),
    told(
        "pay_unavailable",
        503,
        "Authorization service temporarily unavailable",
        "[openapi] H; the seconds [guess]",
        "Payins: the authorization service is down; Retry-After says when to come back.",
        headers=(("Retry-After", "5"),),
    ),
)

# The provider's own trigger, X-Simulator-Scenario: the header is documented, its values are not.
# [openapi] H header; [guess] values
SCENARIOS: Mapping[str, str] = {
    "manual-approval-required": "manual_approval_required",
    "approval-pending": "approval_pending",
    "approval-rejected": "approval_rejected",
    "approval-finalized": "approval_finalized",
    "daily-limit": "daily_limit",
    "not-authorized": "not_authorized",
    "not-permitted": "not_permitted",
    "kyc-missing": "kyc_missing",
    "diligence-missing": "diligence_missing",
    "participant-not-authorized": "participant_not_authorized",
    "jurisdiction-not-supported": "jurisdiction_not_supported",
    "pay-unavailable": "pay_unavailable",
}
