from emulator.providers.hyperswitch.proto import enums_pb2 as _enums_pb2
from emulator.providers.hyperswitch.proto import shared_pb2 as _shared_pb2
from emulator.providers.hyperswitch.proto import wallets_pb2 as _wallets_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MerchantAuthenticationServiceCreateAccessTokenRequest(_message.Message):
    __slots__ = ("merchant_access_token_id", "connector", "metadata", "connector_feature_data", "test_mode")
    MERCHANT_ACCESS_TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FEATURE_DATA_FIELD_NUMBER: _ClassVar[int]
    TEST_MODE_FIELD_NUMBER: _ClassVar[int]
    merchant_access_token_id: str
    connector: _enums_pb2.Connector
    metadata: _shared_pb2.SecretString
    connector_feature_data: _shared_pb2.SecretString
    test_mode: bool
    def __init__(self, merchant_access_token_id: _Optional[str] = ..., connector: _Optional[_Union[_enums_pb2.Connector, str]] = ..., metadata: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., connector_feature_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., test_mode: bool = ...) -> None: ...

class MerchantAuthenticationServiceCreateAccessTokenResponse(_message.Message):
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

class MerchantAuthenticationServiceCreateSessionTokenRequest(_message.Message):
    __slots__ = ("merchant_session_id", "amount", "metadata", "connector_feature_data", "state", "browser_info", "test_mode")
    MERCHANT_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FEATURE_DATA_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BROWSER_INFO_FIELD_NUMBER: _ClassVar[int]
    TEST_MODE_FIELD_NUMBER: _ClassVar[int]
    merchant_session_id: str
    amount: _shared_pb2.Money
    metadata: _shared_pb2.SecretString
    connector_feature_data: _shared_pb2.SecretString
    state: _shared_pb2.ConnectorState
    browser_info: _shared_pb2.BrowserInformation
    test_mode: bool
    def __init__(self, merchant_session_id: _Optional[str] = ..., amount: _Optional[_Union[_shared_pb2.Money, _Mapping[str, object]]] = ..., metadata: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., connector_feature_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., state: _Optional[_Union[_shared_pb2.ConnectorState, _Mapping[str, object]]] = ..., browser_info: _Optional[_Union[_shared_pb2.BrowserInformation, _Mapping[str, object]]] = ..., test_mode: bool = ...) -> None: ...

class MerchantAuthenticationServiceCreateSessionTokenResponse(_message.Message):
    __slots__ = ("error", "status_code", "session_token")
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    error: _shared_pb2.ErrorInfo
    status_code: int
    session_token: str
    def __init__(self, error: _Optional[_Union[_shared_pb2.ErrorInfo, _Mapping[str, object]]] = ..., status_code: _Optional[int] = ..., session_token: _Optional[str] = ...) -> None: ...

