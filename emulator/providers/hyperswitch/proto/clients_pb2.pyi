from emulator.providers.hyperswitch.proto import enums_pb2 as _enums_pb2
from emulator.providers.hyperswitch.proto import shared_pb2 as _shared_pb2
from emulator.providers.hyperswitch.proto import wallets_pb2 as _wallets_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClientAuthenticationTokenData(_message.Message):
    __slots__ = ("google_pay", "paypal", "apple_pay", "connector_specific")
    GOOGLE_PAY_FIELD_NUMBER: _ClassVar[int]
    PAYPAL_FIELD_NUMBER: _ClassVar[int]
    APPLE_PAY_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_SPECIFIC_FIELD_NUMBER: _ClassVar[int]
    google_pay: GpayClientAuthenticationResponse
    paypal: PaypalClientAuthenticationResponse
    apple_pay: ApplepayClientAuthenticationResponse
    connector_specific: ConnectorSpecificClientAuthenticationResponse
    def __init__(self, google_pay: _Optional[_Union[GpayClientAuthenticationResponse, _Mapping[str, object]]] = ..., paypal: _Optional[_Union[PaypalClientAuthenticationResponse, _Mapping[str, object]]] = ..., apple_pay: _Optional[_Union[ApplepayClientAuthenticationResponse, _Mapping[str, object]]] = ..., connector_specific: _Optional[_Union[ConnectorSpecificClientAuthenticationResponse, _Mapping[str, object]]] = ...) -> None: ...

class GpayClientAuthenticationResponse(_message.Message):
    __slots__ = ("google_pay_session",)
    GOOGLE_PAY_SESSION_FIELD_NUMBER: _ClassVar[int]
    google_pay_session: _wallets_pb2.GooglePaySessionResponse
    def __init__(self, google_pay_session: _Optional[_Union[_wallets_pb2.GooglePaySessionResponse, _Mapping[str, object]]] = ...) -> None: ...

class PaypalClientAuthenticationResponse(_message.Message):
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

class ApplepayClientAuthenticationResponse(_message.Message):
    __slots__ = ("session_response", "payment_request_data", "connector", "delayed_session_token", "sdk_next_action", "connector_reference_id", "connector_sdk_public_key", "connector_merchant_id")
    SESSION_RESPONSE_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_REQUEST_DATA_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    DELAYED_SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SDK_NEXT_ACTION_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_REFERENCE_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_SDK_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_MERCHANT_ID_FIELD_NUMBER: _ClassVar[int]
    session_response: _wallets_pb2.ApplePaySessionResponse
    payment_request_data: _wallets_pb2.ApplePayPaymentRequest
    connector: str
    delayed_session_token: bool
    sdk_next_action: _enums_pb2.SdkNextAction
    connector_reference_id: str
    connector_sdk_public_key: str
    connector_merchant_id: str
    def __init__(self, session_response: _Optional[_Union[_wallets_pb2.ApplePaySessionResponse, _Mapping[str, object]]] = ..., payment_request_data: _Optional[_Union[_wallets_pb2.ApplePayPaymentRequest, _Mapping[str, object]]] = ..., connector: _Optional[str] = ..., delayed_session_token: bool = ..., sdk_next_action: _Optional[_Union[_enums_pb2.SdkNextAction, str]] = ..., connector_reference_id: _Optional[str] = ..., connector_sdk_public_key: _Optional[str] = ..., connector_merchant_id: _Optional[str] = ...) -> None: ...

