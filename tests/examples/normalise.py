"""What of an answer is different each time, replaced by rules that have names."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
CODE = re.compile(r"[A-Z0-9]{6}")
FIXTURE_UUID = re.compile(r"00000000-.*|497f6eca-6276-4993-bfeb-53cbbbba6f08")
FIXTURE_CODE = re.compile(r"(CUST|SHOP|OTHR|FAKE)[0-9]{2}|MERCH[0-9]")


def _uuid(value: Any, _: float) -> Any:  # noqa: ANN401 - any JSON
    """`{{uuid 4}}`: a UUID, with its version."""
    found = UUID.fullmatch(value) if isinstance(value, str) else None
    drawn = found is not None and not FIXTURE_UUID.fullmatch(found[0])
    return f"{{{{uuid {found[1]}}}}}" if found and drawn else value


def _expiry(value: Any, now: float) -> Any:  # noqa: ANN401
    """`{{now + 3600}}`: a time, from when the exchange happened."""
    return f"{{{{now + {value - int(now)}}}}}" if isinstance(value, int) else value


def _drawn_code(value: Any, _: float) -> Any:  # noqa: ANN401
    """`{{code}}`: a participant's code that was drawn; those of the fixtures stay."""
    drawn = isinstance(value, str) and CODE.fullmatch(value) and not FIXTURE_CODE.fullmatch(value)
    return "{{code}}" if drawn else value


def _token(value: Any, now: float) -> Any:  # noqa: ANN401
    """A token as what it says: header, claims, and how long its signature is."""
    if value.count(".") != 2:
        return value  # opaque: derived from the seed, so the same each time
    header, claims, signature = value.split(".")
    return {
        "header": json.loads(_unb64(header)),
        "claims": _walk(json.loads(_unb64(claims)), now),
        "signature": f"{{{{{len(_unb64(signature))} bytes}}}}",
    }


RULES: Mapping[str, Callable[[Any, float], Any]] = {
    "token": _token,
    "accessToken": _token,
    "id": _uuid,
    "iat": _expiry,
    "nbf": _expiry,
    "jti": _uuid,
    "payment_id": _uuid,
    "deposit_intent_id": _uuid,
    "x-request-id": _uuid,
    "exp": _expiry,
    "participant_code": _drawn_code,
}


def normalise(headers: dict[str, str], body: Any, now: float) -> tuple[dict[str, str], Any]:  # noqa: ANN401
    """Headers and body with every rule applied where its name stands."""
    return _walk(headers, now), _walk(body, now)


def _walk(value: Any, now: float) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {
            name: RULES[name](inner, now) if name in RULES else _walk(inner, now)
            for name, inner in value.items()
        }
    return [_walk(inner, now) for inner in value] if isinstance(value, list) else value


def _unb64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
