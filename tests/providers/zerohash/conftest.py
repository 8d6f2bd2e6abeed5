"""What the tests of zerohash's rooms share: the sandbox, and a smaller key that signs faster."""

import pytest

from emulator.app import Emulator
from emulator.core.sandbox import Sandbox
from tests.providers.zerohash.arrange import default_sandbox, switch


@pytest.fixture
async def sandbox(emulator: Emulator) -> Sandbox:
    """The sandbox `default`. RSA-2048: what is tested here is not the key."""
    found = default_sandbox(emulator)
    await switch(found)
    return found
