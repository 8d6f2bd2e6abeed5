"""A client of zerohash as an integrator writes it from the provider's pages. Knows no emulator."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx


class ZerohashError(Exception):
    """What the provider refused: its status, and its texts whatever their envelope."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.texts = _texts(response)
        super().__init__(f"{self.status}: {'; '.join(self.texts)}")


class ZerohashClient:
    """Signs with `base64(HMAC-SHA256(b64decode(secret), timestamp + METHOD + route + body))`."""

    def __init__(self, base_url: str, api_key: str, secret: str, passphrase: str) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._secret = base64.b64decode(secret)
        self._passphrase = passphrase
        self._http = httpx.Client()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._http.close()

    def mint(self, **body: object) -> dict[str, Any]:
        """The `message` of a new client access token."""
        message: dict[str, Any] = self.call("POST", "/client_auth_token", body)["message"]
        return message

    def revoke(self, token: str) -> None:
        """End a token."""
        self.call("POST", "/revoke_auth_token", {"token": token})

    def participants(self, **filters: str) -> list[dict[str, Any]]:
        """One page of participants."""
        query = f"?{urlencode(filters)}" if filters else ""
        found: list[dict[str, Any]] = self.call("GET", f"/participants{query}")["message"]
        return found

    def call(
        self, method: str, route: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """One signed request; {} where the answer has no body.

        Raises:
            ZerohashError: it was refused.
        """
        payload = "{}" if body is None else json.dumps(body, separators=(",", ":"))
        timestamp = str(int(time.time()))
        message = timestamp + method + route + payload
        digest = hmac.new(self._secret, message.encode(), hashlib.sha256).digest()
        response = self._http.request(
            method,
            self._base_url + route,
            content=None if body is None else payload,
            headers={
                "X-SCX-API-KEY": self._api_key,
                "X-SCX-SIGNED": base64.b64encode(digest).decode(),
                "X-SCX-TIMESTAMP": timestamp,
                "X-SCX-PASSPHRASE": self._passphrase,
                "Content-Type": "application/json",
            },
        )
        if response.is_error:
            raise ZerohashError(response)
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer


def _texts(response: httpx.Response) -> list[str]:
    """The provider has three envelopes, and plain text besides."""
    try:
        body = response.json()
    except ValueError:
        return [response.text]
    if "errors" in body:
        return list(body["errors"])
    return [body["message"] if body["error"] is True else body["error"]]
