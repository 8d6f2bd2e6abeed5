"""Inputs of people, businesses and cards that are granted."""

from typing import Any

from tests.graphql import PERSON

Values = dict[str, Any]

PHONE: Values = {"countryCode": "1", "number": "5550100000", "label": "MOBILE"}
ADDRESS: Values = {
    "streetAddress": "1 Example Street",
    "locality": "Springfield",
    "region": "IL",
    "postalCode": "62701",
    "countryCodeAlpha3": "USA",
}
SOCIAL: Values = {"socialSecurityNumber": {"number": "000-12-3456", "countryCodeAlpha3": "USA"}}
NAME: Values = {"givenName": "Ada", "familyName": "Example"}
PERSON_FIELDS: Values = {
    "name": NAME,
    "email": "ada@example.com",
    "phoneNumber": PHONE,
    "billingAddress": ADDRESS,
    "dateOfBirth": "1990-02-28",
    "identificationDocument": SOCIAL,
    "externalId": "ada-1",
}
PERSON_INPUT: Values = {"personAccountHolder": PERSON_FIELDS}
USER_INPUT: Values = {"personAuthorizedUser": PERSON_FIELDS, "accountHolderId": PERSON}
BUSINESS_INPUT: Values = {
    "primaryAuthorizedPerson": {
        "name": NAME,
        "email": "ada@example.com",
        "phoneNumber": PHONE,
        "dateOfBirth": "1990-02-28",
        "identificationDocument": SOCIAL,
    },
    "businessProfile": {
        "name": {"legalBusinessName": "Example Bakery LLC"},
        "phoneNumber": PHONE,
        "billingAddress": ADDRESS,
        "businessType": "LLC",
        "identificationDocument": {
            "employerIdentificationNumber": {"number": "00-1234567", "countryCodeAlpha3": "USA"}
        },
    },
    "externalId": "bakery-2",
}
CARD_INPUT: Values = {
    "paymentCard": {
        "cardNumber": "4111 1111 1111 1111",
        "expiryMonth": "1",
        "expiryYear": "2090",
        "securityCode": "123",
    }
}
