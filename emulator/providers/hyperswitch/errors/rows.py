"""How a row is written once and said three ways: gRPC status, trailer, HTTP mode's JSON."""

from collections.abc import Mapping

from emulator.core.decisions import Json, Row, Rpc
from emulator.core.faults import GrpcFault

# HTTP mode's status for each gRPC code. [repo] H
HTTP_STATUS: Mapping[str, int] = {
    "OK": 200,
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "CANCELLED": 408,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "FAILED_PRECONDITION": 412,
    "OUT_OF_RANGE": 416,
    "RESOURCE_EXHAUSTED": 429,
    "UNKNOWN": 500,
    "INTERNAL": 500,
    "DATA_LOSS": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}

DOC_URL = "https://docs.hyperswitch.io/prism/architecture/concepts/error-codes"


def make_row(
    name: str,
    code: str,
    message: str,
    source: str,
    hint: str = "",
    *,
    details: Json = None,
    defaults: Mapping[str, Json] | None = None,
) -> Row:
    """A row; HTTP mode says `{"error": {"message", "code"}}` with the code's status [repo] H."""
    status = HTTP_STATUS[code]
    return Row(
        name,
        status,
        {"error": {"message": message, "code": str(status)}},
        source,
        hint,
        defaults=defaults or {},
        grpc=Rpc(code, message, details),
    )


def integration_row(
    name: str,
    code: str,
    message: str,
    error_code: str,
    source: str,
    hint: str = "",
    *,
    defaults: Mapping[str, Json] | None = None,
) -> Row:
    """A row whose trailer is an IntegrationError: the request or its metadata was at fault."""
    details: Json = {
        "type": "IntegrationError",
        "error_message": message,
        "error_code": error_code,
        "doc_url": DOC_URL,
    }
    return make_row(name, code, message, source, hint, details=details, defaults=defaults)


CODE_NUMBERS: Mapping[str, int] = {
    "OK": 0,
    "CANCELLED": 1,
    "UNKNOWN": 2,
    "INVALID_ARGUMENT": 3,
    "DEADLINE_EXCEEDED": 4,
    "NOT_FOUND": 5,
    "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "ABORTED": 10,
    "OUT_OF_RANGE": 11,
    "UNIMPLEMENTED": 12,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
    "DATA_LOSS": 15,
    "UNAUTHENTICATED": 16,
}


def make_status_row(fault: GrpcFault) -> Row:
    """An injected status: over gRPC without details, in HTTP mode with the code's own status."""
    return make_row(f"grpc_{fault.code.lower()}", fault.code, fault.message, "[design] faults")


def code_of(row: Row) -> tuple[str, str, Json]:
    """A row's code, message and details over gRPC; one that only HTTP knows by its status."""
    if row.grpc is not None:
        return row.grpc.code, row.grpc.message, row.grpc.details
    code = next((code for code, status in HTTP_STATUS.items() if status == row.status), "UNKNOWN")
    return code, row.name, None
