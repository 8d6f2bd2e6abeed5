"""The field names whose values nothing may keep, in requests and in answers."""

PRIVATE = frozenset(
    {
        # numbers and secrets
        "number",
        "cardNumber",
        "securityCode",
        "cvv",
        "newPin",
        "routingNumber",
        # tokens
        "token",
        "value",
        "sessionToken",
        "singleUseToken",
        "externalLinkToken",
        "jws",
        "state",
        "uploadUrl",
        "signature",
        # persons and businesses
        "email",
        "dateOfBirth",
        "givenName",
        "middleName",
        "familyName",
        "fullName",
        "legalBusinessName",
        "doingBusinessAsName",
        "streetAddress",
        "extendedAddress",
        "postalCode",
        "locality",
        "website",
    }
)
