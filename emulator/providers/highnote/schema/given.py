"""Inputs as the rules take them: what of a person or business is kept, and where it stood."""

from emulator.providers.highnote.rules.holders import Given
from emulator.providers.highnote.schema.holders import (
    CreateUSBusinessAccountHolderInput,
    CreateUSPersonAccountHolderInput,
    CreateUSPersonAuthorizedUserInput,
)
from emulator.providers.highnote.schema.parties import (
    AddressInput,
    PersonAccountHolderNameInput,
    PersonAuthorizedUserNameInput,
    USIdentificationDocumentInput,
)
from emulator.providers.highnote.state.records import Address, Name, Party


def read_person(given: CreateUSPersonAccountHolderInput) -> Given:
    """A person who is to hold accounts."""
    person = given.person_account_holder
    party = Party(
        name=_read_name(person.name),
        email=person.email,
        date_of_birth=person.date_of_birth,
        billing_address=_read_address(person.billing_address),
        external_id=person.external_id,
    )
    document = person.identification_document
    return Given(party, _tax_number(document), ("input", "personAccountHolder"), _SOCIAL)


def read_user(given: CreateUSPersonAuthorizedUserInput) -> Given:
    """A person who is to use a business's account."""
    person = given.person_authorized_user
    party = Party(
        name=_read_name(person.name),
        email=person.email,
        date_of_birth=person.date_of_birth,
        billing_address=_read_address(person.billing_address),
        external_id=person.external_id,
    )
    document = person.identification_document
    return Given(party, _tax_number(document), ("input", "personAuthorizedUser"), _SOCIAL)


def read_business(given: CreateUSBusinessAccountHolderInput) -> Given:
    """A business that is to hold accounts; of the people behind it nothing is kept."""
    profile = given.business_profile
    document = profile.identification_document
    party = Party(
        name=profile.name.legal_business_name,
        billing_address=_read_address(profile.billing_address),
        external_id=given.external_id,
    )
    number = document.employer_identification_number.number if document else None
    place = ("employerIdentificationNumber",)
    return Given(party, number, ("input", "businessProfile"), place)


_SOCIAL = ("socialSecurityNumber",)


def _tax_number(document: USIdentificationDocumentInput | None) -> str | None:
    return document.social_security_number.number if document else None


def _read_name(name: PersonAccountHolderNameInput | PersonAuthorizedUserNameInput) -> Name:
    return Name(
        given_name=name.given_name,
        family_name=name.family_name,
        middle_name=name.middle_name,
        suffix=name.suffix,
        title=name.title,
    )


def _read_address(address: AddressInput | None) -> Address | None:
    if address is None:
        return None
    return Address(
        street_address=address.street_address,
        postal_code=address.postal_code,
        region=address.region,
        locality=address.locality,
        country_code_alpha3=address.country_code_alpha3,
        extended_address=address.extended_address,
    )
