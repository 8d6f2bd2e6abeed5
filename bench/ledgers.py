"""The emulator on a file of SQLite, alone and by workers, and what it is measured against."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import subject
from load import Shot, fetch, render_request
from process import Program
from rounds import Plan

SANDBOXES = 8


@dataclass(frozen=True, slots=True)
class Emulator:
    """The emulator itself in another shape, asked the same. `name`: as the tables call it."""

    name: str
    make: Callable[[Plan], Program]
    aim_at: Callable[[int], Shot]

    def program(self, plan: Plan) -> Program:
        """Another emulator."""
        return self.make(plan)

    def aim(self, port: int, plan: Plan) -> Shot:  # noqa: ARG002 - it needs no folder
        """The same request."""
        return self.aim_at(port)


class _Made(msgspec.Struct, frozen=True):
    id: str
    credentials: subject.Credentials


def on_file(plan: Plan, *options: str) -> Program:
    """The emulator on a file that is new with each start."""

    def command(port: int) -> list[str]:
        path = plan.folder / f"ledger-{port}.db"
        for old in plan.folder.glob(f"{path.name}*"):
            old.unlink()
        return [*plan.emulator.command(port), "--ledger", f"sqlite:{path}", *options]

    return Program(plan.emulator.name, command, plan.emulator.ready_path)


def by_workers(plan: Plan) -> Program:
    """Two processes on such a file."""
    return on_file(plan, "--workers", "2")


def aim_mint_everywhere(port: int) -> Shot:
    """Mint with RSA-2048 in several sandboxes in turn: tests that run at the same time."""
    requests = [_mint_in_new_sandbox(port) for _ in range(SANDBOXES)]
    return Shot(lambda number: requests[number % SANDBOXES], 201)


def _mint_in_new_sandbox(port: int) -> bytes:
    request = render_request("POST", port, "/_emulator/sandboxes", b"{}")
    made = msgspec.json.decode(fetch(port, request, 201), type=_Made)
    subject.apply_key_size(port, 2048, f"/_emulator/sandboxes/{made.id}")
    return subject.mint_request(port, made.credentials.zerohash)
