"""What is personal or secret in zerohash's bodies, paths and queries; and masking it."""

import json
import re
from urllib.parse import unquote_plus

from emulator.core.journal import MASK, mask

# Masked in journals, logs and explanations, by field name.
PRIVATE = frozenset(
    {
        "email",
        "phone_number",
        "ip_address",
        "token",
        "jwt",  # in the address of an SDK page [sdk iOS] M
        "first_name",
        "last_name",
        "middle_name",
        "date_of_birth",
        "tax_id",
        "id_number",
        "address_one",
        "address_two",
        "city",
        "zip",
        "postal_code",
        "signature",
        "external_wallet_address",
        "destination_address",
        "participant_name",
        "non_us_other_type",
        # a caller's, sent in the wrong place
        "passphrase",
        "secret",
    }
)

_TEXT = re.compile(rf'("(?:{"|".join(sorted(PRIVATE))})"\s*:\s*)"(?:[^"\\]|\\.)*"')
_EMAIL_PATH = re.compile(r"(?<=^/participants/)(?!(?:customers/new|onboarding_token)(?:\?|$))[^?]+")


def mask_text(raw: bytes) -> str:
    """JSON with the values of private fields masked, the rest as it stands where that is safe."""
    try:
        masked = mask(json.loads(raw), PRIVATE)
        text = _TEXT.sub(rf'\1"{MASK}"', raw.decode())
        # Escaped names and values that are no strings hide from the pattern, not from the parser.
        return text if json.loads(text) == masked else json.dumps(masked, separators=(",", ":"))
    except (ValueError, RecursionError):
        return f"<{len(raw)} bytes that are not JSON>"


def mask_route(route: str) -> str:
    """A path with its query, private values masked."""
    path, question, query = route.partition("?")
    pairs = (_mask_pair(pair) for pair in query.split("&"))
    return _EMAIL_PATH.sub(MASK, path) + question + "&".join(pairs)


def _mask_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals and unquote_plus(name) in PRIVATE else pair
