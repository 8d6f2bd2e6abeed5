"""What a call that the journal has kept asks of each operation that it carries.

As for a fault's `match`: the arguments of the root field, beside the call's variables. What the
journal has masked stays a mask.
"""

from collections.abc import Mapping
from functools import lru_cache

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    Undefined,
    parse,
    value_from_ast_untyped,
)

from emulator.core.decisions import Json
from emulator.core.journal import MASK
from emulator.providers.highnote.routes.documents import MAX_TOKENS, RootField, find_roots


def read_kept(body: Json) -> Mapping[str, Json]:
    """By root field; of none when the body is no GraphQL request that can be read."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return {}
    operation = _find_operation(str(body["query"]), body.get("operationName"))
    if operation is None:
        return {}
    node, roots = operation
    given = body.get("variables")
    if given == MASK:
        given = {one.variable.name.value: MASK for one in node.variable_definitions or ()}
    variables: dict[str, Json] = given if isinstance(given, dict) else {}
    asked: dict[str, Json] = {}
    for root in roots:
        asked.setdefault(root.name, {**variables, **_read_arguments(root, variables)})
    return asked


def _read_arguments(root: RootField, variables: dict[str, Json]) -> dict[str, Json]:
    values = {
        argument.name.value: value_from_ast_untyped(argument.value, variables)
        for argument in root.arguments
    }
    return {name: value for name, value in values.items() if value is not Undefined}


def _find_operation(
    query: str, name: Json
) -> tuple[OperationDefinitionNode, tuple[RootField, ...]] | None:
    ast = _parse(query)
    operations = [
        node
        for node in (ast.definitions if ast else ())
        if isinstance(node, OperationDefinitionNode)
        and (name is None or (node.name is not None and node.name.value == name))
    ]
    if ast is None or len(operations) != 1:
        return None
    try:
        return operations[0], find_roots(ast, operations[0])
    except (KeyError, RecursionError):  # of a document that was refused
        return None


@lru_cache(maxsize=64)
def _parse(query: str) -> DocumentNode | None:
    """A journal has many calls of few documents."""
    try:
        return parse(query, max_tokens=MAX_TOKENS)
    except (GraphQLError, RecursionError):
        return None
