"""How the providers' clients sign what they send.

The standard library alone: a test that signs its requests loads nothing of the server.
"""

import base64
import binascii
import hmac
from functools import lru_cache

Headers = tuple[tuple[str, str], ...]

EMPTY_BODY = b"{}"  # what zerohash's clients sign for a GET, and where nothing is sent


def sign_zerohash(
    key: tuple[str, str, str], method: str, route: str, body: bytes, at: float
) -> Headers:
    """The four headers with which a client of zerohash signs a request [doc][sdk] H.

    `key`: API key, secret, passphrase; `route`: path and query as they are sent; `at`: Unix
    seconds.
    """
    api_key, secret, passphrase = key
    timestamp = str(int(at))
    signed = EMPTY_BODY if method == "GET" or not body else body
    message = f"{timestamp}{method}{route}".encode("latin-1") + signed
    return (
        ("X-SCX-API-KEY", api_key),
        ("X-SCX-PASSPHRASE", passphrase),
        ("X-SCX-SIGNED", sign_message(message, secret)),
        ("X-SCX-TIMESTAMP", timestamp),
    )


def sign_message(message: bytes, secret: str) -> str:
    """HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.digest(decode_secret(secret), message, "sha256")).decode()


@lru_cache(maxsize=1024)
def decode_secret(secret: str) -> bytes:
    """The HMAC key of a private key: base64-decoded [sdk] H."""
    try:
        return base64.b64decode(secret, validate=True)
    except binascii.Error:
        return secret.encode()
