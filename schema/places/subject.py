"""The declaration of places."""

from typing import Final

from schema.places.queries import PlaceQuery, city_node
from schema.subject import SubjectSchema

PLACES: Final = SubjectSchema(name="places", query=PlaceQuery, nodes={"City": city_node})
