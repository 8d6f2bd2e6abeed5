"""A sandbox on a live server, as a client of useGrant knows it."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Home:
    """A sandbox on a live server, with what its control API told a client to use."""

    server: str
    sandbox: str
    base_url: str
    api_key: str
    provider_id: str
    client_id: str

    def control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """One call of the control API."""
        url = f"{self.server}/_emulator/sandboxes/{self.sandbox}{path}"
        answer = httpx.request(method, url, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def mint(self, **body: object) -> str:
        """A token."""
        path = f"/v1/providers/{self.provider_id}/clients/{self.client_id}/tokens"
        headers = {"Authorization": f"Bearer {self.api_key}"}
        answer = httpx.post(self.base_url + path, headers=headers, json=body)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["accessToken"]
        return token
