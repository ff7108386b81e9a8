"""The GraphQL API for all transports: the context of a request, and `Api.execute`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphql.execution.values import VariableValues

from core.domain import Domain
from core.log.feed import Feed
from core.problems import Unavailable
from schema.base.context import Context, MediaLinks
from schema.compiler.documents import Operation
from schema.compiler.execution import Executor
from schema.compiler.request import GraphQLRequest
from schema.compiler.response_cache import MAX_BYTES
from schema.identity.sign_in import SignIn
from schema.live.broadcaster import Broadcaster
from schema.live.groups import Subscriber, Subscription
from schema.schema import build_schema
from schema.subject import SubjectSchema


@dataclass(frozen=True, slots=True)
class TransportRules:
    """What a transport supports."""

    kinds: frozenset[str]
    """The kinds of operations that it accepts: `query`, `mutation`, `subscription`."""
    has_status: bool
    """Whether it has a status, such as HTTP's 503, for an unavailable server."""


class KindRefused(Exception):
    """The transport does not accept operations of this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class CheckedSubscription:
    """A subscription that has been checked and can be opened."""

    broadcaster: Broadcaster
    operation: Operation
    variables: VariableValues
    context: Context

    async def open(self, subscriber: Subscriber) -> Subscription | None:
        """Start delivering events to a subscriber; `None` if the stream has already ended."""
        return await self.broadcaster.subscribe(
            subscriber, self.operation, self.variables, self.context
        )


@dataclass(frozen=True, slots=True)
class Api:
    """The executor and the broadcaster for a domain."""

    domain: Domain
    feed: Feed
    links: MediaLinks
    executor: Executor
    broadcaster: Broadcaster
    sign_in: SignIn = field(default_factory=SignIn)

    async def context(self, token: str | None) -> Context:
        """Return the context of a request with a token, or without one."""
        viewer = await self.sign_in.viewer(token)
        return Context(self.domain, self.feed, self.links, token, viewer)

    async def execute(
        self, request: GraphQLRequest, context: Context, rules: TransportRules
    ) -> bytes | CheckedSubscription:
        """Return the encoded answer to a query or mutation, or a subscription to open.

        Raises `RequestError`, `KindRefused` and, if the transport has a status, `Unavailable`.
        """
        executor = self.executor
        operation = await executor.documents.prepared(request.query, request.operation_name)
        kind = operation.kind
        if kind not in rules.kinds:
            raise KindRefused(kind)
        if kind == "subscription":
            variables = await operation.admitted(request.variables)
            return CheckedSubscription(self.broadcaster, operation, variables, context)
        try:
            return await executor.cached_answer(operation, request.variables, context)
        except Unavailable as problem:
            if rules.has_status:
                raise
            return await executor.refusal(operation, request.variables, context, problem)


def build_api(
    domain: Domain, feed: Feed, subjects: Sequence[SubjectSchema], cache_bytes: int = MAX_BYTES
) -> Api:
    """Build the API; `cache_bytes` is the size of the response cache."""
    executor = Executor(build_schema(subjects), cache_bytes)
    links = MediaLinks(domain.key)
    return Api(domain, feed, links, executor, Broadcaster(domain, feed, executor))
