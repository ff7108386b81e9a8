"""Official tariffs, and estimates of fares by them."""

from datetime import date, time
from decimal import Decimal

import strawberry

from core.fares.estimate import FareEstimate as FareEstimateOfDomain
from core.fares.tariffs import Tariff as TariffOfDomain
from schema.base.value import OfValue
from schema.base.words import name_field


@strawberry.type(description="An official tariff of auto-rickshaws or taxis.")
class Tariff(OfValue):
    """Read from `core.fares.tariffs.Tariff`."""

    domain_class = TariffOfDomain

    code: str = strawberry.field(description="Its code within the city.")
    name: str = name_field("Its name.")
    currency: str = strawberry.field(description="The currency of its amounts (ISO 4217).")
    base: Decimal = strawberry.field(description="The base fare, for the first metres.")
    base_metres: float = strawberry.field(description="Metres that the base fare covers.")
    per_km: Decimal = strawberry.field(description="The fare per further kilometre.")
    per_minute_waiting: Decimal = strawberry.field(description="The fare per minute of waiting.")
    night_from: time | None = strawberry.field(description="When the night fare begins.")
    night_until: time | None = strawberry.field(description="When the night fare ends.")
    night_times: Decimal = strawberry.field(
        description="The factor by which the fare is multiplied at night."
    )
    valid_from: date | None = strawberry.field(description="The day from which it is valid.")
    verified: bool = strawberry.field(
        description="Whether an official source, or two independent sources, confirm it."
    )
    source: str = strawberry.field(description="Its source.")


@strawberry.type(description="An estimate of a fare by the official tariff.")
class FareEstimate(OfValue):
    """Read from `core.fares.estimate.FareEstimate`."""

    domain_class = FareEstimateOfDomain

    total: Decimal = strawberry.field(description="The fare, rounded as by the meter.")
    base: Decimal = strawberry.field(description="The part for the first metres.")
    distance: Decimal = strawberry.field(description="The part for further metres.")
    waiting: Decimal = strawberry.field(description="The part for waiting.")
    night: Decimal = strawberry.field(description="The surcharge for the night.")
    tariff: Tariff = strawberry.field(description="The tariff that was applied.")

    @strawberry.field(description="The currency of the amounts (ISO 4217).")
    @staticmethod
    def currency(root: strawberry.Parent[FareEstimateOfDomain]) -> str:
        """Return the tariff's currency."""
        return root.tariff.currency
