"""What the document says of each operation: what it wants, answers, and may refuse."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from emulator.edge.openapi import STRING, describe_object
from emulator.providers.usegrant.wire import bodies
from emulator.providers.usegrant.wire.bodies import Shape


class Operation(msgspec.Struct, frozen=True):
    """One operation. `answer`: a name of `ANSWERS`; `rows`: of the catalogue."""

    summary: str
    status: int
    answers: str
    rows: Sequence[str]
    answer: str | None = None
    listed: bool = False
    body: type[Shape] | None = None
    keyed: bool = True


_UUID = {"type": "string", "format": "uuid"}
_TIME = {"type": "string", "format": "date-time"}
_TIMES = {"createdAt": _TIME, "updatedAt": _TIME}
_STRINGS = {"type": "array", "items": STRING}

_DOMAIN = describe_object(
    {"id": _UUID, "domain": STRING, "verified": {"type": "boolean"}, **_TIMES}
)
_CONDITION = {"$ref": "#/components/schemas/Condition"}

ANSWERS: Mapping[str, Any] = {
    "Provider": describe_object({"id": _UUID, "name": STRING, "description": STRING, **_TIMES}),
    "Client": describe_object({"id": _UUID, "name": STRING, "audience": STRING, **_TIMES}),
    "Domain": _DOMAIN,
    "DomainValidation": describe_object(
        {
            "domain": {"$ref": "#/components/schemas/Domain"},
            "verified": {"type": "boolean"},
            "message": STRING,
        }
    ),
    "Token": describe_object(
        {"accessToken": STRING, "expiresAt": _TIME, "type": {"const": "Bearer"}}
    ),
    "Tenant": describe_object({"id": _UUID, "name": STRING, "description": STRING, **_TIMES}),
    "TenantProvider": describe_object(
        {
            "id": _UUID,
            "url": {"type": "string", "format": "uri"},
            "fingerprints": _STRINGS,
            "audience": STRING,
            "earliestIssuanceTimeAllowed": {"type": "number"},
            **_TIMES,
        }
    ),
    "TenantProviderPolicy": describe_object(
        {
            "id": _UUID,
            "name": STRING,
            "description": STRING,
            "audience": STRING,
            "conditions": {"type": "array", "items": _CONDITION},
            **_TIMES,
        }
    ),
    "Validity": describe_object({"isValid": {"const": True}, "exp": {"type": "number"}}),
    "Discovery": describe_object(
        {
            "issuer": STRING,
            "jwks_uri": STRING,
            "response_types_supported": _STRINGS,
            "subject_types_supported": _STRINGS,
            "id_token_signing_alg_values_supported": _STRINGS,
            "scopes_supported": _STRINGS,
            "claims_supported": _STRINGS,
        }
    ),
    "KeySet": describe_object({"keys": {"type": "array", "items": {"type": "object"}}}),
    "Document": {"type": "object"},
}

_OUTAGES = ("too_many_requests", "internal", "unavailable", "timeout")
_ALWAYS = ("unauthorized", *_OUTAGES)
_WITH_BODY = ("bad_request", "payload_too_large")

_THINGS: Mapping[str, tuple[str, tuple[str, ...], type[Shape], str]] = {
    # plural, what may be missing on the way, body, verb
    "Provider": ("Providers", (), bodies.CreateProvider, "create"),
    "Client": ("Clients", ("provider",), bodies.CreateClient, "create"),
    "Domain": ("Domains", ("provider",), bodies.AddDomain, "add"),
    "Tenant": ("Tenants", (), bodies.CreateTenant, "create"),
    "TenantProvider": (
        "TenantProviders",
        ("tenant",),
        bodies.CreateTenantProvider,
        "create",
    ),
    "TenantProviderPolicy": (
        "TenantProviderPolicies",
        ("tenant", "tenant_provider"),
        bodies.CreateTenantProviderPolicy,
        "create",
    ),
}
_ROW_OF = {"TenantProvider": "tenant_provider", "TenantProviderPolicy": "policy"}


def _four(name: str) -> dict[str, Operation]:
    """List, create, get and delete of one kind of thing."""
    plural, parents, body, verb = _THINGS[name]
    missing = tuple(f"{parent}_not_found" for parent in parents)
    own = f"{_ROW_OF.get(name, name.lower())}_not_found"
    one, many = (_words(text) for text in (name, plural))
    reading = (*missing, *_ALWAYS)
    return {
        f"list{plural}": Operation(
            f"List {many}", 200, "All, in order of creation.", reading, name, listed=True
        ),
        f"{verb}{name}": Operation(
            f"{verb.capitalize()} a {one}",
            201,
            "The new one.",
            (*_WITH_BODY, *reading),
            name,
            body=body,
        ),
        f"get{name}": Operation(f"Get a {one}", 200, "It.", (own, *reading), name),
        f"delete{name}": Operation(
            f"Delete a {one} and what hangs on it", 204, "Gone; no body.", (own, *reading)
        ),
    }


def _words(name: str) -> str:
    """`TenantProvider`: tenant provider."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


OPERATIONS: Mapping[str, Operation] = {
    **{name: op for thing in _THINGS for name, op in _four(thing).items()},
    "createToken": Operation(
        "Create an access token for a client",
        200,
        "The token.",
        (*_WITH_BODY, "provider_not_found", "client_not_found", *_ALWAYS),
        "Token",
        body=bodies.CreateToken,
    ),
    "verifyDomain": Operation(
        "Verify a domain",
        200,
        "Whether it is verified now.",
        ("provider_not_found", "domain_not_found", *_ALWAYS),
        "DomainValidation",
    ),
    "validateToken": Operation(
        "Validate a token of a trusted issuer",
        200,
        "It is valid, until then.",
        (*_WITH_BODY, "invalid_token", "tenant_not_found", "policy_not_found", *_ALWAYS),
        "Validity",
        body=bodies.ValidateToken,
    ),
    "openidConfiguration": Operation(
        "Discover an issuer",
        200,
        "The document.",
        ("unknown_host", *_OUTAGES),
        "Discovery",
        keyed=False,
    ),
    "jwks": Operation(
        "Get an issuer's public keys",
        200,
        "The key set, with an ETag; 304 where it is known.",
        ("unknown_host", *_OUTAGES),
        "KeySet",
        keyed=False,
    ),
    "openApi": Operation(
        "Describe this API", 200, "This document.", _OUTAGES, "Document", keyed=False
    ),
}
