"""Checking the texts and lists of a request against their limits (`schema.base.bounds`).

A check is built from an argument's type and runs over the coerced value, before any work that grows
with the value: in a plan when arguments are read, in graphql-core around its resolvers.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from itertools import islice
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
)

from core.plain import is_array, is_object
from core.problems import Problem
from schema.base.bounds import LIMIT, MOST_ITEMS, Limit, Path
from schema.base.problem import Refusal
from schema.compiler.declarations import is_list, is_required, named_type, type_of

Check = Callable[[Any, Path], None]
DEFINITION: Final = "strawberry-definition"
TEXTS: Final = frozenset({"String", "ID"})
UNLIMITED: Final = Limit()


def check_of(declared: Any) -> Check | None:
    """Return a function that raises a `Problem` for a value over the limits of `declared`.

    `declared` is an argument or input field. Returns `None` if its type limits the size already, as
    those of numbers, dates and enums do.
    """
    definition = declared.extensions.get(DEFINITION)
    limit = definition.metadata.get(LIMIT, UNLIMITED) if definition is not None else UNLIMITED
    return _check(declared.type, limit)


def _check(of_type: Any, limit: Limit) -> Check | None:
    if is_required(of_type):
        return _check(of_type.of_type, limit)
    if is_list(of_type):
        return _of_list(_check(of_type.of_type, limit), limit)
    if isinstance(of_type, GraphQLInputObjectType):
        return _of_object(of_type)
    if isinstance(of_type, GraphQLScalarType) and of_type.name in TEXTS:
        return _of_text(limit)
    return None


def _of_text(limit: Limit) -> Check | None:
    most = limit.length
    if most is None:
        return None

    def check(value: Any, path: Path) -> None:
        if len(value) > most:
            message = f"{_name(path)} has at most {most:,} characters."
            raise limit.refusal("TOO_LONG", message, path)

    return check


def _of_list(each: Check | None, limit: Limit) -> Check | None:
    most = limit.items
    if most is None:
        return None

    def check(value: Any, path: Path) -> None:
        if len(value) > most:
            raise limit.refusal("TOO_MANY", f"{_name(path)} has at most {most} items.", path)
        if each is not None:
            for index, item in enumerate(value):
                if item is not None:
                    each(item, (*path, index))

    return check


def _of_object(of_type: GraphQLInputObjectType) -> Check | None:
    checks = {name: check_of(field) for name, field in of_type.fields.items()}
    return _of_parts({name: check for name, check in checks.items() if check is not None})


def _of_parts(parts: Mapping[str, Check]) -> Check | None:
    if not parts:
        return None

    def check(value: Any, path: Path) -> None:
        for name, part in parts.items():
            item = value.get(name)
            if item is not None:
                part(item, (*path, name))

    return check


def _name(path: Path) -> str:
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def checks_of(field: GraphQLField) -> Check | None:
    """Return one check of all arguments of a field; its value is a mapping by name."""
    checks = {name: check_of(argument) for name, argument in field.args.items()}
    return _of_parts({name: check for name, check in checks.items() if check is not None})


def refused(problem: Problem, field: GraphQLField) -> object:
    """Return a problem as a value of the field's type; raises `GraphQLError` if it has none."""
    refusal = Refusal(problem)
    shown = named_type(type_of(field))
    members: Sequence[Any] = shown.types if isinstance(shown, GraphQLUnionType) else ()
    if any(each.is_type_of is not None and each.is_type_of(refusal, None) for each in members):
        return refusal
    raise error_of(problem)


def error_of(problem: Problem) -> GraphQLError:
    """Return a problem as a GraphQL error, for fields whose type has no problems."""
    extensions = {
        "code": problem.code,
        "rule": problem.rule,
        "field": [str(part) for part in problem.path],
    }
    return GraphQLError(problem.message, extensions=extensions)


def hold_to_limits(schema: GraphQLSchema) -> None:
    """Make graphql-core's executor check the arguments of every field before resolving it."""
    for of_type in schema.type_map.values():
        if isinstance(of_type, GraphQLObjectType):
            for field in of_type.fields.values():
                check = checks_of(field)
                if check is not None and field.resolve is not None:
                    field.resolve = _checked(field.resolve, check, field)


def _checked(resolve: Callable[..., Any], check: Check, field: GraphQLField) -> Callable[..., Any]:
    @wraps(resolve)
    def checked(source: Any, info: Any, **arguments: Any) -> Any:
        try:
            check(arguments, ())
        except Problem as problem:
            return refused(problem, field)
        return resolve(source, info, **arguments)

    return checked


def shortened(value: Any, depth: int = 6) -> Any:
    """Truncate lists and objects of a request; they stay long enough to be refused.

    `depth` is the number of levels to truncate.
    """
    if is_array(value):
        first = value[: MOST_ITEMS + 1]
        return [shortened(item, depth - 1) if depth else item for item in first]
    if is_object(value):
        # No input object has so many fields, so one of these names is unknown and refused.
        items = islice(value.items(), MOST_ITEMS + 1)
        return {name: shortened(item, depth - 1) if depth else item for name, item in items}
    return value
