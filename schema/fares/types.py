"""Official fares and what a ride may cost by them."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import strawberry

from core.fares import estimate as fares
from core.fares.tariffs import Tariff as TariffOfDomain
from schema.base.words import name_field


@strawberry.type(description="An official tariff of auto-rickshaws or taxis.")
class Tariff:
    """Read from `core.fares.tariffs.Tariff`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise a tariff."""
        return isinstance(obj, TariffOfDomain)

    code: str = strawberry.field(description="Its code within the city.")
    name: str = name_field("What it is called.")
    currency: str = strawberry.field(description="The currency of its amounts (ISO 4217).")
    base: Decimal = strawberry.field(description="The fare for the first metres.")
    base_metres: float = strawberry.field(description="How many metres the base covers.")
    per_km: Decimal = strawberry.field(description="For each further kilometre.")
    per_minute_waiting: Decimal = strawberry.field(description="For each minute of waiting.")
    night_from: time | None = strawberry.field(description="When the night's fare begins.")
    night_until: time | None = strawberry.field(description="When the night's fare ends.")
    night_times: Decimal = strawberry.field(description="By how much the night's fare is more.")
    valid_from: date | None = strawberry.field(description="Since when it holds.")
    verified: bool = strawberry.field(
        description="Whether an official source, or two independent ones, confirm it."
    )
    source: str = strawberry.field(description="Where it was read.")


@strawberry.type(description="What a ride may cost by the official tariff.")
class FareEstimate:
    """Read from `core.fares.estimate.FareEstimate`."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Recognise an estimate."""
        return isinstance(obj, fares.FareEstimate)

    total: Decimal = strawberry.field(description="The fare, rounded as the meter does.")
    base: Decimal = strawberry.field(description="Of it, for the first metres.")
    distance: Decimal = strawberry.field(description="Of it, for the metres beyond.")
    waiting: Decimal = strawberry.field(description="Of it, for waiting.")
    night: Decimal = strawberry.field(description="Of it, because it is night.")
    tariff: Tariff = strawberry.field(description="The tariff it was reckoned by.")

    @strawberry.field(description="The currency of the amounts (ISO 4217).")
    @staticmethod
    def currency(root: strawberry.Parent[Any]) -> str:
        """Return the tariff's currency."""
        return root.tariff.currency