class ConnectorSpecificClientAuthenticationResponse(_message.Message):
    __slots__ = ("stripe", "adyen", "checkout", "cybersource", "nuvei", "mollie", "globalpay", "bluesnap", "rapyd", "shift4", "bank_of_america", "wellsfargo", "fiserv", "elavon", "noon", "paysafe", "bamboraapac", "jpmorgan", "billwerk", "datatrans", "bambora", "payload", "multisafepay", "nexinets", "nexixpay", "revolut")
    STRIPE_FIELD_NUMBER: _ClassVar[int]
    ADYEN_FIELD_NUMBER: _ClassVar[int]
    CHECKOUT_FIELD_NUMBER: _ClassVar[int]
    CYBERSOURCE_FIELD_NUMBER: _ClassVar[int]
    NUVEI_FIELD_NUMBER: _ClassVar[int]
    MOLLIE_FIELD_NUMBER: _ClassVar[int]
    GLOBALPAY_FIELD_NUMBER: _ClassVar[int]
    BLUESNAP_FIELD_NUMBER: _ClassVar[int]
    RAPYD_FIELD_NUMBER: _ClassVar[int]
    SHIFT4_FIELD_NUMBER: _ClassVar[int]
    BANK_OF_AMERICA_FIELD_NUMBER: _ClassVar[int]
    WELLSFARGO_FIELD_NUMBER: _ClassVar[int]
    FISERV_FIELD_NUMBER: _ClassVar[int]
    ELAVON_FIELD_NUMBER: _ClassVar[int]
    NOON_FIELD_NUMBER: _ClassVar[int]
    PAYSAFE_FIELD_NUMBER: _ClassVar[int]
    BAMBORAAPAC_FIELD_NUMBER: _ClassVar[int]
    JPMORGAN_FIELD_NUMBER: _ClassVar[int]
    BILLWERK_FIELD_NUMBER: _ClassVar[int]
    DATATRANS_FIELD_NUMBER: _ClassVar[int]
    BAMBORA_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    MULTISAFEPAY_FIELD_NUMBER: _ClassVar[int]
    NEXINETS_FIELD_NUMBER: _ClassVar[int]
    NEXIXPAY_FIELD_NUMBER: _ClassVar[int]
    REVOLUT_FIELD_NUMBER: _ClassVar[int]
    stripe: StripeClientAuthenticationResponse
    adyen: AdyenClientAuthenticationResponse
    checkout: CheckoutClientAuthenticationResponse
    cybersource: CybersourceClientAuthenticationResponse
    nuvei: NuveiClientAuthenticationResponse
    mollie: MollieClientAuthenticationResponse
    globalpay: GlobalpayClientAuthenticationResponse
    bluesnap: BluesnapClientAuthenticationResponse
    rapyd: RapydClientAuthenticationResponse
    shift4: Shift4ClientAuthenticationResponse
    bank_of_america: BankOfAmericaClientAuthenticationResponse
    wellsfargo: WellsfargoClientAuthenticationResponse
    fiserv: FiservClientAuthenticationResponse
    elavon: ElavonClientAuthenticationResponse
    noon: NoonClientAuthenticationResponse
    paysafe: PaysafeClientAuthenticationResponse
    bamboraapac: BamboraapacClientAuthenticationResponse
    jpmorgan: JpmorganClientAuthenticationResponse
    billwerk: BillwerkClientAuthenticationResponse
    datatrans: DatatransClientAuthenticationResponse
    bambora: BamboraClientAuthenticationResponse
    payload: PayloadClientAuthenticationResponse
    multisafepay: MultisafepayClientAuthenticationResponse
    nexinets: NexinetsClientAuthenticationResponse
    nexixpay: NexixpayClientAuthenticationResponse
    revolut: RevolutClientAuthenticationResponse
    def __init__(self, stripe: _Optional[_Union[StripeClientAuthenticationResponse, _Mapping[str, object]]] = ..., adyen: _Optional[_Union[AdyenClientAuthenticationResponse, _Mapping[str, object]]] = ..., checkout: _Optional[_Union[CheckoutClientAuthenticationResponse, _Mapping[str, object]]] = ..., cybersource: _Optional[_Union[CybersourceClientAuthenticationResponse, _Mapping[str, object]]] = ..., nuvei: _Optional[_Union[NuveiClientAuthenticationResponse, _Mapping[str, object]]] = ..., mollie: _Optional[_Union[MollieClientAuthenticationResponse, _Mapping[str, object]]] = ..., globalpay: _Optional[_Union[GlobalpayClientAuthenticationResponse, _Mapping[str, object]]] = ..., bluesnap: _Optional[_Union[BluesnapClientAuthenticationResponse, _Mapping[str, object]]] = ..., rapyd: _Optional[_Union[RapydClientAuthenticationResponse, _Mapping[str, object]]] = ..., shift4: _Optional[_Union[Shift4ClientAuthenticationResponse, _Mapping[str, object]]] = ..., bank_of_america: _Optional[_Union[BankOfAmericaClientAuthenticationResponse, _Mapping[str, object]]] = ..., wellsfargo: _Optional[_Union[WellsfargoClientAuthenticationResponse, _Mapping[str, object]]] = ..., fiserv: _Optional[_Union[FiservClientAuthenticationResponse, _Mapping[str, object]]] = ..., elavon: _Optional[_Union[ElavonClientAuthenticationResponse, _Mapping[str, object]]] = ..., noon: _Optional[_Union[NoonClientAuthenticationResponse, _Mapping[str, object]]] = ..., paysafe: _Optional[_Union[PaysafeClientAuthenticationResponse, _Mapping[str, object]]] = ..., bamboraapac: _Optional[_Union[BamboraapacClientAuthenticationResponse, _Mapping[str, object]]] = ..., jpmorgan: _Optional[_Union[JpmorganClientAuthenticationResponse, _Mapping[str, object]]] = ..., billwerk: _Optional[_Union[BillwerkClientAuthenticationResponse, _Mapping[str, object]]] = ..., datatrans: _Optional[_Union[DatatransClientAuthenticationResponse, _Mapping[str, object]]] = ..., bambora: _Optional[_Union[BamboraClientAuthenticationResponse, _Mapping[str, object]]] = ..., payload: _Optional[_Union[PayloadClientAuthenticationResponse, _Mapping[str, object]]] = ..., multisafepay: _Optional[_Union[MultisafepayClientAuthenticationResponse, _Mapping[str, object]]] = ..., nexinets: _Optional[_Union[NexinetsClientAuthenticationResponse, _Mapping[str, object]]] = ..., nexixpay: _Optional[_Union[NexixpayClientAuthenticationResponse, _Mapping[str, object]]] = ..., revolut: _Optional[_Union[RevolutClientAuthenticationResponse, _Mapping[str, object]]] = ...) -> None: ...

