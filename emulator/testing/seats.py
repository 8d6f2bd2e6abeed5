"""What a client of each provider is given: addresses, keys, ready headers. No request is sent."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from emulator.signing import sign_zerohash
from emulator.testing.environment import read_time
from emulator.testing.wire import Json

Body = bytes | str | Mapping[str, object] | None


@dataclass(frozen=True)
class Zerohash:
    """A platform of zerohash. `secret`: base64 of the HMAC key."""

    base_url: str
    api_key: str = ""
    secret: str = ""
    passphrase: str = ""
    platform_code: str = ""
    participant_code: str = ""
    webhook_secret: str = ""

    def sign(
        self, method: str, path: str, body: Body = None, *, at: float | datetime | None = None
    ) -> dict[str, str]:
        """The headers of a request, signed.

        `path`: the provider's own, with its query. `body`: as it is sent; a mapping is signed as
        httpx writes it (`json=body`). `at`: the signature's time, real time when None.
        """
        raw = encode_body(body)
        moment = at.timestamp() if isinstance(at, datetime) else at
        now = read_time() if moment is None else moment
        key = (self.api_key, self.secret, self.passphrase)
        headers = dict(sign_zerohash(key, method.upper(), path, raw, now))
        return {**headers, "Content-Type": "application/json"} if raw else headers


@dataclass(frozen=True)
class Highnote:
    """An organization of Highnote."""

    graphql_url: str
    api_key: str = ""
    restricted_api_key: str = ""
    organization_id: str = ""
    payment_card_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request made with the API key."""
        return _authorize_basic(self.api_key)

    @property
    def restricted_headers(self) -> dict[str, str]:
        """The headers of a request made with the restricted API key."""
        return _authorize_basic(self.restricted_api_key)

    def token_headers(self, client_token: str) -> dict[str, str]:
        """The headers of a page's request, made with a client token."""
        return {"Authorization": f"Bearer {client_token}"}


@dataclass(frozen=True)
class Usegrant:
    """A tenant of useGrant, with a provider and a client of it."""

    base_url: str
    api_key: str = ""
    provider_id: str = ""
    client_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request made with the API key."""
        return {"Authorization": f"Bearer {self.api_key}"}


@dataclass(frozen=True)
class Hyperswitch:
    """Hyperswitch's connector service. `connector_config`: connector -> its credentials.

    `grpc_target` is empty where no server opened the gRPC port.
    """

    http_url: str
    grpc_target: str = ""
    upstream_url: str = ""
    connector_config: dict[str, Json] = field(default_factory=dict)

    def headers(self, connector: str) -> dict[str, str]:
        """The headers of a request in its HTTP mode, by a connector such as `Paypal`.

        Raises:
            KeyError: the sandbox has no such connector.
        """
        config: Json = {"config": {connector: self.connector_config[connector]}}
        return {"x-connector-config": json.dumps(config, separators=(",", ":"))}

    def metadata(self, connector: str) -> tuple[tuple[str, str], ...]:
        """The same as metadata of a gRPC call."""
        return tuple(self.headers(connector).items())


def encode_body(body: Body) -> bytes:
    """A body as it is sent; a mapping as httpx writes it."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _authorize_basic(key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}"}
