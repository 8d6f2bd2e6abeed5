"""What an answer lets a client conclude: whether to send the call again is then no riddle."""

from http import HTTPStatus
from typing import Literal

from emulator.control.audit.scene import Scene
from emulator.core.journal import CallRecord

# done; never (again, unchanged); later (again, when it is time); open: nobody knows if it was done.
Outcome = Literal["done", "never", "later", "open"]

_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
# Transport faults after which a client has not got an answer that it can read.
_LOST = frozenset(
    {"reset", "close_before_headers", "close_mid_body", "truncate", "garble", "empty", "deadline"}
)
# gRPC's status codes by number, as its own guide of status codes sorts them.
_RPC: dict[int, Outcome] = {
    0: "done",
    3: "never",  # INVALID_ARGUMENT
    5: "never",  # NOT_FOUND
    6: "never",  # ALREADY_EXISTS
    7: "never",  # PERMISSION_DENIED
    8: "later",  # RESOURCE_EXHAUSTED
    9: "never",  # FAILED_PRECONDITION
    11: "never",  # OUT_OF_RANGE
    12: "never",  # UNIMPLEMENTED
    16: "never",  # UNAUTHENTICATED
}


def conclude(scene: Scene, call: CallRecord) -> Outcome:
    """What the caller could conclude from the answer."""
    if call.transport in _LOST:
        return "open"
    if call.refusal is not None and is_told_as_data(call):
        return "never" if scene.is_mint(call) else "done"
    return _RPC.get(call.status, "open") if is_rpc(call) else _conclude_http(scene, call)


def _conclude_http(scene: Scene, call: CallRecord) -> Outcome:
    retries = scene.retries(call)
    if call.status < HTTPStatus.BAD_REQUEST:
        return "done"
    if call.status in _LATER or call.status in retries.safe:
        return "later"
    if call.status < HTTPStatus.INTERNAL_SERVER_ERROR or call.status in retries.final:
        return "never"
    return "open"


def is_rpc(call: CallRecord) -> bool:
    """Whether it came over gRPC: then its status is a code's number."""
    return "grpc-status" in call.response.headers


def is_told_as_data(call: CallRecord) -> bool:
    """Whether the refusal stands in an answer that is a success by its status."""
    return call.status == (0 if is_rpc(call) else HTTPStatus.OK)
