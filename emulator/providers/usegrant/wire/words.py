"""What breaks a body, in the client library's own words where it has some [sdk] H, else [guess].

All failures are told, joined into the one `message` that there is. The hint names the fields.
"""

from collections.abc import Iterable, Mapping, Sequence

from pydantic_core import ErrorDetails

from emulator.core.decisions import Refusal
from emulator.providers.usegrant.errors import CATALOGUE

_LABELS: Mapping[str, str] = {
    "name": "Name",
    "description": "Description",
    "audience": "Audience",
    "domain": "Domain name",
    "url": "URL",
    "expiresIn": "Expires in",
    "earliestIssuanceTimeAllowed": "Earliest issuance time allowed",
    "fingerprints": "Fingerprint",
    "key": "Key",
    "value": "Value",
    "operator": "Operator",
    "tenantProviderPolicyId": "Tenant provider policy id",
    "token": "Token",
}

# By the last name of the path, and the kind of failure. [sdk] H
_WORDS: Mapping[tuple[str, str], str] = {
    ("domain", "domain_www"): "Domain name cannot start with www.",
    ("domain", "domain_format"): "Please enter a valid domain name.",
    ("url", "url_format"): "Please provide a valid URL.",
    ("expiresIn", "less_than_equal"): "Expires in must be less than 48 hours",
    ("expiresIn", "greater_than_equal"): "Expires in must be at least 1 second",  # [guess]
    ("expiresIn", "whole_number"): "Expires in must be a whole number of seconds",  # [guess]
    ("fingerprints", "missing"): "At least one fingerprint is required.",
    ("fingerprints", "too_short"): "At least one fingerprint is required.",
    ("fingerprints", "too_long"): "At most 5 fingerprints are allowed.",
    ("conditions", "missing"): "At least one condition is required.",
    ("conditions", "too_short"): "At least one condition is required.",
    ("conditions", "too_long"): "At most 5 conditions are allowed.",
}

# Where one body's text is not like the others': the limit is 100. [sdk] H
_ODD: Mapping[tuple[str, str, str], str] = {
    ("CreateTenant", "description", "string_too_long"): (
        "Description must be less than 200 characters long"
    ),
}

_STYLES: Mapping[str, str] = {
    "missing": "{label} is required",
    "string_too_short": "{label} must be at least {min_length} characters long",
    "string_too_long": "{label} must be less than {max_length} characters long",
    "greater_than_equal": "{label} must be at least {ge:g}",
    "less_than_equal": "{label} must be at most {le:g}",
}

# The style of the library's validator where its schemas have no text of their own. [sdk] M
_EXPECTED: Mapping[str, str] = {
    "string_type": "string",
    "int_type": "number",
    "float_type": "number",
    "bool_type": "boolean",
    "list_type": "array",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "whole_number": "number",
}

_HINTS: Mapping[tuple[str, str], str] = {
    ("expiresIn", "less_than_equal"): (
        "expiresIn is in seconds, at most 172800: the client library's own cap of 172800000 is "
        "in milliseconds."
    ),
    ("key", "string_too_long"): (
        "A condition's key has at most 10 characters: repository fits, environment does not."
    ),
    ("earliestIssuanceTimeAllowed", "less_than_equal"): (
        "earliestIssuanceTimeAllowed is in hours, 0 to 12, although a published sample shows an "
        "epoch number."
    ),
}
_PLACEHOLDER = (
    "expiresIn 0 is the published sample's placeholder: send 1 to 172800 seconds, or leave it out."
)


def refuse(shape: str, errors: Sequence[ErrorDetails]) -> Refusal:
    """A 400 with all its failures, each told once. `shape`: the body's."""
    texts = dict.fromkeys(_ODD.get((shape, _name(e), e["type"])) or _word(e) for e in errors)
    return refuse_body("; ".join(texts), _hint(errors))


def refuse_body(message: str, hint: str = "") -> Refusal:
    """A 400 for a body."""
    return Refusal(CATALOGUE["bad_request"], {"message": message}, hint=hint)


def _word(error: ErrorDetails) -> str:
    kind, name = error["type"], _name(error)
    known = _WORDS.get((name, kind))
    if known is not None:
        return known
    limits = {"label": _LABELS.get(name, name), **error.get("ctx", {})}
    if kind == "string_too_short" and limits["min_length"] == 1:
        kind = "missing"
    if kind in _STYLES:
        return _STYLES[kind].format(**limits)
    if kind == "literal_error":
        options = limits["expected"].replace(" or ", ", ").replace("'", '"').split(", ")
        return f"Invalid option: expected one of {'|'.join(options)}"
    return expect(_EXPECTED.get(kind, "string"), error["input"])


def expect(kind: str, received: object) -> str:
    """A value of the wrong type, as the library's validator says it [sdk] M."""
    return f"Invalid input: expected {kind}, received {_kind_of(received)}"


def _hint(errors: Iterable[ErrorDetails]) -> str:
    """What the fields are called, and the trap that somebody fell into."""
    names = ", ".join(dict.fromkeys(_path(error) for error in errors))
    told = [f"Failing: {names}."]
    for error in errors:
        key = (_name(error), error["type"])
        if key == ("expiresIn", "greater_than_equal") and error["input"] == 0:
            told.append(_PLACEHOLDER)
        elif key in _HINTS:
            told.append(_HINTS[key])
    return " ".join(dict.fromkeys(told))[:300]


def _path(error: ErrorDetails) -> str:
    return ".".join(map(str, error["loc"]))


def _name(error: ErrorDetails) -> str:
    """The last name of the path: a list's items go by the list's."""
    return next((step for step in reversed(error["loc"]) if isinstance(step, str)), "")


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
