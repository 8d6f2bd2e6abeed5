"""Refusals of a request and its metadata, in the words of the current service."""

from emulator.core.decisions import Json, Row, Rpc
from emulator.providers.hyperswitch.errors.rows import integration_row

_SOURCE = "[repo] H code; the text inferred from format strings"
_OVERRIDE = "Failed to merge config with override config: {reason}"


def _missing(name: str, what: str, hint: str, source: str = _SOURCE) -> Row:
    return integration_row(
        name,
        "INVALID_ARGUMENT",
        f"Missing required field: {what}",
        "MISSING_REQUIRED_FIELD",
        source,
        hint,
    )


def _malformed(name: str, text: str, hint: str, source: str = _SOURCE, **defaults: Json) -> Row:
    return integration_row(
        name,
        "INVALID_ARGUMENT",
        f"Invalid data format: {text}",
        "INVALID_DATA_FORMAT",
        source,
        hint,
        defaults=defaults,
    )


ROWS = (
    _missing(
        "missing_connector",
        "x-connector",
        "Send x-connector-config, or x-connector with x-auth and its keys.",
    ),
    _malformed(
        "unknown_connector",
        "x-connector. Invalid connector: Matching variant not found",
        "x-connector is a name in snake_case, such as paypal or pinelabs_online.",
    ),
    _missing("missing_auth", "x-auth", "x-connector alone needs x-auth and its keys."),
    integration_row(
        "missing_auth_key",
        "INVALID_ARGUMENT",
        "Missing required field: {header}",
        "MISSING_REQUIRED_FIELD",
        _SOURCE,
        "The word in x-auth asks for a header that is missing.",
        defaults={"header": "x-api-key"},
    ),
    integration_row(
        "unknown_auth_type",
        "FAILED_PRECONDITION",
        "Invalid connector configuration: x-auth. Invalid auth type: {auth_type}",
        "INVALID_CONNECTOR_CONFIG",
        _SOURCE,
        "x-auth is one of header-key, body-key, signature-key, multi-auth-key, no-key,"
        " temporary-auth, currency-auth-key.",
        defaults={"auth_type": "foo"},
    ),
    integration_row(
        "auth_type_mismatch",
        "FAILED_PRECONDITION",
        "Invalid connector configuration: x-auth."
        " Failed to convert legacy auth for connector: {connector}",
        "INVALID_CONNECTOR_CONFIG",
        _SOURCE,
        "The word in x-auth is not one that this connector's credentials can be made of.",
        defaults={"connector": "paypal"},
    ),
    _malformed(
        "malformed_config",
        "X-Connector-Config. Failed to parse X-Connector-Config JSON into ConnectorSpecificConfig",
        'x-connector-config is {"config": {"<Variant>": {...}}} with one known variant.',
    ),
    _missing(
        "missing_config",
        "X-Connector-Config.config",
        "The JSON in x-connector-config has no member config around the variant.",
    ),
    _malformed(
        "malformed_connector_auth",
        "x-connector-auth. Failed to parse x-connector-auth JSON into ConnectorSpecificConfig."
        ' Migrate to x-connector-config with {"config":{...}} format.',
        "x-connector-auth is deprecated: send x-connector-config.",
    ),
    _missing(
        "missing_config_in_auth",
        "x-connector-auth.config",
        "The JSON in x-connector-auth has neither auth_type nor config around the variant.",
    ),
    integration_row(
        "unconvertible_config",
        "FAILED_PRECONDITION",
        "Invalid connector configuration: X-Connector-Config."
        " Failed to convert connector config from X-Connector-Config header",
        "INVALID_CONNECTOR_CONFIG",
        "[repo] M, inferred",
        "The variant is right, but a credential is missing or empty.",
    ),
    _malformed(
        "non_ascii_metadata",
        "{header}. Failed to convert header value to string",
        "Metadata values are printable ASCII.",
        "[repo] H code; text [guess]",
        header="x-connector-config",
    ),
    _malformed(
        "invalid_feature_data",
        "feature_data",
        "connector_feature_data must be JSON text.",
        "[repo] H",
    ),
    _malformed(
        "undecodable_message",
        "failed to decode Protobuf message",
        "The bytes are no such message: a wrong wire type, a cut field, text that is not UTF-8.",
        "[guess]",
    ),
    Row(
        "bad_config_override",
        500,
        _OVERRIDE,
        "[repo] H code, prefix and HTTP mode's plain text; the rest [guess]",
        "x-config-override must be a JSON object.",
        defaults={"reason": "expected value at line 1 column 1"},
        media_type="text/plain; charset=utf-8",
        grpc=Rpc("INTERNAL", _OVERRIDE),
    ),
    _missing("missing_amount", "amount", "Send payment.amount.", "[repo] M, inferred"),
    _missing("missing_customer", "customer", "This connector needs payment.customer.", "[guess]"),
    _missing(
        "missing_return_url", "return_url", "This connector needs payment.return_url.", "[guess]"
    ),
    integration_row(
        "flow_not_supported",
        "FAILED_PRECONDITION",
        "{flow} flow not supported by {connector} connector",
        "FLOW_NOT_SUPPORTED",
        "[run] H",
        "The connector has no such call. The setting profile: documented lets any connector mint.",
        defaults={"flow": "server_authentication_token", "connector": "stripe"},
    ),
    integration_row(
        "not_implemented",
        "FAILED_PRECONDITION",
        "This feature is not implemented: {flow} flow for {connector}",
        "NOT_IMPLEMENTED",
        "[run] H",
        "The service has not built it for this connector. The setting profile: documented mints.",
        defaults={"flow": "server_authentication_token", "connector": "checkout"},
    ),
)
