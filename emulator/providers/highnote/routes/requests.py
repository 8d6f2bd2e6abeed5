"""GraphQL over HTTP: what a POST has to hold, and what of it is wrong once it is carried out."""

from collections.abc import Mapping

import msgspec
import orjson
from graphql import ExecutionResult, GraphQLError

from emulator.core.decisions import Json, Refusal
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.edge.call import Call
from emulator.providers.highnote.errors import CATALOGUE
from emulator.providers.highnote.routes.documents import Invalid, invalid, render_error
from emulator.providers.highnote.routes.negotiation import is_json

KEYS = frozenset({"query", "variables", "operationName"})


class Body(msgspec.Struct, frozen=True):
    """The parts of a request. `has_more`: there were others, which nobody reads."""

    query: str
    variables: dict[str, Json]
    operation_name: str | None
    has_more: bool


def read_body(call: Call) -> Body:
    """The parts of a request.

    Raises:
        Refusal: it is none.
    """
    if not is_json(call.headers.get("content-type")):
        raise Refusal(CATALOGUE["unsupported_media_type"])
    try:
        body = parse_json(call.body)
    except UnreadableJsonError as error:
        raise refuse(invalid(f"The request {error}.")) from None
    query = body.get("query") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(query, str):
        raise refuse(invalid("The request must be a JSON object with a query."))
    name = body.get("operationName")
    if not isinstance(name, str | None):
        raise refuse(invalid("The operationName must be a string."))
    variables = _read_variables(body.get("variables"))
    return Body(query, variables, name or None, has_more=not KEYS.issuperset(body))


def _read_variables(variables: Json) -> dict[str, Json]:
    if isinstance(variables, dict):
        return variables
    if variables is None:
        return {}
    hint = ""
    if isinstance(variables, str):
        hint = "variables is a JSON string: send the object itself, not its text."
    raise refuse(invalid("The variables must be an object."), hint)


def refuse(told: Invalid, hint: str = "") -> Refusal:
    """400 with these errors [doc] H."""
    values: Mapping[str, Json] = {"errors": told.errors}
    return Refusal(CATALOGUE["invalid_document"], values, hint=hint)


def keep_for_journal(
    call: Call, query: str, variables: Json, operation_name: str | None = None
) -> None:
    """What the journal has in the body's place."""
    kept: dict[str, Json] = {"query": query, "variables": variables}
    if operation_name is not None:
        kept["operationName"] = operation_name
    call.kept = orjson.dumps(kept)


def judge(result: ExecutionResult, body: Body) -> Refusal | None:
    """What errors mean: a request that was not begun, or a defect of ours; else None.

    Raises:
        Exception: the defect.
    """
    errors = result.errors or []
    for error in errors:
        defect = error.original_error
        if defect is not None and not isinstance(defect, GraphQLError):
            raise defect
    if result.data is None and all(error.path is None for error in errors):
        told = Invalid([render_error(error) for error in errors[:10]])
        return refuse(told, _explain(body))
    return None


def _explain(body: Body) -> str:
    """The mistake that the published sample makes."""
    for name, value in body.variables.items():
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            what = "variables.input" if name == "input" else "A variable"
            return f"{what} is a JSON string: send the object itself, not its text."
    return ""
