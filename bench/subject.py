"""The emulator as the benchmark sees it: its command, its control API, its signed requests.

Everything here is the documented interface; nothing is imported from the emulator.
"""

import hashlib
import hmac
import sys
import time
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path

import msgspec
from load import Shot, drive, fetch, render_request
from process import Program

PREFIX = "/zerohash"
MINT_ROUTE = "/client_auth_token"
REVOKE_ROUTE = "/revoke_auth_token"
SANDBOX = "/_emulator/sandboxes/default"
BATCH_TIMEOUT_S = 50.0
"""A signature is good for 60 s: no batch signed at its start may take longer."""


class Account(msgspec.Struct, frozen=True):
    """A zerohash platform's key, and a participant of that platform."""

    api_key: str
    secret: str
    passphrase: str
    participant_code: str


class _Credentials(msgspec.Struct, frozen=True):
    zerohash: Account


class _Minted(msgspec.Struct, frozen=True):
    token: str


class _MintAnswer(msgspec.Struct, frozen=True):
    message: _Minted


class _Introspection(msgspec.Struct, frozen=True):
    active: bool


class SubjectError(Exception):
    """The emulator answered, but is not in the state that the row needs."""


def find_command() -> list[str]:
    """The installed command beside this interpreter, else the checkout's module."""
    script = Path(sys.executable).with_name("token-emulator")
    return [str(script)] if script.exists() else [sys.executable, "-m", "emulator"]


def make_program(command: list[str], *options: str) -> Program:
    """The emulator on a given port of loopback."""
    return Program(
        "emulator",
        lambda port: [*command, "serve", "--host", "127.0.0.1", "--port", str(port), *options],
        "/_emulator/health",
    )


def read_account(port: int) -> Account:
    """The default sandbox's zerohash credentials."""
    request = render_request("GET", port, f"{SANDBOX}/credentials", b"")
    return msgspec.json.decode(fetch(port, request, 200), type=_Credentials).zerohash


def apply_key_size(port: int, bits: int) -> None:
    """Has zerohash tokens of the default sandbox signed with a key of that size from now on."""
    body = msgspec.json.encode({"zerohash": {"rsa_bits": bits}})
    fetch(port, render_request("PUT", port, f"{SANDBOX}/settings", body), 200)


def sign_request(port: int, account: Account, route: str, body: bytes) -> bytes:
    """A signed POST; it may be sent as often as wanted for 60 s.

    The signature covers the timestamp, the method, the route without the prefix and the body, with
    the decoded secret as the key (zerohash specification 3.1).
    """
    timestamp = str(int(time.time()))
    message = f"{timestamp}POST{route}".encode() + body
    digest = hmac.new(b64decode(account.secret), message, hashlib.sha256).digest()
    headers = {
        "X-SCX-API-KEY": account.api_key,
        "X-SCX-PASSPHRASE": account.passphrase,
        "X-SCX-SIGNED": b64encode(digest).decode(),
        "X-SCX-TIMESTAMP": timestamp,
    }
    return render_request("POST", port, PREFIX + route, body, headers)


def mint_request(port: int, account: Account) -> bytes:
    """A signed request for one client token."""
    body = {"participant_code": account.participant_code, "permissions": ["crypto-buy"]}
    return sign_request(port, account, MINT_ROUTE, msgspec.json.encode(body))


def mint_tokens(port: int, account: Account, count: int) -> list[str]:
    """That many tokens, each minted by its own call."""
    bodies: list[bytes] = []
    shot = Shot(mint_request(port, account), 201, keep=bodies.append)
    drive(port, shot, seconds=BATCH_TIMEOUT_S, count=count)
    if len(bodies) < count:
        raise SubjectError(f"{len(bodies)} of {count} tokens in {BATCH_TIMEOUT_S:.0f} s")
    decoder = msgspec.json.Decoder(_MintAnswer)
    return [decoder.decode(body).message.token for body in bodies]


def _key_bits(token: str) -> int:
    """The size of the RSA key that signed this token, from the length of its signature."""
    signature = token.rpartition(".")[2]
    return 8 * len(urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))


def aim_mint(port: int, bits: int) -> Shot:
    """Mint with a key of that size; minted once before, to see that the size holds."""
    apply_key_size(port, bits)
    account = read_account(port)
    found = _key_bits(mint_tokens(port, account, 1)[0])
    if found != bits:
        raise SubjectError(f"asked for an RSA key of {bits} bits, the token has {found}")
    return Shot(mint_request(port, account), 201)


