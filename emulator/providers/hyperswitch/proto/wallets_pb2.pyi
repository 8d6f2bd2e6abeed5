from emulator.providers.hyperswitch.proto import enums_pb2 as _enums_pb2
from emulator.providers.hyperswitch.proto import shared_pb2 as _shared_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaypalTransactionInfo(_message.Message):
    __slots__ = ("flow", "currency_code", "total_price")
    FLOW_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PRICE_FIELD_NUMBER: _ClassVar[int]
    flow: _enums_pb2.PaypalFlow
    currency_code: _enums_pb2.Currency
    total_price: int
    def __init__(self, flow: _Optional[_Union[_enums_pb2.PaypalFlow, str]] = ..., currency_code: _Optional[_Union[_enums_pb2.Currency, str]] = ..., total_price: _Optional[int] = ...) -> None: ...

class ThirdPartySdkSessionResponse(_message.Message):
    __slots__ = ("secrets",)
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    secrets: SecretInfoToInitiateSdk
    def __init__(self, secrets: _Optional[_Union[SecretInfoToInitiateSdk, _Mapping[str, object]]] = ...) -> None: ...

class ApplePaySessionResponse(_message.Message):
    __slots__ = ("third_party_sdk",)
    THIRD_PARTY_SDK_FIELD_NUMBER: _ClassVar[int]
    third_party_sdk: ThirdPartySdkSessionResponse
    def __init__(self, third_party_sdk: _Optional[_Union[ThirdPartySdkSessionResponse, _Mapping[str, object]]] = ...) -> None: ...

class AmountInfo(_message.Message):
    __slots__ = ("label", "total_type", "amount")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TOTAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    label: str
    total_type: str
    amount: int
    def __init__(self, label: _Optional[str] = ..., total_type: _Optional[str] = ..., amount: _Optional[int] = ...) -> None: ...

class ApplePayPaymentRequest(_message.Message):
    __slots__ = ("country_code", "currency_code", "total", "merchant_capabilities", "supported_networks", "merchant_identifier")
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    SUPPORTED_NETWORKS_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    country_code: _enums_pb2.CountryAlpha2
    currency_code: _enums_pb2.Currency
    total: AmountInfo
    merchant_capabilities: _containers.RepeatedScalarFieldContainer[str]
    supported_networks: _containers.RepeatedScalarFieldContainer[str]
    merchant_identifier: str
    def __init__(self, country_code: _Optional[_Union[_enums_pb2.CountryAlpha2, str]] = ..., currency_code: _Optional[_Union[_enums_pb2.Currency, str]] = ..., total: _Optional[_Union[AmountInfo, _Mapping[str, object]]] = ..., merchant_capabilities: _Optional[_Iterable[str]] = ..., supported_networks: _Optional[_Iterable[str]] = ..., merchant_identifier: _Optional[str] = ...) -> None: ...

