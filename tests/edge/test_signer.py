import asyncio
import threading

import pytest

from emulator.core.jwt import sign_token
from emulator.core.tokens import Token
from emulator.edge.signer import Signer
from tests.core.toys import grant
from tests.edge.toys import KEYS

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("bits", [2048, 4096])
async def test_a_token_is_signed_with_its_key(bits: int) -> None:
    """Small and big keys give the text that the record has, whoever signs."""
    token = Token("j", 2_000_000_000, grant(key=KEYS.by_bits[bits][0]))
    signer = Signer(KEYS)
    texts = await asyncio.gather(*(signer.sign(token) for _ in range(4)))
    signer.close()
    assert set(texts) == {sign_token(token, KEYS.private(token.grant.key))}


def signing() -> set[threading.Thread]:
    """The threads of signers that are alive."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("signer")}


async def test_only_big_keys_cost_a_thread() -> None:
    """Threads start with the first big signature, and not before."""
    signer = Signer(KEYS)
    before = signing()
    await signer.sign(Token("j", 1, grant(key=KEYS.by_bits[2048][0])))
    assert signing() <= before
    await signer.sign(Token("j", 1, grant(key=KEYS.by_bits[4096][0])))
    assert signing() - before
    signer.close()


async def test_an_unknown_key_is_told() -> None:
    """A record of a key that the pool does not have can't be signed."""
    with pytest.raises(KeyError):
        await Signer(KEYS).sign(Token("j", 1, grant(key="nobody")))
