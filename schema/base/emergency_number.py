"""Emergency numbers: of a city, and in the problem of a call for help that was not stored."""

import strawberry

from core.places.numbers import EmergencyNumber as EmergencyNumberOfDomain
from schema.base.enums import NumberKind
from schema.base.value import OfValue
from schema.base.words import name_field


@strawberry.type(description="A number to call.")
class EmergencyNumber(OfValue):
    """Read from `core.places.numbers.EmergencyNumber`."""

    domain_class = EmergencyNumberOfDomain

    kind: NumberKind = strawberry.field(description="The service that answers.")
    number: str = strawberry.field(description="The number as dialled in this place.")
    name: str = name_field("Its name.")
    languages: list[str] = strawberry.field(
        description="Languages spoken there (BCP 47); empty if unknown."
    )
    hours: str = strawberry.field(
        description="When calls are answered, in the opening-hours format of OpenStreetMap: `24/7`."
    )
    verified: bool = strawberry.field(
        description="Whether an official source, or two independent sources, confirm it."
    )
