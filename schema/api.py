"""What every transport of the GraphQL API shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.domain import Domain
from core.log.feed import Feed
from schema.base.context import Context, MediaLinks
from schema.compiler.execution import Executor
from schema.compiler.response_cache import MAX_BYTES
from schema.identity.sign_in import SignIn
from schema.live.broadcaster import Broadcaster
from schema.schema import build_schema
from schema.subject import SubjectSchema


@dataclass(frozen=True, slots=True)
class Api:
    """The executor and the broadcaster over a domain."""

    domain: Domain
    feed: Feed
    links: MediaLinks
    executor: Executor
    broadcaster: Broadcaster
    sign_in: SignIn = field(default_factory=SignIn)

    async def context(self, token: str | None) -> Context:
        """Return the context of who holds a token."""
        viewer = await self.sign_in.viewer(token)
        return Context(self.domain, self.feed, self.links, token, viewer)


def build_api(
    domain: Domain, feed: Feed, subjects: Sequence[SubjectSchema], cache_bytes: int = MAX_BYTES
) -> Api:
    """Put the API together; `cache_bytes` is the room for answers that are kept."""
    executor = Executor(build_schema(subjects), cache_bytes)
    links = MediaLinks(domain.key)
    return Api(domain, feed, links, executor, Broadcaster(domain, feed, executor))