def aim_revoke(port: int, count: int) -> Shot:
    """Revoke tokens, each of them live: a second revocation would change nothing and cost less."""
    apply_key_size(port, 2048)
    account = read_account(port)
    requests = [
        sign_request(port, account, REVOKE_ROUTE, msgspec.json.encode({"token": token}))
        for token in mint_tokens(port, account, count)
    ]
    return Shot(requests.__getitem__, 204, count=count)


def aim_introspect(port: int) -> Shot:
    """Introspect one live RSA-2048 token; asked once before, to see that it is live."""
    apply_key_size(port, 2048)
    token = mint_tokens(port, read_account(port), 1)[0]
    body = msgspec.json.encode({"token": token})
    request = render_request("POST", port, f"{SANDBOX}/introspect", body)
    if not msgspec.json.decode(fetch(port, request, 200), type=_Introspection).active:
        raise SubjectError("introspection calls a token inactive that was minted just now")
    return Shot(request, 200)


def aim_sandbox(port: int) -> Shot:
    """Create a sandbox that stays."""
    request = render_request("POST", port, "/_emulator/sandboxes", b'{"ttl":null}')
    return Shot(request, 201)


THOUSAND = 1_000


class Grant(msgspec.Struct, frozen=True):
    """A useGrant API key, and a provider with a client."""

    api_key: str
    provider_id: str
    client_id: str


class _GrantCredentials(msgspec.Struct, frozen=True):
    usegrant: Grant


class _Made(msgspec.Struct, frozen=True):
    id: str


class _Granted(msgspec.Struct, frozen=True):
    accessToken: str  # noqa: N815 - the wire's name


def read_grant(port: int) -> Grant:
    """The default sandbox's useGrant credentials."""
    request = render_request("GET", port, f"{SANDBOX}/credentials", b"")
    return msgspec.json.decode(fetch(port, request, 200), type=_GrantCredentials).usegrant


def grant_request(port: int, grant: Grant, method: str, path: str, body: object = None) -> bytes:
    """A request with the API key."""
    raw = b"" if body is None else msgspec.json.encode(body)
    headers = {"Authorization": f"Bearer {grant.api_key}"}
    return render_request(method, port, f"/usegrant/v1/{path}", raw, headers)


def _make(port: int, grant: Grant, path: str, body: object) -> str:
    """The id of a new thing."""
    made = fetch(port, grant_request(port, grant, "POST", path, body), 201)
    return msgspec.json.decode(made, type=_Made).id


def aim_get(port: int) -> Shot:
    """Get one provider."""
    grant = read_grant(port)
    return Shot(grant_request(port, grant, "GET", f"providers/{grant.provider_id}"), 200)


def aim_create_token(port: int) -> Shot:
    """Issue a token to a client."""
    grant = read_grant(port)
    path = f"providers/{grant.provider_id}/clients/{grant.client_id}/tokens"
    return Shot(grant_request(port, grant, "POST", path, {"expiresIn": 600}), 200)


def aim_validate(port: int) -> Shot:
    """Validate a live token of an own issuer against a policy with one condition."""
    grant = read_grant(port)
    request = aim_create_token(port).request
    if callable(request):
        raise SubjectError("a token request can be repeated")
    token = msgspec.json.decode(fetch(port, request, 200), type=_Granted).accessToken
    claims = token.split(".")[1]
    said = msgspec.json.decode(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    tenant = _make(port, grant, "tenants", {"name": "bench", "description": "bench"})
    trusted = {
        "url": said["iss"],
        "audience": said["aud"],
        "fingerprints": ["ab" * 20],
        "earliestIssuanceTimeAllowed": 1,
    }
    provider = _make(port, grant, f"tenants/{tenant}/providers", trusted)
    policy = {
        "name": "bench",
        "description": "one condition",
        "audience": said["aud"],
        "conditions": [{"key": "sub", "operator": "stringLike", "value": f"{said['sub'][:4]}*"}],
    }
    path = f"tenants/{tenant}/providers/{provider}/policies"
    body = {"tenantProviderPolicyId": _make(port, grant, path, policy), "token": token}
    return Shot(grant_request(port, grant, "POST", f"tenants/{tenant}/validate", body), 200)


def aim_among_thousand(aim: Callable[[int], Shot]) -> Callable[[int], Shot]:
    """The same shot in a sandbox with a thousand more providers."""

    def aim_crowded(port: int) -> Shot:
        grant = read_grant(port)
        listed = fetch(port, grant_request(port, grant, "GET", "providers"), 200)
        if len(msgspec.json.decode(listed, type=list[_Made])) < THOUSAND:
            body = {"name": "one of many", "description": "bench"}
            request = grant_request(port, grant, "POST", "providers", body)
            drive(port, Shot(request, 201), seconds=BATCH_TIMEOUT_S, count=THOUSAND)
        return aim(port)

    return aim_crowded
