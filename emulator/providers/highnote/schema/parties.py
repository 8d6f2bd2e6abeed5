"""Persons and businesses as they are sent [schema] H."""

from enum import Enum

import strawberry

from emulator.providers.highnote.schema.scalars import UnsignedInt


@strawberry.enum
class PhoneLabel(Enum):
    MOBILE = "MOBILE"
    HOME = "HOME"
    WORK = "WORK"
    SUPPORT = "SUPPORT"


@strawberry.enum
class EmploymentStatus(Enum):
    EMPLOYED = "EMPLOYED"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    RETIRED = "RETIRED"
    STUDENT = "STUDENT"
    UNEMPLOYED = "UNEMPLOYED"
    OTHER = "OTHER"


@strawberry.enum
class TaxIdentificationNumberType(Enum):
    SSN = "SSN"
    SOCIAL_SECURITY_NUMBER = "SOCIAL_SECURITY_NUMBER"
    EIN = "EIN"
    EMPLOYER_IDENTIFICATION_NUMBER = "EMPLOYER_IDENTIFICATION_NUMBER"
    ITIN = "ITIN"
    INDIVIDUAL_TAXPAYER_IDENTIFICATION_NUMBER = "INDIVIDUAL_TAXPAYER_IDENTIFICATION_NUMBER"


@strawberry.enum
class ISO4217Alpha3SupportedCurrency(Enum):
    USD = "USD"


@strawberry.enum
class BusinessPlanIndicatorAttributeType(Enum):
    FUEL_TAX_EXEMPT = "FUEL_TAX_EXEMPT"


@strawberry.enum
class BusinessTitle(Enum):
    PRESIDENT = "PRESIDENT"
    VICE_PRESIDENT = "VICE_PRESIDENT"
    TREASURER = "TREASURER"
    OWNER = "OWNER"
    CEO = "CEO"
    CFO = "CFO"
    COO = "COO"


@strawberry.enum
class BusinessStructure(Enum):
    CORPORATION = "CORPORATION"
    PARTNERSHIP = "PARTNERSHIP"
    SOLE_PROPRIETORSHIP = "SOLE_PROPRIETORSHIP"
    NON_PROFIT = "NON_PROFIT"
    LLC = "LLC"
    PRIVATE_CORPORATION = "PRIVATE_CORPORATION"
    PUBLIC_CORPORATION = "PUBLIC_CORPORATION"


@strawberry.input
class PersonAccountHolderNameInput:
    given_name: str
    middle_name: str | None = None
    family_name: str
    suffix: str | None = None
    title: str | None = None


@strawberry.input
class USAssociatedPersonNameInput:
    given_name: str
    middle_name: str | None = None
    family_name: str
    suffix: str | None = None
    title: str | None = None


@strawberry.input
class PersonAuthorizedUserNameInput:
    given_name: str
    middle_name: str | None = None
    family_name: str
    suffix: str | None = None
    title: str | None = None


@strawberry.input
class BusinessAccountHolderNameInput:
    legal_business_name: str
    doing_business_as_name: str | None = None


@strawberry.input
class PhoneInput:
    country_code: str
    number: str
    extension: str | None = None
    label: PhoneLabel


@strawberry.input
class AddressInput:
    street_address: str
    extended_address: str | None = None
    postal_code: str
    region: str
    locality: str
    country_code_alpha3: str


@strawberry.input
class TaxIdentificationDocumentInput:
    number: str
    country_code_alpha3: str
    tax_identification_number_type: TaxIdentificationNumberType | None = None


@strawberry.input
class USIdentificationDocumentInput:
    social_security_number: TaxIdentificationDocumentInput


@strawberry.input
class USBusinessIdentificationDocumentInput:
    employer_identification_number: TaxIdentificationDocumentInput


@strawberry.input
class AmountInput:
    value: UnsignedInt
    currency_code: ISO4217Alpha3SupportedCurrency


@strawberry.input
class PersonCreditRiskAttributesInput:
    total_annual_income: list[AmountInput] | None = None
    current_debt_obligations: list[AmountInput] | None = None
    employment_status: EmploymentStatus | None = None
    monthly_housing_payment: list[AmountInput] | None = None


@strawberry.input
class CreditRiskAttributesInput:
    annual_revenue: list[AmountInput | None] | None = None


@strawberry.input
class BusinessCreditRiskAttributesInput:
    annual_revenue: list[AmountInput] | None = None


@strawberry.input
class BusinessPlanIndicatorAttributeInput:
    type: BusinessPlanIndicatorAttributeType
    value: bool
    reported_at: str


@strawberry.input
class BusinessPlanAttributeInput:
    indicator_attribute: BusinessPlanIndicatorAttributeInput | None = None


@strawberry.input
class USPersonAccountHolderInput:
    name: PersonAccountHolderNameInput
    email: str | None = None
    phone_number: PhoneInput | None = None
    billing_address: AddressInput | None = None
    billing_address_token: strawberry.ID | None = None
    date_of_birth: str
    identification_document: USIdentificationDocumentInput | None = None
    person_credit_risk_attributes: PersonCreditRiskAttributesInput | None = None
    external_id: str | None = None


@strawberry.input
class USAuthorizedPersonInput:
    name: USAssociatedPersonNameInput
    email: str
    phone_number: PhoneInput
    home_address: AddressInput | None = None
    home_address_token: strawberry.ID | None = None
    date_of_birth: str
    identification_document: USIdentificationDocumentInput
    percentage_ownership: int | None = None
    authorizing_person_title: BusinessTitle | None = None


@strawberry.input
class USUltimateBeneficialOwnerInput:
    name: USAssociatedPersonNameInput
    home_address: AddressInput | None = None
    home_address_token: strawberry.ID | None = None
    date_of_birth: str
    email: str
    phone_number: PhoneInput
    identification_document: USIdentificationDocumentInput
    percentage_ownership: int | None = None


@strawberry.input
class USBusinessProfileInput:
    name: BusinessAccountHolderNameInput
    business_description: str | None = None
    phone_number: PhoneInput
    billing_address: AddressInput | None = None
    billing_address_token: strawberry.ID | None = None
    legal_address: AddressInput | None = None
    website: str | None = None
    business_type: BusinessStructure
    credit_risk_attributes: CreditRiskAttributesInput | None = None
    business_credit_risk_attributes: BusinessCreditRiskAttributesInput | None = None
    business_plan_attributes: list[BusinessPlanAttributeInput] | None = None
    identification_document: USBusinessIdentificationDocumentInput | None = None
    ultimate_beneficial_owners: list[USUltimateBeneficialOwnerInput | None] | None = None


@strawberry.input
class USPersonAuthorizedUserInput:
    name: PersonAuthorizedUserNameInput
    email: str
    phone_number: PhoneInput
    billing_address: AddressInput | None = None
    billing_address_token: strawberry.ID | None = None
    date_of_birth: str
    identification_document: USIdentificationDocumentInput | None = None
    external_id: str | None = None
