"""What each connector's client SDK is started with: the answers of 4.2, as templates.

In a template `{token}` is the token that the book has, `{id}` and `{uuid}` are drawn, and
`{connector}`, `{currency}` and `{amount}` are the request's. Shapes [repo] H, values [guess].
"""

from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Json
from emulator.providers.hyperswitch.tokens import LIFETIME_S, LOOKS, Look

_TOKEN: Json = {"value": "{token}"}
_SESSION = LOOKS["session"]


class Form(msgspec.Struct, frozen=True):
    """A connector's answer. `variant`: its place in the response's oneof; `needs`: what must come.

    `lifetime_s`: seconds.
    """

    variant: str
    fields: Mapping[str, Json]
    look: Look = _SESSION
    lifetime_s: int = LIFETIME_S
    needs: str = ""

    def data(self) -> Json:
        """The `session_data` template."""
        inner: Json = {self.variant: dict(self.fields)}
        return inner if self.variant == "paypal" else {"connector_specific": inner}


PAYPAL_WALLET: Mapping[str, Json] = {
    "connector": "{connector}",
    "session_token": "{token}",
    "sdk_next_action": 1,
    "client_token": "{token}",
    "transaction_info": {"flow": 1, "currency_code": "{currency}", "total_price": "{amount}"},
}

FORMS: Mapping[str, Form] = {
    "stripe": Form("stripe", {"client_secret": _TOKEN}, LOOKS["stripe client"]),
    "adyen": Form("adyen", {"session_id": "CS{id}", "session_data": _TOKEN}, LOOKS["adyen client"]),
    "globalpay": Form(
        "globalpay",
        {"access_token": _TOKEN, "token_type": "Bearer", "expires_in": "{lifetime}"},
        LOOKS["globalpay"],
    ),
    "paypal": Form("paypal", PAYPAL_WALLET, LOOKS["paypal"]),
    "braintree": Form("paypal", PAYPAL_WALLET),
    "bluesnap": Form("bluesnap", {"pf_token": _TOKEN}),
    "datatrans": Form("datatrans", {"transaction_id": _TOKEN}),
    "jpmorgan": Form("jpmorgan", {"transaction_id": "{token}", "request_id": "{uuid}"}),
    "mollie": Form(
        "mollie",
        {
            "payment_id": "tr_{id}",
            "checkout_url": {"value": "https://www.mollie.com/checkout/select-method/{token}"},
        },
    ),
    "multisafepay": Form("multisafepay", {"api_token": _TOKEN}),
    "nexinets": Form("nexinets", {"order_id": "{token}"}),
    "nuvei": Form("nuvei", {"session_token": _TOKEN}),
    "payload": Form("payload", {"client_token": _TOKEN}),
    "rapyd": Form(
        "rapyd",
        {
            "checkout_id": "checkout_{token}",
            "redirect_url": "https://sandboxcheckout.rapyd.net/?token=checkout_{token}",
        },
    ),
    "revolut": Form("revolut", {"order_id": "{uuid}", "token": _TOKEN}),
    "shift4": Form("shift4", {"client_secret": _TOKEN}),
    "billwerk": Form("billwerk", {"session_id": "cs_{token}"}, needs="customer"),
    "cybersource": Form(
        "cybersource",
        {
            "capture_context": _TOKEN,
            "client_library": "https://testflex.cybersource.com/microform/bundle/v2/flex-microform.min.js",
            "client_library_integrity": "sha256-fake",
        },
        needs="return_url",
    ),
    "nexixpay": Form(
        "nexixpay",
        {
            "security_token": _TOKEN,
            "hosted_page": "https://stg-ta.nexigroup.com/fe/build/text/{token}",
        },
    ),
}

# As documented any connector answers; one without a form of its own does in PayPal's. [design]
ANY = Form("paypal", PAYPAL_WALLET)
