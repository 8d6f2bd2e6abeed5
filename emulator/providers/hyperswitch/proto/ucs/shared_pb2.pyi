from emulator.providers.hyperswitch.proto.ucs import enums_pb2 as _enums_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SecretString(_message.Message):
    __slots__ = ("value",)
    VALUE_FIELD_NUMBER: _ClassVar[int]
    value: str
    def __init__(self, value: _Optional[str] = ...) -> None: ...

class Money(_message.Message):
    __slots__ = ("minor_amount", "currency")
    MINOR_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    minor_amount: int
    currency: _enums_pb2.Currency
    def __init__(self, minor_amount: _Optional[int] = ..., currency: _Optional[_Union[_enums_pb2.Currency, str]] = ...) -> None: ...

class ErrorInfo(_message.Message):
    __slots__ = ("unified_details", "issuer_details", "connector_details")
    UNIFIED_DETAILS_FIELD_NUMBER: _ClassVar[int]
    ISSUER_DETAILS_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_DETAILS_FIELD_NUMBER: _ClassVar[int]
    unified_details: UnifiedErrorDetails
    issuer_details: IssuerErrorDetails
    connector_details: ConnectorErrorDetails
    def __init__(self, unified_details: _Optional[_Union[UnifiedErrorDetails, _Mapping[str, object]]] = ..., issuer_details: _Optional[_Union[IssuerErrorDetails, _Mapping[str, object]]] = ..., connector_details: _Optional[_Union[ConnectorErrorDetails, _Mapping[str, object]]] = ...) -> None: ...

class UnifiedErrorDetails(_message.Message):
    __slots__ = ("code", "message", "description", "user_guidance_message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    USER_GUIDANCE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    description: str
    user_guidance_message: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., description: _Optional[str] = ..., user_guidance_message: _Optional[str] = ...) -> None: ...

class IssuerErrorDetails(_message.Message):
    __slots__ = ("code", "message", "network_details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    NETWORK_DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    network_details: NetworkErrorDetails
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., network_details: _Optional[_Union[NetworkErrorDetails, _Mapping[str, object]]] = ...) -> None: ...

class NetworkErrorDetails(_message.Message):
    __slots__ = ("advice_code", "decline_code", "error_message")
    ADVICE_CODE_FIELD_NUMBER: _ClassVar[int]
    DECLINE_CODE_FIELD_NUMBER: _ClassVar[int]
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    advice_code: str
    decline_code: str
    error_message: str
    def __init__(self, advice_code: _Optional[str] = ..., decline_code: _Optional[str] = ..., error_message: _Optional[str] = ...) -> None: ...

class ConnectorErrorDetails(_message.Message):
    __slots__ = ("code", "message", "reason", "connector_transaction_id")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    reason: str
    connector_transaction_id: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., reason: _Optional[str] = ..., connector_transaction_id: _Optional[str] = ...) -> None: ...

class ConnectorState(_message.Message):
    __slots__ = ("access_token", "connector_customer_id")
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    access_token: AccessToken
    connector_customer_id: str
    def __init__(self, access_token: _Optional[_Union[AccessToken, _Mapping[str, object]]] = ..., connector_customer_id: _Optional[str] = ...) -> None: ...

class AccessToken(_message.Message):
    __slots__ = ("token", "expires_in_seconds", "token_type")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_IN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_TYPE_FIELD_NUMBER: _ClassVar[int]
    token: SecretString
    expires_in_seconds: int
    token_type: str
    def __init__(self, token: _Optional[_Union[SecretString, _Mapping[str, object]]] = ..., expires_in_seconds: _Optional[int] = ..., token_type: _Optional[str] = ...) -> None: ...

class Customer(_message.Message):
    __slots__ = ("name", "email", "id", "connector_customer_id", "phone_number", "phone_country_code")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    PHONE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PHONE_COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    name: str
    email: SecretString
    id: str
    connector_customer_id: str
    phone_number: str
    phone_country_code: str
    def __init__(self, name: _Optional[str] = ..., email: _Optional[_Union[SecretString, _Mapping[str, object]]] = ..., id: _Optional[str] = ..., connector_customer_id: _Optional[str] = ..., phone_number: _Optional[str] = ..., phone_country_code: _Optional[str] = ...) -> None: ...

class BrowserInformation(_message.Message):
    __slots__ = ("color_depth", "screen_height", "screen_width", "java_enabled", "java_script_enabled", "language", "time_zone_offset_minutes", "accept_header", "user_agent", "accept_language", "referer", "ip_address", "os_type", "os_version", "device_model")
    COLOR_DEPTH_FIELD_NUMBER: _ClassVar[int]
    SCREEN_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SCREEN_WIDTH_FIELD_NUMBER: _ClassVar[int]
    JAVA_ENABLED_FIELD_NUMBER: _ClassVar[int]
    JAVA_SCRIPT_ENABLED_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_OFFSET_MINUTES_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_HEADER_FIELD_NUMBER: _ClassVar[int]
    USER_AGENT_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    REFERER_FIELD_NUMBER: _ClassVar[int]
    IP_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    OS_TYPE_FIELD_NUMBER: _ClassVar[int]
    OS_VERSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_MODEL_FIELD_NUMBER: _ClassVar[int]
    color_depth: int
    screen_height: int
    screen_width: int
    java_enabled: bool
    java_script_enabled: bool
    language: str
    time_zone_offset_minutes: int
    accept_header: str
    user_agent: str
    accept_language: str
    referer: str
    ip_address: str
    os_type: str
    os_version: str
    device_model: str
    def __init__(self, color_depth: _Optional[int] = ..., screen_height: _Optional[int] = ..., screen_width: _Optional[int] = ..., java_enabled: bool = ..., java_script_enabled: bool = ..., language: _Optional[str] = ..., time_zone_offset_minutes: _Optional[int] = ..., accept_header: _Optional[str] = ..., user_agent: _Optional[str] = ..., accept_language: _Optional[str] = ..., referer: _Optional[str] = ..., ip_address: _Optional[str] = ..., os_type: _Optional[str] = ..., os_version: _Optional[str] = ..., device_model: _Optional[str] = ...) -> None: ...
