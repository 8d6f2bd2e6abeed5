"""The emulator as the benchmark sees it: its command, its control API, its signed requests.

Everything here is the documented interface; nothing is imported from the emulator.
"""

import hashlib
import hmac
import sys
import time
from base64 import b64decode, b64encode, urlsafe_b64decode
from pathlib import Path

import msgspec
from load import Shot, drive, fetch, render_request
from process import Program
from rpc import RpcShot

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


class Credentials(msgspec.Struct, frozen=True):
    """What a sandbox's clients have, as far as a row needs it."""

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


# Any free port: another emulator may have the usual ones.
_RPC = ("--grpc-port", "0", "--grpc-example-port", "off")


def make_program(command: list[str], *options: str) -> Program:
    """The emulator on a given port of loopback."""
    return Program(
        "emulator",
        lambda port: [
            *command,
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            *_RPC,
            *options,
        ],
        "/_emulator/health",
    )


class _Ports(msgspec.Struct, frozen=True):
    grpc: int


class _Health(msgspec.Struct, frozen=True):
    ports: _Ports


def find_rpc(port: int, path: str = "/_emulator/health") -> RpcShot:
    """The gRPC surface of the server whose HTTP is at `port`."""
    health = msgspec.json.decode(
        fetch(port, render_request("GET", port, path, b""), 200), type=_Health
    )
    return RpcShot(health.ports.grpc)


def read_account(port: int) -> Account:
    """The default sandbox's zerohash credentials."""
    request = render_request("GET", port, f"{SANDBOX}/credentials", b"")
    return msgspec.json.decode(fetch(port, request, 200), type=Credentials).zerohash


def apply_key_size(port: int, bits: int, sandbox: str = SANDBOX) -> None:
    """Has zerohash tokens of a sandbox signed with a key of that size from now on."""
    body = msgspec.json.encode({"zerohash": {"rsa_bits": bits}})
    fetch(port, render_request("PUT", port, f"{sandbox}/settings", body), 200)


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
