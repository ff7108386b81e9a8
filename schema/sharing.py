"""Live events are shaped once for all who asked the same."""

import asyncio
import re
from typing import Any, cast

from graphql import ExecutionResult, FieldNode, OperationDefinitionNode, VariableNode
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.types.event import Delivered

CURSOR_ARGUMENT = "after"
"""Where a subscriber began; it says nothing of what an event looks like."""
DECLARED_AND_USED = 2


class SharingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes a selection on an event once, and gives the outcome to every like subscriber.

    Alike are those with the same parsed operation, the same variables but for the cursor they began
    with, and the same cursor after the event, which holds their scope. Whether a subscriber may see
    the event at all was asked before, of each.
    """

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Return the outcome of an operation, or of one event of a subscription."""
        delivered: object = self.root_value
        if not isinstance(delivered, Delivered):
            return super().execute_operation(serially)
        shaped = delivered.entry.shaped
        key = (id(self.operation), self._variables(), delivered.cursor, type(delivered))
        if key not in shaped:
            outcome = super().execute_operation(serially)
            if asyncio.iscoroutine(outcome):
                outcome = asyncio.ensure_future(outcome)
            # The operation is kept too: its id must not be given to another one meanwhile.
            shaped[key] = (self.operation, outcome)
        _, outcome = cast("tuple[object, Any]", shaped[key])
        return _copied(outcome) if isinstance(outcome, ExecutionResult) else _copied_later(outcome)

    def _variables(self) -> str:
        coerced: dict[str, object] = cast("Any", self).variable_values.coerced
        ignored = _variable_of_the_beginning(self.operation)
        return repr(sorted((name, coerced[name]) for name in coerced if name != ignored))


def _variable_of_the_beginning(operation: OperationDefinitionNode) -> str | None:
    """Return the variable that tells where the subscriber began, if it is used for nothing else."""
    root = operation.selection_set.selections[0]
    for argument in (root.arguments or ()) if isinstance(root, FieldNode) else ():
        if argument.name.value == CURSOR_ARGUMENT and isinstance(argument.value, VariableNode):
            name = argument.value.name.value
            text = operation.loc.source.body if operation.loc is not None else ""
            once = len(re.findall(rf"\${name}\b", text)) == DECLARED_AND_USED
            return name if once else None
    return None


def _copied(outcome: ExecutionResult) -> ExecutionResult:
    """Return a result of one's own around the shared data, for extensions to write to."""
    return ExecutionResult(data=outcome.data, errors=outcome.errors)


async def _copied_later(outcome: "asyncio.Future[ExecutionResult]") -> ExecutionResult:
    return _copied(await asyncio.shield(outcome))
