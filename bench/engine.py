"""What the fault engine costs a call, in process: from outside it is too little to be seen."""

import timeit

from bounds import BoundResult
from rounds import Plan

from emulator.app import PROVIDERS, create_emulator
from emulator.core.facts import FaultArmed
from emulator.core.faults import Rule, Then, When
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.faults.meeting import meet_faults
from emulator.settings import Settings

ARMED = 100
CALLS = 2_000
ROUNDS = 7
OPERATION = "zerohash.client_auth_token"

_PROVIDER = next(provider for provider in PROVIDERS if provider.name == "zerohash")
_BODY = b'{"participant_code":"CUST99","permissions":["crypto-buy"]}'


def measure_engine(_: Plan) -> list[BoundResult]:
    """Microseconds a call: with nothing armed, and with a hundred rules for other participants."""
    directory = create_emulator(Settings(providers=("zerohash",)), listens=False).directory
    view = directory.imagine("bench", b"{}", b"{}")
    nothing_us = _time_us(view)
    for number in range(ARMED):
        match = {"participant_code": f"CUST{number:03}"}
        rule = Rule(f"fault_{number}", OPERATION, 0.0, When(), Then(error="internal"), dict(match))
        view.state.apply(FaultArmed(0.0, rule))
    return [
        BoundResult("fault engine, none armed", nothing_us, "us", 2, f"best of {ROUNDS}"),
        BoundResult(f"fault engine, {ARMED} armed", _time_us(view), "us", 20, "each its own match"),
    ]


def _time_us(view: View) -> float:
    call = Call(OPERATION, "POST", "/client_auth_token", {}, {}, _BODY, 0.0, "", "")
    meet = timeit.Timer(lambda: meet_faults(_PROVIDER, view, call, (OPERATION,)))
    return min(meet.repeat(ROUNDS, CALLS)) / CALLS * 1e6
