"""Server session tokens and client tokens: 4.2 and 4.3, under their new and old names."""

import msgspec

from emulator.core.decisions import Granted, Json, Refusal
from emulator.core.ids import BASE62
from emulator.core.view import View
from emulator.providers.hyperswitch import tokens
from emulator.providers.hyperswitch.auth import Caller, check_account
from emulator.providers.hyperswitch.connectors import CLIENT_TOKEN, SESSION_TOKEN
from emulator.providers.hyperswitch.errors import CATALOGUE
from emulator.providers.hyperswitch.rules.clients import ANY, FORMS, PAYPAL_WALLET, Form
from emulator.providers.hyperswitch.rules.flows import check_flow
from emulator.providers.hyperswitch.state import PROVIDER
from emulator.providers.hyperswitch.wire import MAX_SUBJECT, SessionRequest

APPLE_PAY = 9
GOOGLE_PAY = 38
US = 1

NEEDS = {"customer": "missing_customer", "return_url": "missing_return_url"}


class Started(msgspec.Struct, frozen=True):
    """A session's answer. `template`: the message's fields, with `values` to fill them."""

    template: Json
    values: dict[str, Json]


def create_session_token(
    view: View, caller: Caller, request: SessionRequest, operation: str
) -> Granted[Started]:
    """A server session token: only Nuvei and Paytm have one [repo] H."""
    check_flow(caller, SESSION_TOKEN)
    _check_needs(request, None)
    check_account(caller)
    # The status is 200 whatever the connector's was. [repo] H
    template: Json = {"session_token": "{token}", "status_code": 200}
    form = Form("", {})
    return _start(view, caller, request, form, template, "session_token", operation)


def create_client_token(
    view: View, caller: Caller, request: SessionRequest, operation: str
) -> Granted[Started]:
    """What the connector's client SDK is started with."""
    check_flow(caller, CLIENT_TOKEN)
    form = FORMS.get(caller.connector.name, ANY)
    _check_needs(request, form if caller.profile == "faithful" else None)
    check_account(caller)
    template: Json = {"session_data": form.data(), "status_code": 200}
    return _start(view, caller, request, form, template, "client_token", operation)


def create_sdk_session_token(
    view: View, caller: Caller, request: SessionRequest, operation: str
) -> Granted[Started]:
    """The same under its old name: wallets only, so other connectors have none there [repo] M."""
    check_flow(caller, CLIENT_TOKEN)
    form = FORMS.get(caller.connector.name, ANY)
    if form.variant != "paypal" and caller.profile == "faithful":
        march = caller.dialect.era == "march"
        row = CATALOGUE["march_flow_not_supported" if march else "flow_not_supported"]
        raise Refusal(
            row,
            {"flow": CLIENT_TOKEN, "connector": caller.connector.name},
            hint="The old name answers for wallets only: call CreateClientAuthenticationToken.",
        )
    _check_needs(request, None)
    check_account(caller)
    template: Json = {"session_token": _wallet(request), "status_code": 200}
    return _start(view, caller, request, form, template, "client_token", operation)


def _check_needs(request: SessionRequest, form: Form | None) -> None:
    if request.amount is None:
        raise Refusal(CATALOGUE["missing_amount"])
    needs = form.needs if form else ""
    if (needs == "customer" and not request.has_customer) or (
        needs == "return_url" and not request.return_url
    ):
        raise Refusal(CATALOGUE[NEEDS[needs]])


def _start(
    view: View,
    caller: Caller,
    request: SessionRequest,
    form: Form,
    template: Json,
    kind: tokens.Kind,
    operation: str,
) -> Granted[Started]:
    assert request.amount is not None  # noqa: S101 - checked before
    name = caller.connector.name
    lifetime_s = view.lifetime_s(PROVIDER, operation, form.lifetime_s)
    issued = tokens.issue(
        view,
        tokens.Wanted(
            kind=kind,
            connector=name,
            subject=(request.reference or name)[:MAX_SUBJECT],
            look=form.look,
            lifetime_s=lifetime_s,
            permissions=request.permissions,
        ),
    )
    values: dict[str, Json] = {
        "connector": name,
        "id": view.draw_text("hyperswitch.session", BASE62, 16),
        "uuid": view.draw_uuid("hyperswitch.session"),
        "currency": request.amount.currency,
        "amount": request.amount.minor,
        "lifetime": lifetime_s,
    }
    return Granted(Started(template, values), facts=(issued,), token=issued, hint=caller.hint)


def _wallet(request: SessionRequest) -> Json:
    """The wallet that the payment method names, else PayPal's."""
    if request.payment_method_type == APPLE_PAY:
        return {"apple_pay": _APPLE_PAY}
    if request.payment_method_type == GOOGLE_PAY:
        return {"google_pay": {"google_pay_session": _GOOGLE_PAY}}
    return {"paypal": dict(PAYPAL_WALLET)}


_APPLE_PAY: Json = {
    "session_token_data": {"third_party_sdk": {"secrets": {"display": {"value": "{token}"}}}},
    "payment_request_data": {
        "country_code": US,
        "currency_code": "{currency}",
        "total": {"label": "Fake Merchant", "total_type": "final", "amount": "{amount}"},
        "merchant_capabilities": ["supports3DS"],
        "supported_networks": ["visa", "masterCard", "amex", "discover"],
        "merchant_identifier": "merchant.fake",
    },
    "connector": "{connector}",
    "sdk_next_action": 2,
}
_GOOGLE_PAY: Json = {
    "merchant_info": {"merchant_name": "Fake Merchant"},
    "allowed_payment_methods": [
        {
            "payment_method_type": "CARD",
            "parameters": {
                "allowed_auth_methods": ["PAN_ONLY", "CRYPTOGRAM_3DS"],
                "allowed_card_networks": ["VISA", "MASTERCARD", "AMEX", "DISCOVER"],
            },
            "tokenization_specification": {
                "token_specification_type": "PAYMENT_GATEWAY",
                "parameters": {"gateway": "{connector}", "gateway_merchant_id": "fake-merchant"},
            },
        }
    ],
    "transaction_info": {
        "country_code": US,
        "currency_code": "{currency}",
        "total_price_status": "FINAL",
        "total_price": "{amount}",
    },
    "connector": "{connector}",
    "sdk_next_action": 2,
    "secrets": {"display": {"value": "{token}"}},
}
