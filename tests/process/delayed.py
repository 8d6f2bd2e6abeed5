"""An emulator as `serve` runs it, with a fault armed: `GET /time` waits an hour."""

import asyncio

from emulator.app import Emulator
from emulator.cli.banner import announce
from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed
from emulator.core.faults import Delay, Rule, Then, When
from emulator.core.state import DEFAULT
from emulator.core.view import View
from emulator.logs import configure_logs
from emulator.server import serve
from emulator.settings import Settings

SETTINGS = Settings(port=0)


def arm(view: View) -> Decision[None]:
    """The hour's delay."""
    rule = Rule("f1", "zerohash.time", view.now, When(), Then(delay=Delay(3600.0, 3600.0)))
    return Decision(None, (FaultArmed(view.now, rule),))


async def prepare(emulator: Emulator) -> None:
    """Arm, then print the address."""
    sandbox = await emulator.directory.open(DEFAULT)
    await sandbox.transact(arm)
    announce(emulator.started, SETTINGS)


def main() -> None:
    """Serve until told to stop."""
    tasks: list[asyncio.Task[None]] = []
    configure_logs("text", "info")
    serve(SETTINGS, lambda emulator: tasks.append(asyncio.create_task(prepare(emulator))))


if __name__ == "__main__":
    main()
