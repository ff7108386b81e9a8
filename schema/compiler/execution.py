"""Executing operations: with their plan, or with graphql-core if the plan cannot answer."""

import asyncio
import inspect
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    Undefined,
    execute,  # pyright: ignore[reportUnknownVariableType]
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from core.problems import Problem, Unavailable
from schema.base.context import Context, Info
from schema.base.selection import CACHED_BY, RootCall
from schema.compiler.checks import refused, shortened
from schema.compiler.coercion import Arguments
from schema.compiler.documents import (
    MAX_ERRORS,
    Documents,
    Operation,
    RequestError,
    converter_of,
    in_thread,
)
from schema.compiler.fallbacks import Fallbacks, FieldFailed
from schema.compiler.functions import NotSupported
from schema.compiler.plan import Plan, Root
from schema.compiler.response_cache import MAX_BYTES, CachedResponse, ResponseCache, scope_of

logger = logging.getLogger("citizencop.schema")

MAX_MESSAGE: Final = 1_000
"""Characters of an error message; messages may repeat names from the request."""
MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
ANSWER_TOO_LARGE: Final = "ANSWER_TOO_LARGE"
_TOO_LARGE_ERROR: Final = {
    "message": f"An answer has at most {MAX_ANSWER_BYTES:,} bytes. Request shorter pages.",
    "extensions": {"code": ANSWER_TOO_LARGE},
}
_TOO_LARGE: Final = orjson.dumps({"data": None, "errors": [_TOO_LARGE_ERROR]})
TURN_SECONDS: Final = 0.005
"""After this time an answer with several root fields lets other tasks run."""
ROOTS_AT_ONCE: Final = 8
"""Root fields of a query that are resolved concurrently."""
_NONE: Final[list[dict[str, Any]]] = []
INTERNAL: Final = "INTERNAL"
MASKED: Final = "Internal server error. Try again."


@dataclass(frozen=True, slots=True)
class Failed:
    """The exception of a root field; graphql-core turns it into an error of the answer."""

    error: Exception


