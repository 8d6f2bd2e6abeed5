"""GraphQL documents: parsed, bounded and validated once, and kept for the next call.

A document is text of the caller's: what the journal keeps of it has no literals, and knows which
aliases and variables stand for private fields.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

import msgspec
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    print_ast,
    validate,
    visit,
)

from emulator.core.decisions import Json
from emulator.core.journal import MASK
from emulator.providers.highnote.routes.literals import PrivateNames
from emulator.providers.highnote.routes.plans import Plan, make_plan

# Limits that answer instead of hanging. None is documented [guess]; the longest published
# document, the introspection query, has 110 fields, 13 levels and 500 tokens.
MAX_TEXT = 64 * 1024  # characters
MAX_TOKENS = 4000
MAX_FIELDS = 1000  # fragments spread out
MAX_ALIASES = 100
MAX_DEPTH = 20
MAX_ERRORS = 10

CACHE_ENTRIES = 256
CACHE_CHARACTERS = 128 * 1024

MUTATION_COST = 10  # [doc] H


class RootField(msgspec.Struct, frozen=True):
    """A field of the operation itself. `key`: its name in the answer."""

    key: str
    name: str
    arguments: tuple[ArgumentNode, ...] = ()


class Operation(msgspec.Struct, frozen=True):
    """One operation of a document. `cost`: points of complexity; `plan`: if it has one."""

    is_mutation: bool
    roots: tuple[RootField, ...]
    cost: int
    variables: frozenset[str]
    plan: Plan | None


class Document(msgspec.Struct, frozen=True):
    """A valid document. `kept`: what a journal may have instead; `private`: names that it masks."""

    ast: DocumentNode
    operations: Mapping[str, Operation]
    kept: str | None
    private: frozenset[str]

    def operation(self, name: str | None) -> Operation | None:
        """The operation of that name; without a name the only one there is."""
        if name is not None:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


class Invalid(msgspec.Struct, frozen=True):
    """A document that can't be carried out: its errors as told, and what a journal may have."""

    errors: list[Json]
    kept: str = MASK


class Documents:
    """The documents seen last, by text: bounded in number and in characters."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: OrderedDict[str, Document | Invalid] = OrderedDict()
        self._characters = 0

    def get(self, text: str) -> Document | Invalid:
        """The document of a text."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        made = read_document(self._schema, text)
        if len(text) <= CACHE_CHARACTERS // 8:
            self._keep(text, made)
        return made

    def _keep(self, text: str, document: Document | Invalid) -> None:
        self._known[text] = document
        self._characters += len(text)
        while len(self._known) > CACHE_ENTRIES or self._characters > CACHE_CHARACTERS:
            oldest, _ = self._known.popitem(last=False)
            self._characters -= len(oldest)


def read_document(schema: GraphQLSchema, text: str) -> Document | Invalid:
    """Parse, bound and validate a text."""
    if len(text) > MAX_TEXT:
        return invalid(f"The document is longer than {MAX_TEXT} characters.")
    try:
        ast = parse(text, max_tokens=MAX_TOKENS)
        census = _Census(ast)
        too_much = census.find_excess()
        if too_much:
            return invalid(too_much)
        errors = validate(schema, ast, max_errors=MAX_ERRORS)
    except GraphQLError as error:
        return Invalid([render_error(error)])
    except RecursionError:
        return invalid(f"The document is deeper than {MAX_DEPTH} levels.")
    if errors:
        kept = print_ast(visit(ast, PrivateNames()))
        return Invalid([render_error(error) for error in errors], kept)
    return _describe(schema, ast, text, census)


def invalid(message: str) -> Invalid:
    """A document or request with one error that is nowhere in particular."""
    return Invalid([{"message": message, "locations": [], "path": [], "errorPath": []}])


def render_error(error: GraphQLError) -> Json:
    """An error with the extra `errorPath` [doc] H."""
    locations: list[Json] = [
        {"line": place.line, "column": place.column} for place in error.locations or ()
    ]
    path: list[Json] = list(error.path or ())
    return {"message": error.message, "locations": locations, "path": path, "errorPath": path}


class _Census:
    """How much a document asks for, its fragments spread out."""

    def __init__(self, ast: DocumentNode) -> None:
        self.aliases = 0
        self._fragments = {
            node.name.value: node
            for node in ast.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[int, int]] = {}
        self.sizes = {
            id(node): self._measure(node.selection_set)
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
        }

    def find_excess(self) -> str | None:
        """What is too much, if anything is."""
        fields = max((fields for fields, _ in self.sizes.values()), default=0)
        depth = max((depth for _, depth in self.sizes.values()), default=0)
        if fields > MAX_FIELDS:
            return f"The document asks for more than {MAX_FIELDS} fields."
        if depth > MAX_DEPTH:
            return f"The document is deeper than {MAX_DEPTH} levels."
        if self.aliases > MAX_ALIASES:
            return f"The document has more than {MAX_ALIASES} aliases."
        return None

    def _measure(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        """Fields and levels."""
        fields = depth = 0
        for node in selections.selections if selections else ():
            more, deeper = self._measure_one(node)
            fields, depth = fields + more, max(depth, deeper)
        return fields, depth

    def _measure_one(self, node: Node) -> tuple[int, int]:
        if isinstance(node, FieldNode):
            self.aliases += node.alias is not None
            fields, depth = self._measure(node.selection_set)
            return fields + 1, depth + 1
        if isinstance(node, InlineFragmentNode):
            return self._measure(node.selection_set)
        return self._measure_fragment(
            node.name.value if isinstance(node, FragmentSpreadNode) else ""
        )

    def _measure_fragment(self, name: str) -> tuple[int, int]:
        if name not in self._known:
            self._known[name] = (0, 0)  # a circle, which validation refuses
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self._measure(fragment.selection_set)
        return self._known[name]


def _describe(schema: GraphQLSchema, ast: DocumentNode, text: str, census: _Census) -> Document:
    names = PrivateNames()
    masked = visit(ast, names)
    fragments = {
        node.name.value: node
        for node in ast.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    operations = {
        node.name.value if node.name else "": _describe_operation(
            node, fragments, census, make_plan(schema, ast, node)
        )
        for node in ast.definitions
        if isinstance(node, OperationDefinitionNode)
    }
    kept = print_ast(masked) if names.has_literals or "#" in text else None
    return Document(ast, operations, kept, frozenset(names.found))


def _describe_operation(
    node: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    census: _Census,
    plan: Plan | None,
) -> Operation:
    is_mutation = node.operation is OperationType.MUTATION
    fields, _ = census.sizes[id(node)]
    roots = _by_key(node.selection_set, fragments)
    return Operation(
        is_mutation,
        tuple(roots.values()),
        fields + MUTATION_COST * is_mutation * len(roots),
        frozenset(variable.variable.name.value for variable in node.variable_definitions or ()),
        plan,
    )


def find_roots(ast: DocumentNode, node: OperationDefinitionNode) -> tuple[RootField, ...]:
    """The root fields of an operation, by whatever fragments they come in."""
    fragments = {
        node.name.value: node
        for node in ast.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    return tuple(_by_key(node.selection_set, fragments).values())


def _by_key(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> dict[str, RootField]:
    return {field.key: field for field in _root_fields(selections, fragments)}


def _root_fields(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterable[RootField]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            key = node.alias.value if node.alias else node.name.value
            yield RootField(key, node.name.value, tuple(node.arguments or ()))
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            yield from _root_fields(fragments[node.name.value].selection_set, fragments)