class StripeClientAuthenticationResponse(_message.Message):
    __slots__ = ("client_secret",)
    CLIENT_SECRET_FIELD_NUMBER: _ClassVar[int]
    client_secret: _shared_pb2.SecretString
    def __init__(self, client_secret: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class AdyenClientAuthenticationResponse(_message.Message):
    __slots__ = ("session_id", "session_data")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_DATA_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    session_data: _shared_pb2.SecretString
    def __init__(self, session_id: _Optional[str] = ..., session_data: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class CheckoutClientAuthenticationResponse(_message.Message):
    __slots__ = ("payment_session_id", "payment_session_token", "payment_session_secret")
    PAYMENT_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_SESSION_SECRET_FIELD_NUMBER: _ClassVar[int]
    payment_session_id: str
    payment_session_token: _shared_pb2.SecretString
    payment_session_secret: _shared_pb2.SecretString
    def __init__(self, payment_session_id: _Optional[str] = ..., payment_session_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., payment_session_secret: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class CybersourceClientAuthenticationResponse(_message.Message):
    __slots__ = ("capture_context", "client_library", "client_library_integrity")
    CAPTURE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_LIBRARY_FIELD_NUMBER: _ClassVar[int]
    CLIENT_LIBRARY_INTEGRITY_FIELD_NUMBER: _ClassVar[int]
    capture_context: _shared_pb2.SecretString
    client_library: str
    client_library_integrity: str
    def __init__(self, capture_context: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., client_library: _Optional[str] = ..., client_library_integrity: _Optional[str] = ...) -> None: ...

class NuveiClientAuthenticationResponse(_message.Message):
    __slots__ = ("session_token",)
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_token: _shared_pb2.SecretString
    def __init__(self, session_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class MollieClientAuthenticationResponse(_message.Message):
    __slots__ = ("payment_id", "checkout_url")
    PAYMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKOUT_URL_FIELD_NUMBER: _ClassVar[int]
    payment_id: str
    checkout_url: _shared_pb2.SecretString
    def __init__(self, payment_id: _Optional[str] = ..., checkout_url: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class GlobalpayClientAuthenticationResponse(_message.Message):
    __slots__ = ("access_token", "token_type", "expires_in")
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOKEN_TYPE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_IN_FIELD_NUMBER: _ClassVar[int]
    access_token: _shared_pb2.SecretString
    token_type: str
    expires_in: int
    def __init__(self, access_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., token_type: _Optional[str] = ..., expires_in: _Optional[int] = ...) -> None: ...

class BluesnapClientAuthenticationResponse(_message.Message):
    __slots__ = ("pf_token",)
    PF_TOKEN_FIELD_NUMBER: _ClassVar[int]
    pf_token: _shared_pb2.SecretString
    def __init__(self, pf_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class RapydClientAuthenticationResponse(_message.Message):
    __slots__ = ("checkout_id", "redirect_url")
    CHECKOUT_ID_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_URL_FIELD_NUMBER: _ClassVar[int]
    checkout_id: str
    redirect_url: str
    def __init__(self, checkout_id: _Optional[str] = ..., redirect_url: _Optional[str] = ...) -> None: ...

class Shift4ClientAuthenticationResponse(_message.Message):
    __slots__ = ("client_secret",)
    CLIENT_SECRET_FIELD_NUMBER: _ClassVar[int]
    client_secret: _shared_pb2.SecretString
    def __init__(self, client_secret: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class BankOfAmericaClientAuthenticationResponse(_message.Message):
    __slots__ = ("capture_context",)
    CAPTURE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    capture_context: _shared_pb2.SecretString
    def __init__(self, capture_context: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class WellsfargoClientAuthenticationResponse(_message.Message):
    __slots__ = ("capture_context",)
    CAPTURE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    capture_context: _shared_pb2.SecretString
    def __init__(self, capture_context: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class FiservClientAuthenticationResponse(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: _shared_pb2.SecretString
    def __init__(self, session_id: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class ElavonClientAuthenticationResponse(_message.Message):
    __slots__ = ("session_token",)
    SESSION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    session_token: _shared_pb2.SecretString
    def __init__(self, session_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class NoonClientAuthenticationResponse(_message.Message):
    __slots__ = ("order_id", "checkout_url")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CHECKOUT_URL_FIELD_NUMBER: _ClassVar[int]
    order_id: int
    checkout_url: _shared_pb2.SecretString
    def __init__(self, order_id: _Optional[int] = ..., checkout_url: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class PaysafeClientAuthenticationResponse(_message.Message):
    __slots__ = ("payment_handle_token",)
    PAYMENT_HANDLE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    payment_handle_token: _shared_pb2.SecretString
    def __init__(self, payment_handle_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class BamboraapacClientAuthenticationResponse(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: _shared_pb2.SecretString
    def __init__(self, token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class JpmorganClientAuthenticationResponse(_message.Message):
    __slots__ = ("transaction_id", "request_id")
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    transaction_id: str
    request_id: str
    def __init__(self, transaction_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class BillwerkClientAuthenticationResponse(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class DatatransClientAuthenticationResponse(_message.Message):
    __slots__ = ("transaction_id",)
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    transaction_id: _shared_pb2.SecretString
    def __init__(self, transaction_id: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class BamboraClientAuthenticationResponse(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: _shared_pb2.SecretString
    def __init__(self, token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class PayloadClientAuthenticationResponse(_message.Message):
    __slots__ = ("client_token",)
    CLIENT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    client_token: _shared_pb2.SecretString
    def __init__(self, client_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class MultisafepayClientAuthenticationResponse(_message.Message):
    __slots__ = ("api_token",)
    API_TOKEN_FIELD_NUMBER: _ClassVar[int]
    api_token: _shared_pb2.SecretString
    def __init__(self, api_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...

class NexinetsClientAuthenticationResponse(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class NexixpayClientAuthenticationResponse(_message.Message):
    __slots__ = ("security_token", "hosted_page")
    SECURITY_TOKEN_FIELD_NUMBER: _ClassVar[int]
    HOSTED_PAGE_FIELD_NUMBER: _ClassVar[int]
    security_token: _shared_pb2.SecretString
    hosted_page: str
    def __init__(self, security_token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ..., hosted_page: _Optional[str] = ...) -> None: ...

class RevolutClientAuthenticationResponse(_message.Message):
    __slots__ = ("order_id", "token")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    token: _shared_pb2.SecretString
    def __init__(self, order_id: _Optional[str] = ..., token: _Optional[_Union[_shared_pb2.SecretString, _Mapping[str, object]]] = ...) -> None: ...