class Executor:
    """Executes the operations of a schema."""

    def __init__(self, schema: strawberry.Schema, cache_bytes: int = MAX_BYTES) -> None:
        self.schema: Any = cast("Any", schema)._schema
        self.cache = ResponseCache(cache_bytes)
        self.fallbacks = Fallbacks()
        self.converter = converter_of(schema)
        self.documents = Documents(self.schema, self.converter)

    async def cached_answer(
        self, operation: Operation, given: Mapping[str, Any] | None, context: Context
    ) -> bytes:
        """Return the encoded answer to a query or mutation, from the response cache if possible.

        Raises `RequestError` for invalid variables.
        """
        key = self.cache.key(operation, given, context.viewer)
        if key is None:
            return await self.answer(operation, await operation.admitted(given), context)
        cached = self.cache.get(key)
        if cached is not None and await context.heads(cached.scope) == cached.heads:
            self.cache.hits += 1
            return cached.answer
        variables = await operation.admitted(given)
        plan = operation.plan(variables)
        scope = _scope(plan, variables, context)
        if plan is None or scope is None:
            return await self.answer(operation, variables, context)
        self.cache.misses += 1
        heads = await context.heads(scope)
        values = await _resolved(plan, variables, context)
        answer = self._planned(plan, values, variables, context)
        if answer is None:
            return await self._encoded_reference(operation, variables, context, values)
        if context.retry_after is None:
            self.cache.store(key, CachedResponse(scope, heads, answer))
        return answer

    async def answer(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> bytes:
        """Return the encoded answer to a query or mutation."""
        plan = operation.plan(variables)
        if plan is None:
            self.fallbacks.record(NotSupported())
            return await self._encoded_reference(operation, variables, context, {})
        values = await _resolved(plan, variables, context)
        if len(plan.roots) == 1:
            answer = self._planned(plan, values, variables, context)
        else:
            answer = await self._planned_in_turns(plan, values, variables, context)
        return answer or await self._encoded_reference(operation, variables, context, values)

    async def refusal(
        self,
        operation: Operation,
        given: Mapping[str, Any] | None,
        context: Context,
        problem: Problem,
    ) -> bytes:
        """Return the encoded answer if all root fields refuse with the same problem.

        The fields are not resolved.
        """
        variables = await operation.admitted(given)
        plan = operation.plan(variables)
        values = {root.key: _refused(problem, root) for root in plan.roots} if plan else {}
        answer = self._planned(plan, values, variables, context) if plan else None
        return answer or await self._encoded_reference(operation, variables, context, values)

    def _planned(
        self,
        plan: Plan,
        values: Mapping[str, object],
        variables: VariableValues,
        context: Context,
    ) -> bytes | None:
        """Return the answer that a plan builds from its roots' values; `None` if it fails."""
        try:
            answer = orjson.dumps({"data": dict(_shapes(plan, values, variables, context))})
        except Exception as error:
            # graphql-core fails at the same field, and reports the error with its path.
            self.fallbacks.record(error)
            return None
        return _of_allowed_size(answer)

    async def _planned_in_turns(
        self,
        plan: Plan,
        values: Mapping[str, object],
        variables: VariableValues,
        context: Context,
    ) -> bytes | None:
        """Do the same as `_planned`, but let other tasks run between slow root fields."""
        encoded_parts: dict[str, orjson.Fragment] = {}
        size, began = 0, time.perf_counter()
        try:
            for key, shape in _shapes(plan, values, variables, context):
                part = orjson.dumps(shape)
                encoded_parts[key] = orjson.Fragment(part)
                size += len(part)
                if size > MAX_ANSWER_BYTES:
                    return _TOO_LARGE
                if time.perf_counter() - began > TURN_SECONDS:
                    await asyncio.sleep(0)
                    began = time.perf_counter()
            return orjson.dumps({"data": encoded_parts})
        except Exception as error:
            self.fallbacks.record(error)
            return None

    def event(
        self, operation: Operation, variables: VariableValues, context: Context, item: object
    ) -> bytes:
        """Return the encoded answer for one item of a subscription's stream."""
        plan = operation.plan(variables)
        if plan is None:
            self.fallbacks.record(NotSupported())
        else:
            answer = self._planned(plan, {plan.roots[0].key: item}, variables, context)
            if answer is not None:
                return answer
        return encoded(self.reference_event(operation, variables, context, item))

    def reference_event(
        self, operation: Operation, variables: VariableValues, context: Context, item: object
    ) -> ExecutionResult:
        """Return graphql-core's answer for one item of a stream."""
        result = self._execute(operation, variables, context, item, {})
        return cast("ExecutionResult", result)

    async def reference(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> ExecutionResult:
        """Return graphql-core's answer to a query or mutation, root fields included."""
        return await self._reference(operation, variables, context, {})

    async def _reference(
        self,
        operation: Operation,
        variables: VariableValues,
        context: Context,
        values: Mapping[str, object],
    ) -> ExecutionResult:
        result = self._execute(operation, variables, context, None, values)
        return await result if inspect.isawaitable(result) else result

    async def _encoded_reference(
        self,
        operation: Operation,
        variables: VariableValues,
        context: Context,
        values: Mapping[str, object],
    ) -> bytes:
        """Return graphql-core's answer, encoded."""
        if operation.is_of_the_schema:
            return await in_thread(self._introspected, operation, variables, context)
        return encoded(await self._reference(operation, variables, context, values))

    def _introspected(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> bytes:
        return encoded(self._execute(operation, variables, context, None, {}))

    def _execute(
        self,
        operation: Operation,
        variables: VariableValues,
        context: Context,
        root_value: object,
        values: Mapping[str, object],
    ) -> Any:
        def given(resolve: Any, source: object, info: Any, **arguments: Any) -> Any:
            path: Path = info.path
            if path.prev is None and path.key in values:
                value = values[cast("str", path.key)]
                if isinstance(value, Failed):
                    raise value.error
                return value
            return resolve(source, info, **arguments)

        return execute(
            self.schema,
            operation.document,
            root_value=root_value,
            context_value=context,
            variable_values=_as_given(variables),
            operation_name=operation.name,
            middleware=[given] if values else None,
            executor_class=StrawberryGraphQLCoreExecutionContext,
        )


def _as_given(variables: VariableValues) -> dict[str, Any]:
    """Return the uncoerced variables: graphql-core coerces them again."""
    return {
        name: shortened(source.value)
        for name, source in variables.sources.items()
        if source.value is not Undefined
    }


def _scope(plan: Plan | None, variables: VariableValues, context: Context) -> str | None:
    """Return the city or station whose log determines a plan's answer; `None` if not cacheable."""
    if plan is None or not plan.roots or plan.depends_on_clock:
        return None
    root = plan.roots[0]
    try:
        arguments = root.arguments.values(variables)
    except (GraphQLError, Problem):
        return None
    return scope_of(arguments.get(root.metadata[CACHED_BY]), context.viewer)


async def _resolved(plan: Plan, variables: VariableValues, context: Context) -> dict[str, object]:
    """Resolve the root fields: concurrently in a query, serially in a mutation."""
    roots = plan.roots
    if len(roots) == 1 or plan.operation.operation.value == "mutation":
        return {root.key: await _value(root, variables, context) for root in roots}
    values: dict[str, object] = {}
    for start in range(0, len(roots), ROOTS_AT_ONCE):
        together = roots[start : start + ROOTS_AT_ONCE]
        found = await asyncio.gather(*(_value(root, variables, context) for root in together))
        values |= zip((root.key for root in together), found, strict=True)
    return values


async def _value(root: Root, variables: VariableValues, context: Context) -> object:
    if root.resolve is None:
        return root.constant
    try:
        try:
            arguments = dict(root.arguments.values(variables))
        except Problem as problem:
            return refused(problem, root.field)
        info = _info(RootCall(context, root.wanted, root.names))
        for name, source in root.parameters.items():
            arguments[name] = info if source == "i" else None
        value = root.resolve(None, **arguments) if root.positional else root.resolve(**arguments)
        return await value if inspect.isawaitable(value) else value
    except Exception as error:
        if isinstance(error, Unavailable):
            context.retry_after = error.retry_after
        return Failed(error)


def _refused(problem: Problem, root: Root) -> object:
    """Return a problem as a root field's value."""
    try:
        return refused(problem, root.field)
    except GraphQLError:
        return Failed(problem)


def _shapes(
    plan: Plan, values: Mapping[str, object], variables: VariableValues, context: Context
) -> Iterator[tuple[str, object]]:
    below = _below_the_root(plan.arguments, variables)
    info = _info(RootCall(context, {}, frozenset(), below))
    for root in plan.roots:
        value = values[root.key]
        if isinstance(value, Failed):
            raise FieldFailed
        yield root.key, root.shape(value, info)


def _below_the_root(
    arguments: Sequence[Arguments], variables: VariableValues
) -> list[dict[str, Any]]:
    return [each.values(variables) for each in arguments] if arguments else _NONE


def _info(call: RootCall) -> Info:
    return strawberry.Info(_raw_info=cast("Any", call), _field=cast("Any", None))


def encoded(result: ExecutionResult) -> bytes:
    """Return the encoded result; internal errors are logged, and masked in the answer."""
    answer: dict[str, object] = {"data": result.data}
    if result.errors:
        answer["errors"] = [formatted(error) for error in result.errors[:MAX_ERRORS]]
    return _of_allowed_size(orjson.dumps(answer))


def _of_allowed_size(answer: bytes) -> bytes:
    """Return the answer, or an error if it is too large."""
    return answer if len(answer) <= MAX_ANSWER_BYTES else _TOO_LARGE


def formatted(error: GraphQLError) -> dict[str, Any]:
    """Return an error in the form sent to clients; internal errors are logged, and masked."""
    if not is_our_fault(error):
        return dict(error.formatted) | {"message": error.message[:MAX_MESSAGE]}
    cause = error.original_error
    if isinstance(cause, Unavailable):
        message = cause.message
        extensions: dict[str, Any] = {"code": cause.rule, "retryAfter": cause.retry_after}
    else:
        logger.error("a field failed", exc_info=cause)
        message, extensions = MASKED, {"code": INTERNAL}
    shown: dict[str, Any] = {"message": message}
    if error.locations is not None:
        shown["locations"] = [dict(location.formatted) for location in error.locations]
    if error.path is not None:
        shown["path"] = error.path
    return shown | {"extensions": extensions}


def errors_of(error: Exception, log: logging.Logger) -> list[dict[str, Any]]:
    """Return the errors of an operation that raised; internal errors are logged, and masked."""
    if isinstance(error, RequestError):
        return [formatted(each) for each in error.errors]
    if isinstance(error, Unavailable):
        return [formatted(GraphQLError("", original_error=error))]
    log.error("an operation failed", exc_info=error)
    return [{"message": MASKED, "extensions": {"code": INTERNAL}}]


def is_our_fault(error: GraphQLError) -> bool:
    """Return whether an error is internal, not an error of the request."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)
