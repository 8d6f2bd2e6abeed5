"""One of several processes that serve a ledger: `python -m emulator.worker`, started by the first.

It reads its orders from standard input, tells once on standard output that it is ready, and stops
when it is told to, or when standard input ends: then the process that started it is gone.
"""

import asyncio
import gc
import socket
import sys

import msgspec
from uvicorn import Server

from emulator.app import Emulator
from emulator.logs import configure_logs
from emulator.server import Shared, obey_signals, run, settle, stop
from emulator.settings import skip_plugins
from emulator.sockets import StartError
from emulator.workers import Report, decode_orders


def main() -> int:
    """Serve; the exit code."""
    gc.disable()
    skip_plugins()
    orders = decode_orders(sys.stdin.buffer.readline())
    settings = orders.settings
    configure_logs(settings.log_format, settings.log_level)
    listeners = [socket.socket(fileno=number) for number in orders.listeners]
    secure = [socket.socket(fileno=number) for number in orders.secure]
    try:
        run(
            settings,
            _begin,
            lambda emulator: settle(emulator, _tell),
            Shared(listeners, secure, orders.rpc),
        )
    except StartError as error:
        _report(Report(error=str(error)))
        return 2
    return 0


def _begin(server: Server) -> None:
    obey_signals(server)
    asyncio.get_running_loop().add_reader(sys.stdin, stop, server)


def _tell(emulator: Emulator) -> None:
    _report(Report(emulator.started))


def _report(report: Report) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
