"""Defects: the ways in which a minted token can be wrong, by name."""

DEFECTS = (
    "expired",
    "not_yet_valid",
    "bad_signature",
    "tampered",
    "unknown_kid",
    "alg_none",
    "hs256_confusion",
    "wrong_issuer",
    "wrong_audience",
    "wrong_type",
    "truncated",
    "oversized",
    "foreign",
    "revoked",
)
MISSING_CLAIM = "missing_claim:"


def is_defect(name: str) -> bool:
    """Whether there is a defect of that name."""
    return name in DEFECTS or (name.startswith(MISSING_CLAIM) and len(name) > len(MISSING_CLAIM))
