"""What a subject brings to the schema: one declaration for each."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from schema.base.context import Info

FindNode = Callable[[Info, str], Awaitable[object]]
"""Returns the object with an id of its own, or `None` where the viewer may not see it."""


@dataclass(frozen=True, slots=True)
class SubjectSchema:
    """The root fields, types and events of one subject.

    `types` are those that no root field names, `nodes` find objects by the type in their global id,
    and `place_events` are what police are sent of the subject when they follow a place.
    """

    name: str
    query: type | None = None
    mutation: type | None = None
    subscription: type | None = None
    types: tuple[type, ...] = ()
    nodes: Mapping[str, FindNode] = field(default_factory=dict[str, FindNode])
    place_events: tuple[type, ...] = ()
