"""GraphQL faults: what one makes of a good answer, at the root field that it is for.

The answer stays one that GraphQL allows: where a field that can't be null is nulled, its parent is,
and so on upwards, and then an error says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    get_location,
    get_named_type,
    get_operation_ast,
)

from emulator.core.decisions import Json
from emulator.core.faults import GraphqlFault
from emulator.providers.highnote.schema.exchange import Exchange

MESSAGE = "Internal Server Error"  # of an error that does not say its own [guess]
ALL = "*"

Path = tuple[str | int, ...]
Sets = Sequence[tuple[SelectionSetNode, GraphQLNamedType]]


class Injected(msgspec.Struct, frozen=True):
    """What is answered instead. `missed`: nulls that have no place in this answer."""

    data: dict[str, Any] | None
    errors: list[Json]
    missed: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """A call whose answer is changed. `operation_name` None: the only one of the document."""

    schema: GraphQLSchema
    ast: DocumentNode
    operation_name: str | None


def apply_fault(
    asked: Asked, exchange: Exchange, data: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, list[Json]]:
    """Data and errors of an answer as the fault of one of its root fields has them."""
    if exchange.fault is None or data is None:
        return data, []
    key = exchange.fault.key
    shape = Shape(asked, key)
    fault = exchange.tell_fault(is_mutation=shape.is_mutation)
    if fault is None:
        return data, []
    injected = inject_fault(shape, key, data, fault)
    for path in injected.missed:
        exchange.hint(f"The fault's null {path!r} has no place in this answer.")
    return injected.data, injected.errors


def inject_fault(shape: "Shape", key: str, data: dict[str, Any], fault: GraphqlFault) -> Injected:
    """The answer as the fault has it. `key`: the response key of the root field that is hit."""
    told: dict[str, Any] | None = data
    paths: list[Path] = []
    missed: list[str] = []
    bubbled = fault.drops_data
    for text in fault.nulls:
        path = shape.read_path(text)
        place = find_place(told, path)
        if told is None or place is None:
            missed.append(text)
            continue
        paths.append(place)
        told, up = shape.null(told, path)
        bubbled = bubbled or up
    given: Sequence[Mapping[str, Any]] = fault.errors or ({},) * bubbled
    path = paths[0] if len(paths) == 1 else (key,)
    errors = [_complete(error, path, shape.location) for error in given]
    return Injected(None if fault.drops_data else told, errors, tuple(missed))


def _complete(error: Mapping[str, Any], path: Path, location: Json) -> Json:
    """An error with the members that Highnote's have [doc] H, where it does not give its own."""
    place = error.get("path", list(path))
    usual = {"message": MESSAGE, "locations": [location], "path": place, "errorPath": place}
    return {**usual, **error}


class _Up(Enum):
    """In a value's place: it can't be null, so its parent is."""

    UP = auto()


class _Field(msgspec.Struct):
    """A response key: its type, and what is selected below it by the types that it may have."""

    made: GraphQLOutputType
    sets: list[tuple[SelectionSetNode, GraphQLNamedType]]


