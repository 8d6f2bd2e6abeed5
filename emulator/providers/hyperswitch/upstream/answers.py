"""How connectors answer: what of it is parsed is [repo] H, all other values are [guess]."""

from collections.abc import Callable, Mapping

import msgspec

from emulator.core.clock import render_time
from emulator.core.decisions import Json


class Issued(msgspec.Struct, frozen=True):
    """A token with what its answer tells besides. `expires_at`: Unix seconds; `lifetime_s`."""

    token: str
    lifetime_s: int
    expires_at: int
    reference: str
    fields: Mapping[str, Json]


def render_token(operation: str, issued: Issued) -> Json:
    """An endpoint's 200."""
    return _FORMS[operation](issued)


def render_error(connector: str, status: int, code: str, reason: str) -> Json:
    """A connector's no, in the shape that the service parses."""
    form = _ERRORS.get(connector)
    return form(status, code, reason) if form else _oauth_error(status, code, reason)


def render_logical_failure(code: str, message: str) -> Json:
    """TrustPay's 200 without a token. [run] H."""
    return {"ResultInfo": _result_info(int(code) if code.isdigit() else 0, message)}


def _oauth(issued: Issued, **more: Json) -> Json:
    return {
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.lifetime_s,
        **more,
    }


def _paypal(issued: Issued) -> Json:
    scope = "https://uri.paypal.com/services/payments/payment"
    nonce = f"{render_time(issued.expires_at - issued.lifetime_s)}{issued.reference}"
    return _oauth(issued, scope=scope, app_id="APP-FAKE0000000000000", nonce=nonce)


def _globalpay(issued: Issued) -> Json:
    return {
        "token": issued.token,
        "type": "Bearer",
        "app_id": issued.fields.get("app_id"),
        "time_created": render_time(issued.expires_at - issued.lifetime_s),
        "seconds_to_expire": issued.lifetime_s,
    }


def _airwallex(issued: Issued) -> Json:
    return {"token": issued.token, "expires_at": render_time(issued.expires_at)}


def _trustpay(issued: Issued) -> Json:
    return _oauth(issued, ResultInfo=_result_info(1, None))


def _result_info(code: int, additional: str | None) -> dict[str, Json]:
    return {"ResultCode": code, "AdditionalInfo": additional, "CorrelationId": "fake-correlation"}


def _fiserv(issued: Issued) -> Json:
    key_id, _, public = issued.token.partition("|||")
    return {
        "gatewayResponse": {
            "transactionType": "KEY_GENERATION",
            "transactionState": "AUTHORIZED",
            "transactionProcessingDetails": {"apiKey": "fake", "transactionId": issued.reference},
        },
        "asymmetricKeyDetails": {"keyId": key_id, "encodedPublicKey": public},
    }


def _pinelabs(issued: Issued) -> Json:
    return {"access_token": issued.token, "expires_at": render_time(issued.expires_at)}


def _identity(issued: Issued) -> Json:
    return {"client_token": issued.token, "expires_in": issued.lifetime_s}


def _stripe(issued: Issued) -> Json:
    amount = str(issued.fields.get("amount", "0"))
    return {
        "id": issued.token.partition("_secret_")[0],
        "object": "payment_intent",
        "amount": int(amount[:15]) if amount.isdigit() else 0,
        "client_secret": issued.token,
        "created": issued.expires_at - issued.lifetime_s,
        "currency": str(issued.fields.get("currency", "usd")),
        "livemode": False,
        "status": "requires_payment_method",
    }


_FORMS: Mapping[str, Callable[[Issued], Json]] = {
    "upstream_paypal": _paypal,
    "upstream_paypal_identity": _identity,
    "upstream_globalpay": _globalpay,
    "upstream_airwallex": _airwallex,
    "upstream_trustpay": _trustpay,
    "upstream_volt": _oauth,
    "upstream_jpmorgan": lambda issued: _oauth(issued, scope="jpm:payments:sandbox"),
    "upstream_truelayer": _oauth,
    "upstream_iatapay": _oauth,
    "upstream_itaubank": _oauth,
    "upstream_getnet": lambda issued: _oauth(issued, scope="oob"),
    "upstream_fiservcommercehub": _fiserv,
    "upstream_pinelabs_online": _pinelabs,
    "upstream_stripe": _stripe,
}


def _oauth_error(_: int, code: str, reason: str) -> Json:
    return {"error": code, "error_description": reason}


_ERRORS: Mapping[str, Callable[[int, str, str], Json]] = {
    "globalpay": lambda status, code, reason: {
        "error_code": code.upper(),
        "detailed_error_code": f"{status}00",
        "detailed_error_description": reason,
    },
    "airwallex": lambda _, code, reason: {"code": code, "message": reason, "source": ""},
    "volt": lambda status, _, reason: {"code": status, "message": reason},
    "iatapay": lambda status, code, reason: {"status": status, "error": code, "message": reason},
    "pinelabs_online": lambda _, code, reason: {
        "error": code,
        "error_description": reason,
        "message": reason,
        "traceId": "fake-trace",
    },
    "getnet": lambda _, code, reason: {"error_code": code, "message": reason, "details": []},
    "itaubank": lambda status, _, reason: {"codigo": str(status), "mensagem": reason, "campos": []},
    "fiservcommercehub": lambda status, code, reason: {
        "gatewayResponse": {"transactionState": "DECLINED"},
        "error": [{"type": "HOST", "code": str(status), "field": code, "message": reason}],
    },
    "trustpay": lambda status, _, reason: {"ResultInfo": _result_info(status, reason)},
    "stripe": lambda _, code, reason: {
        "error": {"type": "invalid_request_error", "code": code, "message": reason}
    },
}
