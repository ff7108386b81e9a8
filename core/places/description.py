"""Who a place is: names, position, deployment, features and retention times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Gt, Le

from core.formats import LocalisedWords, PublicCode
from core.places.routing import RoutingStep
from core.position import Position


class Deployment(StrEnum):
    """Which version a city runs."""

    FULL = "FULL"
    LIGHT = "LIGHT"


class Feature(StrEnum):
    """What a city may offer to its citizens."""

    EMERGENCY_NUMBERS = "EMERGENCY_NUMBERS"
    ALERTS = "ALERTS"
    REPORTS = "REPORTS"
    STATISTICS = "STATISTICS"
    VEHICLES = "VEHICLES"
    ADVISORIES = "ADVISORIES"


FEATURES: Mapping[Deployment, frozenset[Feature]] = {
    Deployment.LIGHT: frozenset({Feature.EMERGENCY_NUMBERS, Feature.ALERTS, Feature.ADVISORIES}),
    Deployment.FULL: frozenset(Feature),
}
"""What each deployment offers where a city does not say otherwise."""


Days = Annotated[int, Ge(1), Le(36_525)]


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days things are kept after something last happened to them; then they go.

    Of reports, alerts and advisories what was said, sent and shown is erased, and what statistics
    count stays; look-ups of vehicles, and towings once the vehicle was handed back, go whole.
    `None` is taken from the places that a place lies in.
    """

    reports: Days | None = None
    alerts: Days | None = None
    advisories: Days | None = None
    vehicle_look_ups: Days | None = None
    towings: Days | None = None


@dataclass(frozen=True, slots=True)
class PlaceDescription:
    """Who a place is; `None` and empty values are taken from the places that it lies in."""

    path: str
    names: LocalisedWords
    code: PublicCode | None = None
    iso_code: str | None = None
    time_zone: str | None = None
    languages: tuple[str, ...] = ()
    position: Position | None = None
    radius: Annotated[float, Gt(0), Le(200_000)] | None = None
    deployment: Deployment = Deployment.LIGHT
    features: frozenset[Feature] | None = None
    routing: tuple[RoutingStep, ...] = ()
    retention: Retention = field(default_factory=Retention)
    sources: tuple[str, ...] = ()


def takes_reports_of_nobody(place: PlaceDescription) -> bool:
    """Tell a light place that offers reports: without stations and portals nobody reads them."""
    return place.deployment is Deployment.LIGHT and Feature.REPORTS in (place.features or ())