class Shape:
    """What an operation's answer looks like."""

    def __init__(self, asked: Asked, key: str) -> None:
        operation = get_operation_ast(asked.ast, asked.operation_name)
        assert operation is not None  # noqa: S101 - it was carried out
        root = asked.schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 - so it has one
        self._schema = asked.schema
        self._fragments = {
            node.name.value: node
            for node in asked.ast.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._sets: Sets = [(operation.selection_set, root)]
        self._key = key
        self.is_mutation = operation.operation is OperationType.MUTATION
        node = next(node for node, _ in self._nodes(self._sets) if _key_of(node) == key)
        self._names = {key, node.name.value}
        self.location = _locate(node)

    def read_path(self, text: str) -> Path:
        """A dotted path below the root field, which it may begin with."""
        steps = [int(step) if step.isdecimal() else step for step in text.split(".") if step]
        below = steps[1:] if steps and steps[0] in self._names else steps
        return (self._key, *below)

    def null(self, data: dict[str, Any], path: Path) -> tuple[dict[str, Any] | None, bool]:
        """The data with null at a path that it reaches, and whether the null went upwards."""
        self._went_up = False
        return self._null_member(data, self._sets, path), self._went_up

    def _null(
        self,
        value: Any,  # noqa: ANN401 - JSON
        made: GraphQLOutputType,
        sets: Sets,
        path: Path,
    ) -> Any:  # noqa: ANN401 - JSON, or `_Up`
        if isinstance(made, GraphQLNonNull):
            done = self._null(value, made.of_type, sets, path)
            self._went_up |= done is None
            return _Up.UP if done is None else done
        if not path or value is None:
            return None
        if isinstance(made, GraphQLList):
            return self._null_items(value, made.of_type, sets, path)
        return self._null_member(value, sets, path) if isinstance(value, dict) else value

    def _null_items(
        self, items: list[Any], made: GraphQLOutputType, sets: Sets, path: Path
    ) -> list[Any] | None:
        chosen, below = _choose(items, path)
        done = list(items)
        for number in chosen:
            if find_place(items[number], below) is not None:
                done[number] = self._null(items[number], made, sets, below)
        return None if _Up.UP in done else done

    def _null_member(self, value: dict[str, Any], sets: Sets, path: Path) -> dict[str, Any] | None:
        key = str(path[0])
        field = self._find(sets, key)
        done = self._null(value[key], field.made, field.sets, path[1:])
        return None if done is _Up.UP else {**value, key: done}

    def _find(self, sets: Sets, key: str) -> _Field:
        """What stands under a key. Its nullability is the same whatever the type [GraphQL]."""
        field = _Field(GraphQLString, [])
        for node, parent in self._nodes(sets):
            if _key_of(node) == key:
                field.made = _type_of(parent, node.name.value)
                if node.selection_set is not None:
                    field.sets.append((node.selection_set, get_named_type(field.made)))
        return field

    def _nodes(self, sets: Sets) -> Iterable[tuple[FieldNode, GraphQLNamedType]]:
        for selections, parent in sets:
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    yield node, parent
                    continue
                found = (
                    self._fragments[node.name.value]
                    if isinstance(node, FragmentSpreadNode)
                    else node
                )
                assert isinstance(found, InlineFragmentNode | FragmentDefinitionNode)  # noqa: S101
                yield from self._nodes([(found.selection_set, self._narrow(found, parent))])

    def _narrow(
        self, fragment: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType
    ) -> GraphQLNamedType:
        if fragment.type_condition is None:
            return parent
        return self._schema.get_type(fragment.type_condition.name.value) or parent


def find_place(value: Any, path: Path) -> Path | None:  # noqa: ANN401 - JSON
    """The first place that a path means, with a number for each list; None: there is none."""
    if not path:
        return ()
    if isinstance(value, list):
        items, below = _choose(value, path)
        found = ((number, find_place(value[number], below)) for number in items)
        return next(((number, *rest) for number, rest in found if rest is not None), None)
    if not isinstance(value, dict) or path[0] not in value:
        return None
    rest = find_place(value[path[0]], path[1:])
    return None if rest is None else (path[0], *rest)


def _choose(items: list[Any], path: Path) -> tuple[Sequence[int], Path]:
    """Which items of a list a path means, and the path below: all of them without a number."""
    if isinstance(path[0], int):
        return [path[0]] if path[0] < len(items) else [], path[1:]
    return range(len(items)), path[1:] if path[0] == ALL else path


def _key_of(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _type_of(parent: GraphQLNamedType, name: str) -> GraphQLOutputType:
    fields = getattr(parent, "fields", {})
    if name in fields:
        made: GraphQLOutputType = fields[name].type
        return made
    return GraphQLNonNull(GraphQLString)  # __typename


def _locate(node: FieldNode) -> Json:
    assert node.loc is not None  # noqa: S101 - it was parsed from a text
    place = get_location(node.loc.source, node.loc.start)
    return {"line": place.line, "column": place.column}