class MerchantAuthenticationServiceCreateSdkSessionTokenRequest(_message.Message):
    __slots__ = ("merchant_sdk_session_id", "amount", "order_tax_amount", "shipping_cost", "payment_method_type", "country_alpha2_code", "customer", "metadata", "connector_feature_data")
    MERCHANT_SDK_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_TAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_COST_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_TYPE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_ALPHA2_CODE_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FEATURE_DATA_FIELD_NUMBER: _ClassVar[int]
    merchant_sdk_session_id: str
    amount: _shared_pb2.Money
    order_tax_amount: int
    shipping_cost: int
    payment_method_type: _enums_pb2.PaymentMethodType
    country_alpha2_code: _enums_pb2.CountryAlpha2
    customer: _shared_pb2.Customer
    metadata: _shared_pb2.SecretString
    connector_feature_data: _shared_pb2.SecretString
    def __init__(self, merchant_sdk_session_id: _Optional[str] = ..., amount: _Optional[_Union[_shared_pb2.Money, _Mapping[str, object]]] = ..., order_tax_amount: _Optional[int] = ..., shipping_cost: _Optional[int] = ..., payment_method_type: _Optional[_Union[_enums_pb2.PaymentMethodType, str]] = ..., country_alpha2_code: _Optional[_Union[_enums_pb2.CountryAlpha2, str]] = ..., customer: _Optional[_Union[_shared_pb2.Customer, _Mapping[str, object]]] = ..., metadata: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., connector_feature_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class MerchantAuthenticationServiceCreateSdkSessionTokenResponse(_message.Message):
    __slots__ = ("session_token", "error", "status_code", "raw_connector_response", "raw_connector_request")
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    RAW_CONNECTOR_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    RAW_CONNECTOR_REQUEST_FIELD_NUMBER: _ClassVar[int]
    session_token: SessionToken
    error: _shared_pb2.ErrorInfo
    status_code: int
    raw_connector_response: _shared_pb2.SecretString
    raw_connector_request: _shared_pb2.SecretString
    def __init__(self, session_token: _Optional[_Union[SessionToken, _Mapping[str, object]]] = ..., error: _Optional[_Union[_shared_pb2.ErrorInfo, _Mapping[str, object]]] = ..., status_code: _Optional[int] = ..., raw_connector_response: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., raw_connector_request: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class SessionToken(_message.Message):
    __slots__ = ("google_pay", "paypal", "apple_pay")
    GOOGLE_PAY_FIELD_NUMBER: _ClassVar[int]
    PAYPAL_FIELD_NUMBER: _ClassVar[int]
    APPLE_PAY_FIELD_NUMBER: _ClassVar[int]
    google_pay: GpaySessionTokenResponse
    paypal: PaypalSessionTokenResponse
    apple_pay: ApplepaySessionTokenResponse
    def __init__(self, google_pay: _Optional[_Union[GpaySessionTokenResponse, _Mapping[str, object]]] = ..., paypal: _Optional[_Union[PaypalSessionTokenResponse, _Mapping[str, object]]] = ..., apple_pay: _Optional[_Union[ApplepaySessionTokenResponse, _Mapping[str, object]]] = ...) -> None: ...

class GpaySessionTokenResponse(_message.Message):
    __slots__ = ("google_pay_session",)
    GOOGLE_PAY_SESSION_FIELD_NUMBER: _ClassVar[int]
    google_pay_session: _wallets_pb2.GooglePaySessionResponse
    def __init__(self, google_pay_session: _Optional[_Union[_wallets_pb2.GooglePaySessionResponse, _Mapping[str, object]]] = ...) -> None: ...

class PaypalSessionTokenResponse(_message.Message):
    __slots__ = ("connector", "session_token", "sdk_next_action", "client_token", "transaction_info")
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SDK_NEXT_ACTION_FIELD_NUMBER: _ClassVar[int]
    CLIENT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_INFO_FIELD_NUMBER: _ClassVar[int]
    connector: str
    session_token: str
    sdk_next_action: _enums_pb2.SdkNextAction
    client_token: str
    transaction_info: _wallets_pb2.PaypalTransactionInfo
    def __init__(self, connector: _Optional[str] = ..., session_token: _Optional[str] = ..., sdk_next_action: _Optional[_Union[_enums_pb2.SdkNextAction, str]] = ..., client_token: _Optional[str] = ..., transaction_info: _Optional[_Union[_wallets_pb2.PaypalTransactionInfo, _Mapping[str, object]]] = ...) -> None: ...

class ApplepaySessionTokenResponse(_message.Message):
    __slots__ = ("session_token_data", "payment_request_data", "connector", "delayed_session_token", "sdk_next_action", "connector_reference_id", "connector_sdk_public_key", "connector_merchant_id")
    SESSION_TOKEN_DATA_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_REQUEST_DATA_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    DELAYED_SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SDK_NEXT_ACTION_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_REFERENCE_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_SDK_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    session_token_data: _wallets_pb2.ApplePaySessionResponse
    payment_request_data: _wallets_pb2.ApplePayPaymentRequest
    connector: str
    delayed_session_token: bool
    sdk_next_action: _enums_pb2.SdkNextAction
    connector_reference_id: str
    connector_sdk_public_key: str
    connector_merchant_id: str
    def __init__(self, session_token_data: _Optional[_Union[_wallets_pb2.ApplePaySessionResponse, _Mapping[str, object]]] = ..., payment_request_data: _Optional[_Union[_wallets_pb2.ApplePayPaymentRequest, _Mapping[str, object]]] = ..., connector: _Optional[str] = ..., delayed_session_token: bool = ..., sdk_next_action: _Optional[_Union[_enums_pb2.SdkNextAction, str]] = ..., connector_reference_id: _Optional[str] = ..., connector_sdk_public_key: _Optional[str] = ..., connector_merchant_id: _Optional[str] = ...) -> None: ...
