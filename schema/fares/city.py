"""What fares add to `City`."""

from collections.abc import Sequence

import strawberry

from core.fares.tariffs import TARIFFS
from core.fares.tariffs import Tariff as TariffOfDomain
from core.places.city import City
from schema.fares.types import Tariff


@strawberry.type
class CityFares:
    """The official tariffs of a city."""

    @strawberry.field(description="Its official tariffs.", graphql_type=list[Tariff])
    @staticmethod
    def tariffs(root: strawberry.Parent[City]) -> Sequence[TariffOfDomain]:
        """Return the tariffs in the order of their codes."""
        return [root[TARIFFS][code] for code in sorted(root[TARIFFS])]