class SecretInfoToInitiateSdk(_message.Message):
    __slots__ = ("display", "payment")
    DISPLAY_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    display: _shared_pb2.SecretString
    payment: _shared_pb2.SecretString
    def __init__(self, display: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., payment: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class GpayMerchantInfo(_message.Message):
    __slots__ = ("merchant_id", "merchant_name")
    MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    MERCHANT_NAME_FIELD_NUMBER: _ClassVar[int]
    merchant_id: str
    merchant_name: str
    def __init__(self, merchant_id: _Optional[str] = ..., merchant_name: _Optional[str] = ...) -> None: ...

class GpayShippingAddressParameters(_message.Message):
    __slots__ = ("phone_number_required",)
    PHONE_NUMBER_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    phone_number_required: bool
    def __init__(self, phone_number_required: bool = ...) -> None: ...

class GpayBillingAddressParameters(_message.Message):
    __slots__ = ("phone_number", "format")
    PHONE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    phone_number: bool
    format: _enums_pb2.GpayBillingAddressFormat
    def __init__(self, phone_number: bool = ..., format: _Optional[_Union[_enums_pb2.GpayBillingAddressFormat, str]] = ...) -> None: ...

class GpayAllowedMethodsParameters(_message.Message):
    __slots__ = ("allowed_auth_methods", "allowed_card_networks", "billing_address", "billing_address_parameters", "assurance_details")
    ALLOWED_AUTH_METHODS_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_CARD_NETWORKS_FIELD_NUMBER: _ClassVar[int]
    BILLING_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    BILLING_ADDRESS_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ASSURANCE_DETAILS_FIELD_NUMBER: _ClassVar[int]
    allowed_auth_methods: _containers.RepeatedScalarFieldContainer[str]
    allowed_card_networks: _containers.RepeatedScalarFieldContainer[str]
    billing_address: bool
    billing_address_parameters: GpayBillingAddressParameters
    assurance_details: bool
    def __init__(self, allowed_auth_methods: _Optional[_Iterable[str]] = ..., allowed_card_networks: _Optional[_Iterable[str]] = ..., billing_address: bool = ..., billing_address_parameters: _Optional[_Union[GpayBillingAddressParameters, _Mapping[str, object]]] = ..., assurance_details: bool = ...) -> None: ...

class GpayTokenParameters(_message.Message):
    __slots__ = ("gateway", "gateway_merchant_id", "protocol_version", "public_key")
    GATEWAY_FIELD_NUMBER: _ClassVar[int]
    GATEWAY_MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    gateway: str
    gateway_merchant_id: str
    protocol_version: str
    public_key: _shared_pb2.SecretString
    def __init__(self, gateway: _Optional[str] = ..., gateway_merchant_id: _Optional[str] = ..., protocol_version: _Optional[str] = ..., public_key: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class GpayTokenizationSpecification(_message.Message):
    __slots__ = ("token_specification_type", "parameters")
    TOKEN_SPECIFICATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    token_specification_type: str
    parameters: GpayTokenParameters
    def __init__(self, token_specification_type: _Optional[str] = ..., parameters: _Optional[_Union[GpayTokenParameters, _Mapping[str, object]]] = ...) -> None: ...

class GpayAllowedPaymentMethods(_message.Message):
    __slots__ = ("payment_method_type", "parameters", "tokenization_specification")
    PAYMENT_METHOD_TYPE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    TOKENIZATION_SPECIFICATION_FIELD_NUMBER: _ClassVar[int]
    payment_method_type: str
    parameters: GpayAllowedMethodsParameters
    tokenization_specification: GpayTokenizationSpecification
    def __init__(self, payment_method_type: _Optional[str] = ..., parameters: _Optional[_Union[GpayAllowedMethodsParameters, _Mapping[str, object]]] = ..., tokenization_specification: _Optional[_Union[GpayTokenizationSpecification, _Mapping[str, object]]] = ...) -> None: ...

class GpayTransactionInfo(_message.Message):
    __slots__ = ("country_code", "currency_code", "total_price_status", "total_price")
    COUNTRY_CODE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PRICE_STATUS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_PRICE_FIELD_NUMBER: _ClassVar[int]
    country_code: _enums_pb2.CountryAlpha2
    currency_code: _enums_pb2.Currency
    total_price_status: str
    total_price: int
    def __init__(self, country_code: _Optional[_Union[_enums_pb2.CountryAlpha2, str]] = ..., currency_code: _Optional[_Union[_enums_pb2.Currency, str]] = ..., total_price_status: _Optional[str] = ..., total_price: _Optional[int] = ...) -> None: ...

class GooglePaySessionResponse(_message.Message):
    __slots__ = ("merchant_info", "shipping_address_required", "email_required", "shipping_address_parameters", "allowed_payment_methods", "transaction_info", "delayed_session_token", "connector", "sdk_next_action", "secrets")
    MERCHANT_INFO_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_ADDRESS_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    EMAIL_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_ADDRESS_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_PAYMENT_METHODS_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_INFO_FIELD_NUMBER: _ClassVar[int]
    DELAYED_SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    SDK_NEXT_ACTION_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    merchant_info: GpayMerchantInfo
    shipping_address_required: bool
    email_required: bool
    shipping_address_parameters: GpayShippingAddressParameters
    allowed_payment_methods: _containers.RepeatedCompositeFieldContainer[GpayAllowedPaymentMethods]
    transaction_info: GpayTransactionInfo
    delayed_session_token: bool
    connector: str
    sdk_next_action: _enums_pb2.SdkNextAction
    secrets: SecretInfoToInitiateSdk
    def __init__(self, merchant_info: _Optional[_Union[GpayMerchantInfo, _Mapping[str, object]]] = ..., shipping_address_required: bool = ..., email_required: bool = ..., shipping_address_parameters: _Optional[_Union[GpayShippingAddressParameters, _Mapping[str, object]]] = ..., allowed_payment_methods: _Optional[_Iterable[_Union[GpayAllowedPaymentMethods, _Mapping[str, object]]]] = ..., transaction_info: _Optional[_Union[GpayTransactionInfo, _Mapping[str, object]]] = ..., delayed_session_token: bool = ..., connector: _Optional[str] = ..., sdk_next_action: _Optional[_Union[_enums_pb2.SdkNextAction, str]] = ..., secrets: _Optional[_Union[SecretInfoToInitiateSdk, _Mapping[str, object]]] = ...) -> None: ...
