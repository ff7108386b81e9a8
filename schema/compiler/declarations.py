"""Access to the types and the Strawberry declarations of schema fields."""

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLList,
    GraphQLNonNull,
)
from strawberry.types.field import StrawberryField
from tortoise.models import Model

from schema.base.row import OfRow


def type_of(declared: GraphQLField | GraphQLInputField | GraphQLArgument) -> Any:
    """Return the type of a field or argument."""
    untyped: Any = declared  # graphql-core does not type the items of its lists
    return untyped.type


def is_list(of_type: object) -> TypeGuard[GraphQLList[Any]]:
    """Return whether a type is a list."""
    return isinstance(of_type, GraphQLList)


def is_required(of_type: object) -> TypeGuard[GraphQLNonNull[Any]]:
    """Return whether a type is non-null."""
    return isinstance(of_type, GraphQLNonNull)


def nullable(of_type: Any) -> Any:
    """Return the type inside a non-null type, or the type itself."""
    return of_type.of_type if is_required(of_type) else of_type


def inner_type(of_type: Any) -> Any:
    """Return the type inside a list or a non-null type."""
    return of_type.of_type


def named_type(of_type: Any) -> Any:
    """Return the type inside all lists and non-null types."""
    while is_list(of_type) or is_required(of_type):
        of_type = of_type.of_type
    return of_type


def declaration_of(graphql_field: GraphQLField) -> StrawberryField:
    """Return the Strawberry declaration of a field."""
    return graphql_field.extensions["strawberry-definition"]


def resolver_of(declared: StrawberryField) -> Any:
    """Return Strawberry's resolver of a field; `None` for an attribute."""
    untyped: Any = declared  # Strawberry does not type what it returns
    return untyped.base_resolver


def metadata_of(graphql_field: GraphQLField) -> Mapping[Any, Any]:
    """Return the metadata of a field's declaration."""
    return declaration_of(graphql_field).metadata


def unbound(resolver: Any) -> Callable[..., Any]:
    """Return the plain function of a resolver."""
    function = resolver.wrapped_func
    return function.__func__ if isinstance(function, staticmethod) else function


def source_parameters(resolver: Any) -> dict[str, str]:
    """Return a resolver's special parameters: for the object (`o`) and for the info (`i`)."""
    sources = {
        resolver.parent_parameter: "o",
        resolver.root_parameter: "o",
        resolver.info_parameter: "i",
    }
    return {each.name: source for each, source in sources.items() if each is not None}


def model_of(of_type: Any) -> type[Model]:
    """Return the model whose rows a type shows, ignoring lists and non-null types."""
    origin: type[OfRow] = named_type(of_type).extensions["strawberry-definition"].origin
    return origin.model
