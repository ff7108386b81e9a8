"""What actions add to `City`."""

from collections.abc import Sequence

import strawberry

from core.actions.dispositions import DISPOSITIONS
from core.actions.dispositions import Disposition as DispositionOfDomain
from core.places.city import City
from schema.base.value import OfValue
from schema.base.words import name_field


@strawberry.type(description="An outcome of police action.")
class Disposition(OfValue):
    """Read from `core.actions.dispositions.Disposition`."""

    domain_class = DispositionOfDomain

    code: str = strawberry.field(description="The value for `takeAction`.")
    name: str = name_field("Its name.")


@strawberry.type
class CityActions:
    """The outcomes that police of a city can record."""

    @strawberry.field(
        description="The outcomes that police can record.", graphql_type=list[Disposition]
    )
    @staticmethod
    def dispositions(root: strawberry.Parent[City]) -> Sequence[DispositionOfDomain]:
        """Return the dispositions in the order of the city's list."""
        return list(root[DISPOSITIONS].values())
