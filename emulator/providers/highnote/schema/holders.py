"""Account holders and authorized users [schema] H."""

from typing import Annotated

import strawberry

from emulator.core.view import View
from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError
from emulator.providers.highnote.schema.nodes import Node
from emulator.providers.highnote.schema.parties import (
    USAuthorizedPersonInput,
    USBusinessProfileInput,
    USPersonAccountHolderInput,
    USPersonAuthorizedUserInput,
)
from emulator.providers.highnote.schema.scalars import write_time
from emulator.providers.highnote.state import records


@strawberry.type
class Name:
    given_name: str | None
    middle_name: str | None
    family_name: str | None
    suffix: str | None
    title: str | None


@strawberry.type
class Address:
    street_address: str | None
    extended_address: str | None
    postal_code: str | None
    region: str | None
    locality: str | None
    country_code_alpha3: str | None


@strawberry.type
class USPersonAccountHolder(Node):
    """A person who holds accounts."""

    name: Name | None
    email: str | None
    date_of_birth: str | None
    billing_address: Address | None
    external_id: str | None
    created_at: str | None
    updated_at: str | None


@strawberry.type
class USBusinessAccountHolder(Node):
    """A business that holds accounts."""

    external_id: str | None
    created_at: str | None
    updated_at: str | None


@strawberry.type
class USPersonAuthorizedUser(Node):
    """A person who may use a business's account."""

    name: Name | None
    email: str | None
    date_of_birth: str | None
    billing_address: Address | None
    external_id: str | None
    created_at: str | None
    updated_at: str | None


def show_person(holder: records.AccountHolder, _: View) -> USPersonAccountHolder:
    """A person as the caller sees them."""
    party, at = holder.party, write_time(holder.created_at)
    return USPersonAccountHolder(
        id=strawberry.ID(holder.id),
        name=_show_name(party),
        email=party.email,
        date_of_birth=party.date_of_birth,
        billing_address=_show_address(party),
        external_id=party.external_id,
        created_at=at,
        updated_at=at,
    )


def show_business(holder: records.AccountHolder, _: View) -> USBusinessAccountHolder:
    """A business as the caller sees it."""
    at = write_time(holder.created_at)
    return USBusinessAccountHolder(
        id=strawberry.ID(holder.id),
        external_id=holder.party.external_id,
        created_at=at,
        updated_at=at,
    )


def show_user(user: records.AuthorizedUser, _: View) -> USPersonAuthorizedUser:
    """An authorized user as the caller sees them."""
    party, at = user.party, write_time(user.created_at)
    return USPersonAuthorizedUser(
        id=strawberry.ID(user.id),
        name=_show_name(party),
        email=party.email,
        date_of_birth=party.date_of_birth,
        billing_address=_show_address(party),
        external_id=party.external_id,
        created_at=at,
        updated_at=at,
    )


def _show_name(party: records.Party) -> Name | None:
    name = party.name
    if isinstance(name, str):
        return None
    return Name(
        given_name=name.given_name,
        middle_name=name.middle_name,
        family_name=name.family_name,
        suffix=name.suffix,
        title=name.title,
    )


def _show_address(party: records.Party) -> Address | None:
    address = party.billing_address
    if address is None:
        return None
    return Address(
        street_address=address.street_address,
        extended_address=address.extended_address,
        postal_code=address.postal_code,
        region=address.region,
        locality=address.locality,
        country_code_alpha3=address.country_code_alpha3,
    )


@strawberry.type
class USPersonAccountHolderToken:
    token: str


@strawberry.type
class USBusinessAccountHolderToken:
    token: str


@strawberry.type
class USPersonAuthorizedUserToken:
    token: str


@strawberry.input
class CreateUSPersonAccountHolderInput:
    person_account_holder: USPersonAccountHolderInput


@strawberry.input
class CreateUSBusinessAccountHolderInput:
    primary_authorized_person: USAuthorizedPersonInput
    business_profile: USBusinessProfileInput
    external_id: str | None = None


@strawberry.input
class CreateUSPersonAuthorizedUserInput:
    person_authorized_user: USPersonAuthorizedUserInput
    account_holder_id: strawberry.ID


@strawberry.input
class CreateUSPersonAccountHolderFromTokenInput:
    token: str


@strawberry.input
class CreateUSBusinessAccountHolderFromTokenInput:
    token: str


@strawberry.input
class CreateUSPersonAuthorizedUserFromTokenInput:
    token: str


TokenizeUSPersonAccountHolderPayload = Annotated[
    USPersonAccountHolderToken | UserError | AccessDeniedError,
    strawberry.union("TokenizeUSPersonAccountHolderPayload"),
]
TokenizeUSBusinessAccountHolderPayload = Annotated[
    USBusinessAccountHolderToken | UserError | AccessDeniedError,
    strawberry.union("TokenizeUSBusinessAccountHolderPayload"),
]
TokenizeUSPersonAuthorizedUserPayload = Annotated[
    USPersonAuthorizedUserToken | AccessDeniedError,
    strawberry.union("TokenizeUSPersonAuthorizedUserPayload"),
]
CreateUSPersonAccountHolderFromTokenPayload = Annotated[
    USPersonAccountHolder | UserError | AccessDeniedError,
    strawberry.union("CreateUSPersonAccountHolderFromTokenPayload"),
]
CreateUSBusinessAccountHolderFromTokenPayload = Annotated[
    USBusinessAccountHolder | UserError | AccessDeniedError,
    strawberry.union("CreateUSBusinessAccountHolderFromTokenPayload"),
]
CreateUSPersonAuthorizedUserFromTokenPayload = Annotated[
    USPersonAuthorizedUser | UserError | AccessDeniedError,
    strawberry.union("CreateUSPersonAuthorizedUserFromTokenPayload"),
]
CreateUSPersonAccountHolderPayload = Annotated[
    USPersonAccountHolder | UserError | AccessDeniedError,
    strawberry.union("CreateUSPersonAccountHolderPayload"),
]
CreateUSBusinessAccountHolderPayload = Annotated[
    USBusinessAccountHolder | UserError | AccessDeniedError,
    strawberry.union("CreateUSBusinessAccountHolderPayload"),
]
CreateUSPersonAuthorizedUserPayload = Annotated[
    USPersonAuthorizedUser | UserError | AccessDeniedError,
    strawberry.union("CreateUSPersonAuthorizedUserPayload"),
]
