"""HAR 1.2 as a JSON Schema, written from its specification: what each object must and may have."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
SIZE: Schema = {"type": "integer", "minimum": -1}
DURATION: Schema = {"type": "number", "minimum": -1}
TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}


def shape(required: Schema, optional: Schema | None = None) -> Schema:
    """An object of these members; besides, `comment` and names that begin with `_`."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {"comment": TEXT, **required, **(optional or {})},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def many(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


PAIR = shape({"name": TEXT, "value": TEXT})
COOKIE = shape(
    {"name": TEXT, "value": TEXT},
    {"path": TEXT, "domain": TEXT, "expires": TIME, "httpOnly": {"type": "boolean"}},
)
POST_DATA: Schema = {
    **shape({"mimeType": TEXT}, {"text": TEXT, "params": many(shape({"name": TEXT}))}),
    "oneOf": [{"required": ["text"]}, {"required": ["params"]}],  # they exclude each other
}
REQUEST = shape(
    {
        "method": {"type": "string", "minLength": 1},
        "url": {"type": "string", "pattern": r"^https?://[^/]+/"},
        "httpVersion": {"type": "string", "pattern": "^HTTP/"},
        "cookies": many(COOKIE),
        "headers": many(PAIR),
        "queryString": many(PAIR),
        "headersSize": SIZE,
        "bodySize": SIZE,
    },
    {"postData": POST_DATA},
)
CONTENT = shape(
    {"size": SIZE, "mimeType": TEXT}, {"compression": SIZE, "text": TEXT, "encoding": TEXT}
)
RESPONSE = shape(
    {
        "status": {"type": "integer", "minimum": 0, "maximum": 599},
        "statusText": TEXT,
        "httpVersion": {"type": "string", "pattern": "^HTTP/"},
        "cookies": many(COOKIE),
        "headers": many(PAIR),
        "content": CONTENT,
        "redirectURL": TEXT,
        "headersSize": SIZE,
        "bodySize": SIZE,
    }
)
CACHE = shape({}, {"beforeRequest": {}, "afterRequest": {}})
TIMINGS = shape(
    {"send": DURATION, "wait": DURATION, "receive": DURATION},
    {"blocked": DURATION, "dns": DURATION, "connect": DURATION, "ssl": DURATION},
)
ENTRY = shape(
    {
        "startedDateTime": TIME,
        "time": {"type": "number", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": CACHE,
        "timings": TIMINGS,
    },
    {"pageref": TEXT, "serverIPAddress": TEXT, "connection": TEXT},
)
NAMED = shape({"name": TEXT, "version": TEXT})
HAR = shape(
    {
        "log": shape(
            {"version": {"const": "1.2"}, "creator": NAMED, "entries": many(ENTRY)},
            {"browser": NAMED, "pages": many({})},
        )
    }
)
