from emulator.providers.hyperswitch.proto import clients_pb2 as _clients_pb2
from emulator.providers.hyperswitch.proto import enums_pb2 as _enums_pb2
from emulator.providers.hyperswitch.proto import shared_pb2 as _shared_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MerchantAuthenticationServiceCreateServerAuthenticationTokenRequest(_message.Message):
    __slots__ = ("merchant_access_token_id", "connector", "metadata", "connector_feature_data", "test_mode", "merchant_request_id")
    MERCHANT_ACCESS_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FEATURE_DATA_FIELD_NUMBER: _ClassVar[int]
    TEST_MODE_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    merchant_access_token_id: str
    connector: _enums_pb2.Connector
    metadata: _shared_pb2.SecretString
    connector_feature_data: _shared_pb2.SecretString
    test_mode: bool
    merchant_request_id: str
    def __init__(self, merchant_access_token_id: _Optional[str] = ..., connector: _Optional[_Union[_enums_pb2.Connector, str]] = ..., metadata: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., connector_feature_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., test_mode: bool = ..., merchant_request_id: _Optional[str] = ...) -> None: ...

class MerchantAuthenticationServiceCreateServerAuthenticationTokenResponse(_message.Message):
    __slots__ = ("access_token", "token_type", "expires_in_seconds", "status", "error", "status_code", "merchant_access_token_id")
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOKEN_TYPE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_IN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_ACCESS_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    access_token: _shared_pb2.SecretString
    token_type: str
    expires_in_seconds: int
    status: _enums_pb2.OperationStatus
    error: _shared_pb2.ErrorInfo
    status_code: int
    merchant_access_token_id: str
    def __init__(self, access_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., token_type: _Optional[str] = ..., expires_in_seconds: _Optional[int] = ..., status: _Optional[_Union[_enums_pb2.OperationStatus, str]] = ..., error: _Optional[_Union[_shared_pb2.ErrorInfo, _Mapping[str, object]]] = ..., status_code: _Optional[int] = ..., merchant_access_token_id: _Optional[str] = ...) -> None: ...

class PaymentSessionContext(_message.Message):
    __slots__ = ("amount", "metadata", "browser_info", "customer")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    BROWSER_INFO_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    amount: _shared_pb2.Money
    metadata: _shared_pb2.SecretString
    browser_info: _shared_pb2.BrowserInformation
    customer: _shared_pb2.Customer
    def __init__(self, amount: _Optional[_Union[_shared_pb2.Money, _Mapping[str, object]]] = ..., metadata: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., browser_info: _Optional[_Union[_shared_pb2.BrowserInformation, _Mapping[str, object]]] = ..., customer: _Optional[_Union[_shared_pb2.Customer, _Mapping[str, object]]] = ...) -> None: ...

class MerchantAuthenticationServiceCreateServerSessionAuthenticationTokenRequest(_message.Message):
    __slots__ = ("merchant_server_session_id", "connector_feature_data", "state", "test_mode", "payment")
    MERCHANT_SERVER_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FEATURE_DATA_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TEST_MODE_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    merchant_server_session_id: str
    connector_feature_data: _shared_pb2.SecretString
    state: _shared_pb2.ConnectorState
    test_mode: bool
    payment: PaymentSessionContext
    def __init__(self, merchant_server_session_id: _Optional[str] = ..., connector_feature_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., state: _Optional[_Union[_shared_pb2.ConnectorState, _Mapping[str, object]]] = ..., test_mode: bool = ..., payment: _Optional[_Union[PaymentSessionContext, _Mapping[str, object]]] = ...) -> None: ...

class MerchantAuthenticationServiceCreateServerSessionAuthenticationTokenResponse(_message.Message):
    __slots__ = ("error", "status_code", "session_token")
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    error: _shared_pb2.ErrorInfo
    status_code: int
    session_token: str
    def __init__(self, error: _Optional[_Union[_shared_pb2.ErrorInfo, _Mapping[str, object]]] = ..., status_code: _Optional[int] = ..., session_token: _Optional[str] = ...) -> None: ...

