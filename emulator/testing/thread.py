"""A server in a thread of this process: the one that `token-emulator serve` runs."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from emulator.testing.control import Emulator, connect
from emulator.testing.senders import Blocking

if TYPE_CHECKING:
    from uvicorn import Server

    from emulator.settings import Settings

STOP_S = 10.0


@contextmanager
def run_in_thread(
    port: int = 0, *, settings: "Settings | None" = None
) -> Iterator[Emulator[Blocking]]:
    """Serve on a port of loopback, HTTP and gRPC, for as long as it is wanted.

    `port` 0: any free one. `settings` None: as the environment says; of either, host and ports are
    replaced.

    Raises:
        StartError: the port can't be had, or a fixture, key or provider can't be used.
    """
    from emulator.settings import read_settings  # noqa: PLC0415 - with this the server is loaded

    given = read_settings() if settings is None else settings
    here = given.on_loopback(port)
    served = _Served(here)
    served.start()
    emulator = connect(here.url(served.port.result()), token=here.control_token)
    try:
        yield emulator
    finally:
        emulator.close()
        served.stop()


class _Served:
    """A server and the thread that it runs in. `port`: known when every surface listens."""

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self._thread = Thread(target=self._run, name="token-emulator", daemon=True)
        self._server: Server | None = None
        self.port: Future[int] = Future()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join(STOP_S)

    def _run(self) -> None:
        from emulator.server import run  # noqa: PLC0415 - half a second that only a server pays

        try:
            run(
                self._settings,
                self._begin,
                lambda emulator: self.port.set_result(emulator.surfaces.ports["http"]),
            )
        except BaseException as error:  # told in the thread that waits
            if self.port.done():
                raise
            self.port.set_exception(error)

    def _begin(self, server: "Server") -> None:
        self._server = server
