"""The type of a field of the schema, and what its declaration to Strawberry says."""

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
    untyped: Any = declared  # graphql-core does not say what its lists are of
    return untyped.type


def is_list(of_type: object) -> TypeGuard[GraphQLList[Any]]:
    """Tell whether a type is a list."""
    return isinstance(of_type, GraphQLList)


def is_required(of_type: object) -> TypeGuard[GraphQLNonNull[Any]]:
    """Tell whether a type has no null."""
    return isinstance(of_type, GraphQLNonNull)


def nullable(of_type: Any) -> Any:
    """Return the type inside a non-null type, and any other as it is."""
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
    """Return the declaration that a field was made of."""
    return graphql_field.extensions["strawberry-definition"]


def resolver_of(declared: StrawberryField) -> Any:
    """Return Strawberry's resolver of a field; `None` for an attribute."""
    untyped: Any = declared  # Strawberry does not say what it returns
    return untyped.base_resolver


def metadata_of(graphql_field: GraphQLField) -> Mapping[Any, Any]:
    """Return what a field's declaration says of it beside its type."""
    return declaration_of(graphql_field).metadata


def unbound(resolver: Any) -> Callable[..., Any]:
    """Return the plain function of a resolver."""
    function = resolver.wrapped_func
    return function.__func__ if isinstance(function, staticmethod) else function


def source_parameters(resolver: Any) -> dict[str, str]:
    """Return what a resolver wants beside its arguments: the object (`o`) and the info (`i`)."""
    wants = {
        resolver.parent_parameter: "o",
        resolver.root_parameter: "o",
        resolver.info_parameter: "i",
    }
    return {parameter.name: source for parameter, source in wants.items() if parameter is not None}


def model_of(of_type: Any) -> type[Model]:
    """Return the model whose rows a type shows, through its lists and non-null types."""
    origin: type[OfRow] = named_type(of_type).extensions["strawberry-definition"].origin
    return origin.model
