"""What strawberry does anew for every field of every call, done once for the built schema.

Its resolvers look up annotations, wrap `info` and convert arguments each time: 100 us a mutation.
The types stay strawberry's; how graphql-core reaches them is set here, by its own hooks: input
types yield their class (`out_type`), members of unions are told by class, resolvers get
graphql-core's `info`, which has what ours read of it (`context`, `path`, `field_name`).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

_DEFINITION = "strawberry-definition"  # where strawberry notes what a part was made of

Resolve = Callable[..., Any]


def hasten(schema: GraphQLSchema) -> None:
    """Make a built schema fast, in place."""
    names = _names_by_class(schema)
    for made in schema.type_map.values():
        if made.name.startswith("__"):
            continue
        if isinstance(made, GraphQLInputObjectType):
            _hasten_input(made)
        elif isinstance(made, GraphQLObjectType):
            made.is_type_of = None
            for field in made.fields.values():
                field.resolve = _find_resolver(field)
        elif isinstance(made, GraphQLUnionType | GraphQLInterfaceType):
            made.resolve_type = partial(_name_type, names)


def _names_by_class(schema: GraphQLSchema) -> Mapping[type, str]:
    return {
        made.extensions[_DEFINITION].origin: made.name
        for made in schema.type_map.values()
        if isinstance(made, GraphQLObjectType) and _DEFINITION in made.extensions
    }


def _name_type(names: Mapping[type, str], value: object, *_: object) -> str | None:
    return names.get(type(value))


def _hasten_input(made: GraphQLInputObjectType) -> None:
    definition = made.extensions[_DEFINITION]
    assert isinstance(definition, StrawberryObjectDefinition)  # noqa: S101 - as strawberry makes it
    for field in made.fields.values():
        field.out_name = field.extensions[_DEFINITION].python_name
    # graphql-core's own hook: an attribute to be replaced (its constructor sets it likewise).
    setattr(made, "out_type", partial(_construct, definition.origin))  # noqa: B010


def _construct(origin: type, values: Mapping[str, object]) -> object:
    return origin(**values)


def _find_resolver(field: GraphQLField) -> Resolve:
    ours = field.extensions[_DEFINITION]
    assert isinstance(ours, StrawberryField)  # noqa: S101 - as strawberry makes it
    if ours.base_resolver is None:
        return partial(_read_attribute, ours.python_name)
    function = ours.base_resolver.wrapped_func
    assert callable(function)  # noqa: S101 - a plain function, as ours are
    if ours.base_resolver.info_parameter is None:
        return partial(_call_without_info, function)
    return function


def _read_attribute(name: str, source: object, _: object) -> object:
    return getattr(source, name)


def _call_without_info(function: Resolve, source: object, _: object, **arguments: object) -> object:
    return function(source, **arguments)
