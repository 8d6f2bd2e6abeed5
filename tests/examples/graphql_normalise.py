"""What of a GraphQL answer is different each time, replaced by rules that have names."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from emulator.core.clock import parse_time
from tests.examples.normalise import UUID

ID = re.compile(r"([a-z]+_(?:[a-z]{2}\d\d)?)[0-9a-f]{32}")


def _token(value: Any, now: float) -> Any:  # noqa: ANN401 - JSON
    """A token as what it says: header, claims, and how long its signature is."""
    header, claims, signature = value.split(".")
    said = json.loads(_unb64(claims))
    for name in ("iat", "exp"):
        said[name] = f"{{{{now + {said[name] - int(now)}}}}}"
    return {
        "header": json.loads(_unb64(header)),
        "claims": {**said, "jti": _uuid(said["jti"], now)},
        "signature": f"{{{{{len(_unb64(signature))} bytes}}}}",
    }


def _uuid(value: Any, _: float) -> Any:  # noqa: ANN401
    """`{{uuid 4}}`: a UUID, with its version."""
    found = UUID.fullmatch(value) if isinstance(value, str) else None
    return f"{{{{uuid {found[1]}}}}}" if found else value


def _time(value: Any, now: float) -> Any:  # noqa: ANN401
    """`{{now + 600}}`: a time, from when the exchange happened."""
    return f"{{{{now + {round(parse_time(value) - now)}}}}}" if isinstance(value, str) else value


def _id(value: Any, _: float) -> Any:  # noqa: ANN401
    """`{{cd_}}`: an id that was drawn; those of the fixtures stay."""
    found = ID.fullmatch(value) if isinstance(value, str) else None
    return f"{{{{{found[1]}}}}}" if found and "fa4e0000" not in value else value


def _url(value: Any, _: float) -> Any:  # noqa: ANN401
    """`{{url}}`: where a file goes."""
    return "{{url}}" if isinstance(value, str) else value


RULES: Mapping[str, Callable[[Any, float], Any]] = {
    "value": _token,
    "requestId": _uuid,
    "expirationDate": lambda value, now: _time(value, now) if str(value) < "2026" else value,
    "asOf": _time,
    "createdAt": _time,
    "updatedAt": _time,
    "id": _id,
    "token": _id,
    "uploadUrl": _url,
}


def normalise(value: Any, now: float) -> Any:  # noqa: ANN401
    """The same JSON with every rule applied where its name stands."""
    if isinstance(value, dict):
        return {
            name: RULES[name](inner, now)
            if name in RULES and isinstance(inner, str)
            else normalise(inner, now)
            for name, inner in value.items()
        }
    return [normalise(inner, now) for inner in value] if isinstance(value, list) else value


def _unb64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
