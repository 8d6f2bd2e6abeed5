"""Highnote's things as they are kept. Times are Unix seconds.

Card and account numbers, PINs and tax ids are never kept: numbers are derived (numbers.py), of a
tax id stays the last four digits and a digest keyed by the sandbox's seed.
"""

from typing import Annotated, Literal

import msgspec

from emulator.core.limits import MAX_LIMIT, RateLimit

CardStatus = Literal["ACTIVATION_REQUIRED", "ACTIVE", "SUSPENDED", "CLOSED"]
AccountStatus = Literal[
    "UNACTIVATED", "ACTIVE", "SUSPENDED", "UNDER_REVIEW", "PENDING_CLOSURE", "CLOSED"
]
SessionStatus = Literal["CREATED", "INITIATED", "IN_PROGRESS", "SUBMITTED", "EXPIRED"]
LinkStatus = Literal["PENDING", "IN_PROGRESS", "COMPLETED", "FAILED", "DENIED"]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`organization`: the fixtures' own name for whose it is."""

    id: str
    organization: str


class Organization(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client of Highnote. `id`: the fixtures' name, the same in every sandbox."""

    id: str
    organization_id: str
    name: str = ""


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An API key. `restricted`: Highnote granted it what others may not do."""

    id: str
    api_key: str
    organization: str
    restricted: bool = False
    status: Literal["active", "revoked"] = "active"
    nickname: str = ""
    primary: bool = False


class PaymentCard(_Record, frozen=True):
    """A payment card. `expiration_date`: RFC 3339; `pin_updates`: when its PIN was set."""

    financial_account: str
    status: CardStatus = "ACTIVE"
    form_factor: Literal["VIRTUAL", "PHYSICAL"] = "VIRTUAL"
    network: Literal["VISA", "MASTERCARD"] = "VISA"
    expiration_date: str = "2030-01-31T23:59:59Z"
    external_id: str | None = None
    pin_updates: tuple[float, ...] = ()
    idempotency_key: str | None = None


class FinancialAccount(_Record, frozen=True):
    """An account at Highnote's bank, or one elsewhere, verified or not."""

    name: str = ""
    kind: Literal["internal", "external", "non_verified_external"] = "internal"
    status: AccountStatus = "ACTIVE"
    created_at: float = 0.0


class DirectDepositDetail(_Record, frozen=True):
    """Where wages may be sent to."""

    financial_account: str
    bank: Literal["SUTTON_BANK", "CFSB_BANK", "CROSS_RIVER_BANK"] = "SUTTON_BANK"
    type: Literal["CHECKING", "SAVINGS"] = "CHECKING"
    created_at: float = 0.0


class ExternalBankAccountDetail(_Record, frozen=True):
    """An external account's numbers; whether it is verified is its account's to say."""

    financial_account: str
    type: Literal["CHECKING", "SAVINGS"] = "CHECKING"
    created_at: float = 0.0


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's name."""

    given_name: str
    family_name: str
    middle_name: str | None = None
    suffix: str | None = None
    title: str | None = None


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A postal address."""

    street_address: str
    postal_code: str
    region: str
    locality: str
    country_code_alpha3: str
    extended_address: str | None = None


class TaxId(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of a social security or employer number."""

    last4: str
    digest: str


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a person or business, as it was given. `name`: of a business the legal."""

    name: Name | str
    email: str | None = None
    date_of_birth: str | None = None
    billing_address: Address | None = None
    external_id: str | None = None
    tax_id: TaxId | None = None


class AccountHolder(_Record, frozen=True):
    """A person or business that holds accounts."""

    kind: Literal["person", "business"]
    party: Party
    created_at: float = 0.0


class AuthorizedUser(_Record, frozen=True):
    """A person who may use a holder's account."""

    account_holder: str
    party: Party
    created_at: float = 0.0


class Application(_Record, frozen=True):
    """An account holder's application for a card product."""

    account_holder: str
    status: Literal["PENDING", "IN_REVIEW", "APPROVED", "DENIED", "CLOSED"] = "IN_REVIEW"


class DocumentUploadSession(_Record, frozen=True):
    """A request for documents. `*_types`: what may be uploaded; of the other kinds only primary."""

    application: str
    kind: Literal["application", "identity_verification", "manual"] = "application"
    status: SessionStatus = "CREATED"
    primary_types: tuple[str, ...] = ()
    secondary_types: tuple[str, ...] = ()
    supporting_types: tuple[str, ...] = ()
    created_at: float = 0.0
    updated_at: float = 0.0
    expires_at: float | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """Every type that it takes."""
        return (*self.primary_types, *self.secondary_types, *self.supporting_types)


class DocumentUploadLink(_Record, frozen=True):
    """One document's place. Of the file only size (bytes), type and digest are kept."""

    session: str
    document_type: str
    expires_at: float
    status: LinkStatus = "PENDING"
    created_at: float = 0.0
    updated_at: float = 0.0
    size: int | None = None
    media_type: str | None = None
    digest: str | None = None


class Transaction(_Record, frozen=True):
    """A secure deposit under way."""

    financial_account: str


class ScheduledTransfer(_Record, frozen=True):
    """A transfer that is to come."""

    from_financial_account: str
    to_financial_account: str


class PaymentMethodToken(_Record, frozen=True):
    """A tokenized card of somebody else's. `fingerprint`: equal for equal card numbers."""

    brand: str
    last4: str
    expiry_month: str
    expiry_year: str
    fingerprint: str
    created_at: float = 0.0


class Limits(RateLimit, frozen=True, forbid_unknown_fields=True):
    """The documented limits [doc] H, off by default.

    In any `window` an organization's API keys make `limit` calls together, a client token's subject
    `token_limit`, and either may ask for `complexity` points.
    """

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = 200
    window: Annotated[float, msgspec.Meta(gt=0)] | str = "PT10S"
    token_limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = 20
    complexity: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = 5000


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Highnote's switches; each default is what its documentation makes likeliest.

    `aoc`: the organizations gave an attestation of compliance, so that API keys may read
    `restrictedDetails`; `authorization`: which forms of the Basic header are taken.
    """

    aoc: bool = False
    api_key_may_use_token_operations: bool = False
    foreign_object: Literal["not_found", "access_denied"] = "not_found"
    risk_enabled: bool = False
    authorization: Literal["strict", "lenient"] = "strict"
    rate_limit: Limits = Limits()