class PaymentClientAuthenticationContext(_message.Message):
    __slots__ = ("amount", "order_tax_amount", "shipping_cost", "payment_method_type", "country_alpha2_code", "customer", "metadata", "return_url")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_TAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_COST_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_TYPE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_ALPHA2_CODE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    RETURN_URL_FIELD_NUMBER: _ClassVar[int]
    amount: _shared_pb2.Money
    order_tax_amount: int
    shipping_cost: int
    payment_method_type: _enums_pb2.PaymentMethodType
    country_alpha2_code: _enums_pb2.CountryAlpha2
    customer: _shared_pb2.Customer
    metadata: _shared_pb2.SecretString
    return_url: str
    def __init__(self, amount: _Optional[_Union[_shared_pb2.Money, _Mapping[str, object]]] = ..., order_tax_amount: _Optional[int] = ..., shipping_cost: _Optional[int] = ..., payment_method_type: _Optional[_Union[_enums_pb2.PaymentMethodType, str]] = ..., country_alpha2_code: _Optional[_Union[_enums_pb2.CountryAlpha2, str]] = ..., customer: _Optional[_Union[_shared_pb2.Customer, _Mapping[str, object]]] = ..., metadata: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., return_url: _Optional[str] = ...) -> None: ...

class Permissions(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...

class MerchantAuthenticationServiceCreateClientAuthenticationTokenRequest(_message.Message):
    __slots__ = ("merchant_client_session_id", "connector_feature_data", "test_mode", "payment", "permissions")
    MERCHANT_CLIENT_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FEATURE_DATA_FIELD_NUMBER: _ClassVar[int]
    TEST_MODE_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    merchant_client_session_id: str
    connector_feature_data: _shared_pb2.SecretString
    test_mode: bool
    payment: PaymentClientAuthenticationContext
    permissions: Permissions
    def __init__(self, merchant_client_session_id: _Optional[str] = ..., connector_feature_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., test_mode: bool = ..., payment: _Optional[_Union[PaymentClientAuthenticationContext, _Mapping[str, object]]] = ..., permissions: _Optional[_Union[Permissions, _Mapping[str, object]]] = ...) -> None: ...

class MerchantAuthenticationServiceCreateClientAuthenticationTokenResponse(_message.Message):
    __slots__ = ("session_data", "error", "status_code", "raw_connector_response", "raw_connector_request")
    SESSION_DATA_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    RAW_CONNECTOR_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    RAW_CONNECTOR_REQUEST_FIELD_NUMBER: _ClassVar[int]
    session_data: _clients_pb2.ClientAuthenticationTokenData
    error: _shared_pb2.ErrorInfo
    status_code: int
    raw_connector_response: _shared_pb2.SecretString
    raw_connector_request: _shared_pb2.SecretString
    def __init__(self, session_data: _Optional[_Union[_clients_pb2.ClientAuthenticationTokenData, _Mapping[str, object]]] = ..., error: _Optional[_Union[_shared_pb2.ErrorInfo, _Mapping[str, object]]] = ..., status_code: _Optional[int] = ..., raw_connector_response: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., raw_connector_request: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class IntegrationError(_message.Message):
    __slots__ = ("error_message", "error_code", "suggested_action", "doc_url")
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ERROR_CODE_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_ACTION_FIELD_NUMBER: _ClassVar[int]
    DOC_URL_FIELD_NUMBER: _ClassVar[int]
    error_message: str
    error_code: str
    suggested_action: str
    doc_url: str
    def __init__(self, error_message: _Optional[str] = ..., error_code: _Optional[str] = ..., suggested_action: _Optional[str] = ..., doc_url: _Optional[str] = ...) -> None: ...

class ConnectorError(_message.Message):
    __slots__ = ("error_message", "error_code", "http_status_code", "error_info")
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ERROR_CODE_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    ERROR_INFO_FIELD_NUMBER: _ClassVar[int]
    error_message: str
    error_code: str
    http_status_code: int
    error_info: _shared_pb2.ErrorInfo
    def __init__(self, error_message: _Optional[str] = ..., error_code: _Optional[str] = ..., http_status_code: _Optional[int] = ..., error_info: _Optional[_Union[_shared_pb2.ErrorInfo, _Mapping[str, object]]] = ...) -> None: ...
