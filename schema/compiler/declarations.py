"""What the declarations of Strawberry say of a field of the schema."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from graphql import GraphQLField, is_object_type
from strawberry.types.field import StrawberryField
from tortoise.models import Model

from schema.base.row import OfRow


def type_of(graphql_field: GraphQLField) -> Any:
    """Return the type of a field."""
    return cast("Any", graphql_field).type


def inner_type(of_type: Any) -> Any:
    """Return the type inside a list or a non-null type."""
    return of_type.of_type


def declaration_of(graphql_field: GraphQLField) -> StrawberryField:
    """Return the declaration that a field was made of."""
    return graphql_field.extensions["strawberry-definition"]


def resolver_of(declared: StrawberryField) -> Any:
    """Return Strawberry's resolver of a field; `None` for an attribute."""
    return cast("Any", declared).base_resolver


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
    while not is_object_type(of_type):
        of_type = of_type.of_type
    origin: type[OfRow] = of_type.extensions["strawberry-definition"].origin
    return origin.model
