"""The reference servers: the least that any server of this kind must do.

BASE is one bare Starlette route that reads a small JSON body and answers one. SIGN adds one RS256
signature (key object held, header encoded once), VERIFY one RS256 verification. They know nothing
of the emulator: its rows are read as a ratio to these, because only ratios carry over to another
machine.
"""

import argparse
import itertools
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]

MODES = ("base", "sign", "verify")
PATH = "/call"
READY_PATH = "/ready"
PERMISSIONS = ["crypto-buy"]

_PADDING = PKCS1v15()
_HASH = SHA256()


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


_HEADER = _encode(b'{"alg":"RS256","typ":"JWT"}')


def load_key(folder: Path, bits: int) -> RSAPrivateKey:
    """The folder's RSA key of that size, generated on first use: that takes too long to repeat."""
    path = folder / f"rsa{bits}.pem"
    if not path.exists():
        key = generate_private_key(public_exponent=65537, key_size=bits)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(pem)
        return key
    loaded = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(loaded, RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key: delete it")
    return loaded


def sign_token(key: RSAPrivateKey, claims: dict[str, object]) -> str:
    """An RS256 JWT with these claims, by the shortest way there is."""
    signed = _HEADER + b"." + _encode(orjson.dumps(claims))
    return (signed + b"." + _encode(key.sign(signed, _PADDING, _HASH))).decode()


def base_handler() -> Handler:
    """Reads a small JSON body, answers a small JSON body."""

    async def handle(request: Request) -> Response:
        body = orjson.loads(await request.body())
        answer = {"message": {"permissions": body["permissions"]}}
        return Response(orjson.dumps(answer), media_type="application/json")

    return handle


def sign_handler(key: RSAPrivateKey) -> Handler:
    """BASE, and one signature over claims that differ from call to call."""
    serials = itertools.count()

    async def handle(request: Request) -> Response:
        body = orjson.loads(await request.body())
        now = int(time.time())
        claims = {
            "jti": f"{next(serials):032x}",
            "iat": now,
            "exp": now + 3600,
            "payload": {"permissions": body["permissions"]},
        }
        answer = {"message": {"token": sign_token(key, claims)}}
        return Response(orjson.dumps(answer), media_type="application/json")

    return handle


def verify_handler(key: RSAPrivateKey) -> Handler:
    """BASE, and one verification of the token in the body."""
    public = key.public_key()

    async def handle(request: Request) -> Response:
        body = orjson.loads(await request.body())
        signed, _, signature = body["token"].encode().rpartition(b".")
        try:
            public.verify(_decode(signature), signed, _PADDING, _HASH)
        except InvalidSignature:
            return Response(b'{"active":false}', status_code=400, media_type="application/json")
        claims = orjson.loads(_decode(signed.partition(b".")[2]))
        return Response(
            orjson.dumps({"active": True, "exp": claims["exp"]}), media_type="application/json"
        )

    return handle


async def ready(_: Request) -> Response:
    """Answers as soon as the server listens."""
    return Response(b"{}", media_type="application/json")


def create_app(mode: str, folder: Path, bits: int) -> Starlette:
    """The app of one mode; the measured route stands first."""
    if mode == "base":
        handler = base_handler()
    elif mode == "sign":
        handler = sign_handler(load_key(folder, bits))
    else:
        handler = verify_handler(load_key(folder, bits))
    routes = [Route(PATH, handler, methods=["POST"]), Route(READY_PATH, ready)]
    return Starlette(routes=routes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=MODES, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bits", type=int, default=2048)
    parser.add_argument("--folder", type=Path, required=True, help="where the keys are kept")
    given = parser.parse_args()
    uvicorn.run(
        create_app(given.mode, given.folder, given.bits),
        host="127.0.0.1",
        port=given.port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
