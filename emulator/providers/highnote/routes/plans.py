"""Valid documents as plans: what graphql-core finds out anew at each execution, found out once.

A plan does what the executor would: the same fields in the same order, arguments and leaves by
graphql-core's own functions. It leaves out what this schema never has: an error of one field
beside the data of others, since refusals are data, and what a resolver raises is a defect that
ends the call. Documents with directives or introspection have no plan and are executed as usual.
Half of a mutation's time was in what is saved here.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
    is_abstract_type,
    is_leaf_type,
    visit,
)
from graphql.execution import get_argument_values
from graphql.language import Visitor

from emulator.providers.highnote.schema.exchange import Exchange

Variables = Any  # graphql-core's coerced variables, which it has no public name for
Complete = Callable[[Any, "Running"], Any]
Fragments = Mapping[str, FragmentDefinitionNode]


class Place(msgspec.Struct, frozen=True):
    """Where a field stands: graphql-core's path, as far as a resolver asks."""

    key: str


class Seen(msgspec.Struct, frozen=True):
    """What a resolver is given: graphql-core's info, as far as ours ask."""

    context: Exchange
    path: Place
    field_name: str


class Running(msgspec.Struct, frozen=True):
    """One execution of a plan."""

    exchange: Exchange
    variables: Variables


class Step(msgspec.Struct, frozen=True):
    """One field of a selection. `node`: for its arguments, where it has any."""

    key: str
    definition: GraphQLField
    node: FieldNode
    complete: Complete
    takes_arguments: bool

    def resolve(self, source: object, running: Running) -> Any:  # noqa: ANN401 - or an awaitable
        """What the field's resolver yields."""
        resolver = self.definition.resolve
        assert resolver is not None  # noqa: S101 - hasten gave every field one
        info: Any = Seen(running.exchange, Place(self.key), self.node.name.value)
        if not self.takes_arguments:
            return resolver(source, info)
        arguments = get_argument_values(self.definition, self.node, running.variables)
        return resolver(source, info, **arguments)


class Plan(msgspec.Struct, frozen=True):
    """An operation to carry out. Its root fields are done one after the other."""

    definitions: Sequence[VariableDefinitionNode]
    steps: tuple[Step, ...]

    async def run(self, exchange: Exchange, variables: Variables) -> dict[str, Any]:
        """The operation's data."""
        running = Running(exchange, variables)
        data = {}
        for step in self.steps:
            value = step.resolve(None, running)
            if inspect.isawaitable(value):
                value = await value
            data[step.key] = step.complete(value, running)
        return data


def make_plan(
    schema: GraphQLSchema, ast: DocumentNode, operation: OperationDefinitionNode
) -> Plan | None:
    """The plan of a valid operation, if it can have one."""
    if not is_plain(ast):
        return None
    fragments = {
        node.name.value: node
        for node in ast.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    kind = schema.query_type
    if operation.operation is OperationType.MUTATION:
        kind = schema.mutation_type
    assert kind is not None  # noqa: S101 - the schema has both
    steps = _Planner(schema, fragments).plan([operation.selection_set], kind)
    return Plan(tuple(operation.variable_definitions or ()), steps)


def is_plain(ast: DocumentNode) -> bool:
    """Whether a document has neither directives nor introspection."""
    search = _Search()
    visit(ast, search)
    return not search.found


class _Search(Visitor):
    """Looks for what has no plan."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_directive(self, *_: object) -> None:
        self.found = True

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.found |= node.name.value in {"__schema", "__type"}


class _Planner:
    """Plans selections of one document, by the concrete type that they meet."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments

    def plan(self, sets: Iterable[SelectionSetNode], kind: GraphQLObjectType) -> tuple[Step, ...]:
        """The steps of a selection on a type: fields of one key are one step."""
        nodes: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(selections, kind, nodes)
        return tuple(self._plan_field(key, same, kind) for key, same in nodes.items())

    def _collect(
        self,
        selections: SelectionSetNode,
        kind: GraphQLObjectType,
        nodes: dict[str, list[FieldNode]],
    ) -> None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                nodes.setdefault(key, []).append(node)
                continue
            found = (
                self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            )
            assert isinstance(found, InlineFragmentNode | FragmentDefinitionNode)  # noqa: S101
            condition = found.type_condition.name.value if found.type_condition else kind.name
            if self._applies(condition, kind):
                self._collect(found.selection_set, kind, nodes)

    def _applies(self, condition: str, kind: GraphQLObjectType) -> bool:
        if condition == kind.name:
            return True
        named = self._schema.get_type(condition)
        return is_abstract_type(named) and self._schema.is_sub_type(named, kind)

    def _plan_field(self, key: str, nodes: list[FieldNode], kind: GraphQLObjectType) -> Step:
        node = nodes[0]
        name = node.name.value
        if name == "__typename":
            return Step(key, _typename(kind.name), node, _as_it_is, takes_arguments=False)
        definition = kind.fields[name]
        sets = [same.selection_set for same in nodes if same.selection_set]
        complete = self._complete(definition.type, sets)
        return Step(key, definition, node, complete, takes_arguments=bool(definition.args))

    def _complete(self, made: GraphQLOutputType, sets: list[SelectionSetNode]) -> Complete:
        """How a value of that type becomes data."""
        if isinstance(made, GraphQLNonNull):
            return partial(_complete_non_null, self._complete(made.of_type, sets))
        if isinstance(made, GraphQLList):
            return partial(_complete_list, self._complete(made.of_type, sets))
        if is_leaf_type(made):
            return partial(_complete_leaf, made)
        if isinstance(made, GraphQLObjectType):
            return partial(_complete_object, self.plan(sets, made))
        assert is_abstract_type(made)  # noqa: S101 - there is nothing else
        name_type = made.resolve_type
        assert name_type is not None  # noqa: S101 - hasten gave every one its own
        plan = lru_cache(maxsize=None)(partial(self._plan_type, sets))  # as types come up
        return partial(_complete_abstract, name_type, plan)

    def _plan_type(self, sets: list[SelectionSetNode], name: str) -> tuple[Step, ...]:
        kind = self._schema.get_type(name)
        assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - a member of its union
        return self.plan(sets, kind)


def _typename(name: str) -> GraphQLField:
    return GraphQLField(GraphQLNonNull(GraphQLString), resolve=lambda _, __: name)


def _as_it_is(value: object, _: Running) -> object:
    return value


def _complete_non_null(complete: Complete, value: object, running: Running) -> object:
    completed = complete(value, running)
    if completed is None:
        raise TypeError("a field that can't be null is")
    return completed


def _complete_list(complete: Complete, value: Any, running: Running) -> object:  # noqa: ANN401
    return None if value is None else [complete(item, running) for item in value]


def _complete_leaf(kind: GraphQLLeafType, value: object, _: Running) -> object:
    return None if value is None else kind.serialize(value)


def _complete_object(steps: tuple[Step, ...], value: object, running: Running) -> object:
    if value is None:
        return None
    return {step.key: step.complete(step.resolve(value, running), running) for step in steps}


def _complete_abstract(
    name_type: Callable[[Any, Any, Any], Any],
    plan: Callable[[str], tuple[Step, ...]],
    value: object,
    running: Running,
) -> object:
    if value is None:
        return None
    return _complete_object(plan(name_type(value, None, None)), value, running)
