"""The schemas of the document: of requests from their shapes, of answers written down here."""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from emulator.edge.openapi import bare, describe_object
from emulator.providers.zerohash.wire.modules import CheckModule
from emulator.providers.zerohash.wire.shapes import (
    ClientAuthToken,
    Customer,
    OnboardingToken,
    RevokeAuthToken,
)

_STRING = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
_CODE = {"type": "string", "pattern": "^[A-Z0-9]{6}$"}


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

_EVENT = {"name": _STRING, "type": _STRING, "known": {"type": "boolean"}}
_PERHAPS = {"type": ["string", "null"]}

_VERDICT = {
    "module": _STRING,
    "opens": {"type": "boolean"},
    "reason": _PERHAPS,
    "detail": _STRING,
    "needs": _PERHAPS,
    "claims": {"type": ["object", "null"]},
    "events": {"type": "array", "items": describe_object(_EVENT)},
    "modules": {"type": "array", "items": _STRING},
    "now": {"type": "number"},
}

_CREATED = {"platform_code": _CODE, "participant_code": _CODE, "status": _STRING}

ANSWERS: Mapping[str, Any] = {
    # The ids beside `message` only when the setting ids_placement says both.
    "ClientAuthTokenAnswer": describe_object(
        {"message": describe_object({"token": _STRING, **_IDS}, *_IDS), **_IDS}, *_IDS
    ),
    "TimeAnswer": {
        "anyOf": [
            describe_object({"message": describe_object(_MOMENT)}),
            describe_object({"epoch": {}}),
        ]
    },
    "ParticipantsAnswer": describe_object(
        {
            "message": {"type": "array", "items": describe_object(_PARTICIPANT, "reason_code")},
            "count": {"type": "integer"},
            "page": {"type": "integer", "minimum": 1},
            "page_size": {"type": "integer"},
            "total_pages": {"type": "integer"},
        }
    ),
    "ParticipantAnswer": describe_object(
        {"message": describe_object({"participant_code": _CODE, "email": _STRING})}
    ),
    "OnboardingTokenAnswer": describe_object(
        {"message": describe_object({"email": _STRING, "token": _STRING})}
    ),
    "CustomerAnswer": describe_object({"message": describe_object(_CREATED)}),
    "VerdictAnswer": describe_object(_VERDICT),
}


def request_schemas() -> Mapping[str, Any]:
    """The shapes that validate bodies, as they publish themselves."""
    shapes = (ClientAuthToken, RevokeAuthToken, Customer, OnboardingToken, CheckModule)
    _, schema = models_json_schema(
        [(shape, "validation") for shape in shapes], ref_template="#/components/schemas/{model}"
    )
    published: Mapping[str, Any] = bare(schema["$defs"])
    return published
