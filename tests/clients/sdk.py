"""An HTTP client that behaves as useGrant's own library does, measured over its 2.1.0.

It sends the same headers, repeats what it repeats (never a POST), and refuses an answer that its
schemas would refuse.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.providers.usegrant.test_routes import SHAPES

RETRIED_STATUSES = frozenset({408, 413, 429, 500, 502, 503, 504})
RETRIED_METHODS = frozenset({"GET", "DELETE"})
RETRIES = 2
TIMEOUT_S = 10.0

# A kind of `SHAPES`, `[]` behind it for a list; token, verification, validity, nothing.
Shape = str
CONDITIONS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    **SHAPES,
    "token": {"accessToken": str, "expiresAt": str, "type": str},
    "validity": {"exp": (int, float)},
}


class GrantError(Exception):
    """An answer that is no success. `response` is unread, as in the library."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


class SchemaError(Exception):
    """A success that the library would not take."""


class Grant:
    """The library. `base_url`: may have a path and a slash at its end."""

    def __init__(self, api_key: str, base_url: str) -> None:
        if not api_key:
            raise ValueError("API key is required")
        self._base = base_url.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Accept": "application/json",
            "User-Agent": "node",
        }
        self.waited_s: list[float] = []

    def call(
        self, method: str, path: str, shape: Shape, body: Mapping[str, Any] | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        """One method of the library: its answer, checked; a DELETE's is the empty string."""
        response = self._send(method, f"{self._base}/v1/{path}", body)
        if not response.is_success:
            raise GrantError(response)
        value = response.json() if response.content else ""
        check(shape, value)
        return value

    def _send(self, method: str, url: str, body: Mapping[str, Any] | None) -> httpx.Response:
        with httpx.Client(headers=self._headers, timeout=TIMEOUT_S) as client:
            for attempt in range(RETRIES + 1):
                response = client.request(method, url, json=body)
                again = method in RETRIED_METHODS and response.status_code in RETRIED_STATUSES
                if not again or attempt == RETRIES:
                    return response
                # The library would sleep so long; the test only looks at it.
                self.waited_s.append(float(response.headers.get("Retry-After", 0.3 * 2**attempt)))
        raise AssertionError


def check(shape: Shape, value: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse what the library's schemas refuse; more fields than they know do no harm."""
    if shape == "nothing":
        _require(value == "", "a deletion answers the empty string")
    elif shape == "verification":
        check("domain", value["domain"])
        _require(isinstance(value["verified"], bool), "verified")
        _require(isinstance(value["message"], str), "message")
    elif shape.endswith("[]"):
        _require(isinstance(value, list), "an array")
        for item in value:
            check(shape[:-2], item)
    else:
        for name, types in CONDITIONS[shape].items():
            _require(isinstance(value.get(name), types), name)
        _require(shape != "token" or value["type"] == "Bearer", "type")


def _require(holds: bool, what: str) -> None:  # noqa: FBT001
    if not holds:
        raise SchemaError(what)
