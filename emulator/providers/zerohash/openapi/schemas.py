"""The schemas of the document: of requests from their shapes, of answers written down here."""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from emulator.core.decisions import Json
from emulator.providers.zerohash.wire.shapes import ClientAuthToken, Customer, RevokeAuthToken

_STRING = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
_CODE = {"type": "string", "pattern": "^[A-Z0-9]{6}$"}


def _object(properties: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    """An object that requires all but the optional members."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


_IDS = {"payment_id": _UUID, "deposit_intent_id": _UUID}

_PARTICIPANT = {
    "participant_code": _CODE,
    "participant_name": _STRING,
    "email": _STRING,
    "status": _STRING,
    "reason_code": _STRING,
    "jurisdiction_code": _STRING,
    "limits": {"type": "array"},
    "updated_at": {"type": "integer"},
}

_MOMENT = {
    "epoch": {"type": "integer"},
    "epoch_units": {"const": "milliseconds"},
    "iso_8601": {"type": "string", "format": "date-time"},
}

_CREATED = {"platform_code": _CODE, "participant_code": _CODE, "status": _STRING}

ANSWERS: Mapping[str, Any] = {
    # The ids beside `message` only when the setting ids_placement says both.
    "ClientAuthTokenAnswer": _object(
        {"message": _object({"token": _STRING, **_IDS}, *_IDS), **_IDS}, *_IDS
    ),
    "TimeAnswer": {"anyOf": [_object({"message": _object(_MOMENT)}), _object({"epoch": {}})]},
    "ParticipantsAnswer": _object(
        {
            "message": {"type": "array", "items": _object(_PARTICIPANT, "reason_code")},
            "count": {"type": "integer"},
            "page": {"type": "integer", "minimum": 1},
            "page_size": {"type": "integer"},
            "total_pages": {"type": "integer"},
        }
    ),
    "ParticipantAnswer": _object(
        {"message": _object({"participant_code": _CODE, "email": _STRING})}
    ),
    "CustomerAnswer": _object({"message": _object(_CREATED)}),
}


def request_schemas() -> Mapping[str, Any]:
    """The shapes that validate bodies, as they publish themselves."""
    shapes = (ClientAuthToken, RevokeAuthToken, Customer)
    _, schema = models_json_schema(
        [(shape, "validation") for shape in shapes], ref_template="#/components/schemas/{model}"
    )
    published: Mapping[str, Any] = _bare(schema["$defs"])
    return published


def schema_of(body: Json) -> dict[str, Any]:
    """What an error's body looks like, by its example."""
    if isinstance(body, dict):
        return _object({name: schema_of(value) for name, value in body.items()})
    if isinstance(body, list):
        return {"type": "array", "items": _STRING}
    return {"const": body} if isinstance(body, bool) else _STRING


def _bare(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Without the members that the shapes need and no reader: defaults, and titles of fields."""
    if isinstance(schema, list):
        return [_bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _bare(part)
        for name, part in schema.items()
        if name != "default" and not (name == "title" and isinstance(part, str))
    }
