"""Who made a call and what it asks, for the journal: digests that nothing can be read back from.

They are keyed by the sandbox's seed, so that they tell nothing of another sandbox's.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

from emulator.core.journal import Client
from emulator.edge.call import Call
from emulator.edge.provider import Provider

DIGEST_BYTES = 6  # enough to tell the calls of a journal apart
MAX_BODY = 1 << 16  # bytes; of a longer one it is not told what was asked: 1 ms a megabyte


def describe_client(provider: Provider, call: Call, seed: str) -> Client:
    """Who made the call. What is asked leaves out headers: signatures differ each time."""
    headers, body = call.headers, call.body
    presented, credential = provider.present(call) or ("", call.client)
    caller = asked = ""
    if credential:
        digest = _keyed(seed).copy()
        digest.update(credential.encode())
        caller = digest.hexdigest()
        if len(body) <= MAX_BODY:
            digest.update(f"\n{call.method} {call.target}\n".encode() + body)
            asked = digest.hexdigest()
    return Client(caller, asked, presented, call.wall, is_page(headers))


def is_page(headers: Mapping[str, str]) -> bool:
    """Whether these are a page's in a browser. Node's fetch sends Sec-Fetch-Mode, but no -Site."""
    return "origin" in headers or "sec-fetch-site" in headers


@lru_cache(maxsize=4096)
def _keyed(seed: str) -> blake2b:
    key = blake2b(seed.encode(), digest_size=32).digest()
    return blake2b(key=key, digest_size=DIGEST_BYTES)
