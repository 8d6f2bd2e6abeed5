"""For tests: a client of the control API, a server in a thread, a pytest plugin.

Nothing of the server is loaded by importing this, and httpx with the first request.
"""

from typing import TypeAlias

from emulator.testing.control import Emulator as _Emulator
from emulator.testing.control import connect, connect_async
from emulator.testing.errors import ControlError, Failure
from emulator.testing.sandbox import Sandbox as _Sandbox
from emulator.testing.senders import Awaiting, Blocking
from emulator.testing.thread import run_in_thread

Emulator: TypeAlias = _Emulator[Blocking]
AsyncEmulator: TypeAlias = _Emulator[Awaiting]
Sandbox: TypeAlias = _Sandbox[Blocking]
AsyncSandbox: TypeAlias = _Sandbox[Awaiting]

__all__ = [
    "AsyncEmulator",
    "AsyncSandbox",
    "ControlError",
    "Emulator",
    "Failure",
    "Sandbox",
    "connect",
    "connect_async",
    "run_in_thread",
]
