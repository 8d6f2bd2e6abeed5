"""The request bodies. One description of each: it validates, it types, it publishes its schema.

The limits are those of the client library's schemas [sdk 2.1.0] H; that the server has the same
ones is [guess] M. Unknown fields are ignored, as the library's own objects do.
"""

import re
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from emulator.core.decisions import Json
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.providers.usegrant.tokens import LIFETIME_S, MAX_LIFETIME_S
from emulator.providers.usegrant.wire.words import expect, refuse, refuse_body

MAX_AGE_H = 12
_NUMBER = re.compile(r"\s*[0-9]+(\.[0-9]+)?\s*")

# The released client's pattern, with the newest source's rule that no label ends in "-". [sdk] H
_DOMAIN = re.compile(r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}")


def _trim(value: object) -> object:
    """The client library trims before it sends; the server does too [guess]."""
    return value.strip() if isinstance(value, str) else value


def _check_domain(domain: str) -> str:
    if domain.lower().startswith("www."):
        raise PydanticCustomError("domain_www", "domain_www")
    if not _DOMAIN.fullmatch(domain):
        raise PydanticCustomError("domain_format", "domain_format")
    return domain


def _check_url(url: str) -> str:
    """An absolute http or https URL; one trailing slash goes, as in the client library."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise PydanticCustomError("url_format", "url_format") from None
    sound = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    if not sound or not url.isascii() or re.search(r"[\s\"<>\\^`{|}]", url):
        raise PydanticCustomError("url_format", "url_format")
    return url.removesuffix("/")


def _to_whole_seconds(value: object) -> object:
    """3600.0 is as whole as 3600."""
    if isinstance(value, float) and not value.is_integer():
        raise PydanticCustomError("whole_number", "whole_number")
    return int(value) if isinstance(value, float) else value


def _to_number(value: object) -> object:
    """The client library coerces, so a string of digits is a number too [sdk] H."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


Name = Annotated[str, Field(min_length=3, max_length=50)]
LongName = Annotated[str, Field(min_length=3)]
Audience = Annotated[str, Field(min_length=3, max_length=100), BeforeValidator(_trim)]
Fingerprint = Annotated[str, Field(min_length=32, max_length=64)]


class Shape(BaseModel):
    """Unknown fields are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)


class CreateProvider(Shape):
    """A new provider."""

    name: Name
    description: Annotated[str, Field(min_length=1, max_length=100)]


class CreateClient(Shape):
    """A new client. `audience`: what its tokens' `aud` will be."""

    name: Name
    audience: Audience


class AddDomain(Shape):
    """A new custom domain."""

    domain: Annotated[str, Field(min_length=3, max_length=255), AfterValidator(_check_domain)]


class CreateToken(Shape):
    """What is asked of a token; everything may be left out, the body too [doc] H.

    `expiresIn`: whole seconds, at least 1 [guess], at most 48 hours [doc] H.
    """

    expiresIn: Annotated[  # noqa: N815 - the wire's name
        int, Field(ge=1, le=MAX_LIFETIME_S), BeforeValidator(_to_whole_seconds)
    ] = LIFETIME_S
    useJwtType: bool = False  # noqa: N815
    audienceAsArray: bool = False  # noqa: N815
    forceDefaultDomain: bool = False  # noqa: N815

    @property
    def requested_s(self) -> int | None:
        """The lifetime that was asked for, if one was."""
        return self.expiresIn if "expiresIn" in self.model_fields_set else None


class CreateTenant(Shape):
    """A new tenant."""

    name: LongName
    description: Annotated[str, Field(min_length=1, max_length=100)]


class CreateTenantProvider(Shape):
    """An issuer to trust. `earliestIssuanceTimeAllowed`: hours, though a sample shows an epoch."""

    url: Annotated[str, AfterValidator(_check_url)]
    fingerprints: Annotated[list[Fingerprint], Field(min_length=1, max_length=5)]
    audience: Audience
    earliestIssuanceTimeAllowed: Annotated[  # noqa: N815
        float, Field(ge=0, le=MAX_AGE_H), BeforeValidator(_to_number)
    ]


class Condition(Shape):
    """What a claim must be. `key`: at most 10 characters [sdk] H."""

    key: Annotated[str, Field(min_length=1, max_length=10)]
    operator: Literal["stringEquals", "stringLike", "stringNotEquals", "stringNotLike"]
    value: Annotated[str, Field(min_length=1, max_length=100)]


class CreateTenantProviderPolicy(Shape):
    """What a trusted issuer's token must say besides."""

    name: LongName
    description: Annotated[str, Field(min_length=10, max_length=100)]
    audience: Audience
    conditions: Annotated[list[Condition], Field(min_length=1, max_length=5)]


class ValidateToken(Shape):
    """The token, and the policy that it is to satisfy."""

    tenantProviderPolicyId: Annotated[str, Field(min_length=1)]  # noqa: N815
    token: Annotated[str, Field(min_length=1)]


M = TypeVar("M", bound=Shape)


def parse_body(shape: type[M], body: bytes) -> M:
    """A body as its shape; no body at all is an empty object.

    Raises:
        Refusal: `bad_request` with every failure.
    """
    try:
        sent: Json = parse_json(body) if body.strip() else {}
    except UnreadableJsonError as error:
        raise refuse_body("Invalid JSON body", f"The {error}.") from None
    if not isinstance(sent, dict):
        raise refuse_body(expect("object", sent), "The body has to be a JSON object.")
    try:
        return shape.model_validate(sent)
    except ValidationError as error:
        failures = error.errors(include_url=False, include_context=True)
        raise refuse(error.title, failures) from None
