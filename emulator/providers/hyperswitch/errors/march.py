"""The same refusals in the words of March 2026, as the package `ucs.v2` says them: no trailer."""

from emulator.core.decisions import Json, Row
from emulator.providers.hyperswitch.errors.rows import make_row

_SOURCE = "[repo] M, March 2026"


def _invalid(name: str, message: str, hint: str, **defaults: Json) -> Row:
    return make_row(name, "INVALID_ARGUMENT", message, _SOURCE, hint, defaults=defaults)


ROWS = (
    _invalid(
        "march_missing_header",
        "Missing {header} in request metadata",
        "Send x-connector-auth, or x-connector with x-auth and its keys.",
        header="x-connector",
    ),
    _invalid(
        "march_unknown_connector",
        "Invalid connector: Matching variant not found",
        "x-connector is a name in snake_case, such as paypal or pinelabs_online.",
    ),
    _invalid(
        "march_unknown_auth_type",
        "Invalid auth type: {auth_type}",
        "x-auth is one of header-key, body-key, signature-key, multi-auth-key, no-key,"
        " temporary-auth, currency-auth-key.",
        auth_type="foo",
    ),
    _invalid(
        "march_auth_type_mismatch",
        "Failed to convert legacy auth for connector: {connector}",
        "The word in x-auth is not one that this connector's credentials can be made of.",
        connector="paypal",
    ),
    _invalid(
        "march_malformed_auth",
        "Failed to parse X-Connector-Auth JSON into ConnectorAuth",
        'x-connector-auth is {"auth_type": {"<Variant>": {...}}} with one known variant.',
    ),
    _invalid(
        "march_missing_auth_type",
        "X-Connector-Auth header missing auth_type",
        "The JSON in x-connector-auth has no member auth_type around the variant.",
    ),
    _invalid(
        "march_unconvertible_auth",
        "Failed to convert auth from X-Connector-Auth header",
        "The variant is right, but a credential is missing or empty.",
    ),
    _invalid(
        "march_flow_not_supported",
        "{flow} flow not supported by {connector} connector",
        "The connector has no such call. The setting profile: documented lets any connector mint.",
        flow="server_authentication_token",
        connector="stripe",
    ),
    make_row(
        "march_not_implemented",
        "UNIMPLEMENTED",
        "This feature is not implemented: {flow} flow for {connector}",
        _SOURCE,
        "The service has not built it for this connector. The setting profile: documented mints.",
        defaults={"flow": "server_authentication_token", "connector": "checkout"},
    ),
    make_row(
        "march_connector_error",
        "INTERNAL",
        "{message}",
        _SOURCE,
        "The connector said no; up to April 2026 every such no was INTERNAL.",
        defaults={"message": "invalid_client"},
    ),
)
