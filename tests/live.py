"""An emulator at a real port, for clients that know nothing of it but its address."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import uvicorn

from emulator.app import Emulator, create_emulator
from emulator.connections import HttpConnection
from emulator.settings import Settings


class Live(NamedTuple):
    """A running server: its origin, and the emulator behind it."""

    origin: str
    emulator: Emulator


@contextmanager
def serve() -> Iterator[Live]:
    """Serve an emulator in a thread for as long as it is wanted."""
    emulator = create_emulator(Settings())
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(emulator.edge, http=HttpConnection, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    # Nobody has to wait: what connects before the server runs is queued at the socket.
    yield Live(f"http://127.0.0.1:{listening.getsockname()[1]}", emulator)
    server.should_exit = True
    thread.join(timeout=10)
    emulator.services.signer.close()
    listening.close()
