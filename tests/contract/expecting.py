"""What an ordinary verifier, introspection and the book make of each defect."""

from collections.abc import Mapping
from typing import NamedTuple


class Expected(NamedTuple):
    """`verifier`: what an ordinary one says, None where it can't know; `reason`: introspection."""

    verifier: str | None
    reason: str
    status: str = "active"


EXPECTED: Mapping[str, Expected] = {
    "expired": Expected("ExpiredSignatureError", "expired", "expired"),
    "not_yet_valid": Expected("ImmatureSignatureError", "not_yet_valid"),
    "bad_signature": Expected("InvalidSignatureError", "signature"),
    "tampered": Expected("InvalidSignatureError", "signature"),
    "unknown_kid": Expected("kid", "signature"),
    "alg_none": Expected("InvalidAlgorithmError", "signature"),
    "hs256_confusion": Expected("InvalidAlgorithmError", "signature"),
    "wrong_issuer": Expected("InvalidIssuerError", "foreign"),
    "wrong_audience": Expected("InvalidAudienceError", "foreign"),
    "wrong_type": Expected("typ", "foreign"),
    "truncated": Expected("DecodeError", "signature"),
    "oversized": Expected(None, "signature"),
    "foreign": Expected("foreign", "foreign"),
    "revoked": Expected(None, "revoked", "revoked"),
    "missing_claim:jti": Expected("MissingRequiredClaimError", "unknown"),
    "missing_claim:exp": Expected("MissingRequiredClaimError", "unknown"),
}
