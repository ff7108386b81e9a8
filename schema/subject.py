"""What a subject adds to the schema: one declaration per subject."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from schema.base.context import Info

FindNode = Callable[[Info, str], Awaitable[object]]
"""Returns the object with this own ID, or `None` if the viewer may not see it."""


@dataclass(frozen=True, slots=True)
class SubjectSchema:
    """The root fields, types and events of one subject.

    `city` is a Strawberry type whose fields are added to `City`; their resolvers get the domain's
    city as the parent. `acted_on` is one whose fields are added to the result of `takeAction`;
    their resolvers get `core.actions.take.Taken`. `types` are types that no root field refers to,
    `nodes` find objects by the type in their global ID, and `place_events` are what police receive
    when they follow a place.
    """

    name: str
    query: type | None = None
    mutation: type | None = None
    subscription: type | None = None
    city: type | None = None
    acted_on: type | None = None
    types: tuple[type, ...] = ()
    nodes: Mapping[str, FindNode] = field(default_factory=dict[str, FindNode])
    place_events: tuple[type, ...] = ()
