"""The declaration of advisories."""

from typing import Final

from schema.advisories.city import CityAdvisories
from schema.advisories.events import AdvisoryEvent
from schema.advisories.fields import AdvisoryMutation, AdvisoryQuery, AdvisorySubscription
from schema.advisories.nodes import advisory_node
from schema.subject import SubjectSchema

ADVISORIES: Final = SubjectSchema(
    name="advisories",
    query=AdvisoryQuery,
    mutation=AdvisoryMutation,
    subscription=AdvisorySubscription,
    city=CityAdvisories,
    nodes={"Advisory": advisory_node},
    place_events=(AdvisoryEvent,),
)
