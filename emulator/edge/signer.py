"""Tokens' texts: signed after the decision, outside the transaction."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256

from emulator.core.defects.texts import write_defective, write_opaque
from emulator.core.jwt import sign_token
from emulator.core.keys import KeyPool
from emulator.core.tokens import Token

# A thread hop costs 0.1 ms: it pays for RSA-4096 (1.5 ms without the GIL), not for RSA-2048 (0.26).
THREAD_FROM_BITS = 3072

_SHA256 = SHA256()
_PSS = PSS(MGF1(_SHA256), PSS.DIGEST_LENGTH)


class Signer:
    """Signs tokens with the pool's keys. The threads start with the first big signature."""

    def __init__(self, keys: KeyPool) -> None:
        self._keys = keys
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="signer")

    async def sign(self, token: Token) -> str:
        """The token's text: the same for the same record, for RS256 is deterministic."""
        if token.grant.opaque:
            return write_opaque(token) if token.grant.defect else token.opaque_text()
        write = write_defective if token.grant.defect else sign_token
        key = self._keys.private(token.grant.key)
        if key.key_size < THREAD_FROM_BITS:
            return write(token, key)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, write, token, key)

    async def seal(self, name: str, message: bytes) -> bytes:
        """A message's RSASSA-PSS signature with SHA-256 and a salt as long as the hash.

        The salt is OpenSSL's own: nothing that is kept or answered is made of it.
        """
        key, loop = self._keys.private(name), asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, key.sign, message, _PSS, _SHA256)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)
