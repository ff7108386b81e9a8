"""The description of a place: names, position, deployment, features, retention periods."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from annotated_types import Ge, Gt, Le

from core.places.formats import LocalisedWords, PublicCode
from core.places.routing import RoutingStep
from core.position import Position


class Deployment(StrEnum):
    """FULL: accepts reports, with its own stations. LIGHT: emergency numbers and alerts only."""

    FULL = "FULL"
    LIGHT = "LIGHT"


class Feature(StrEnum):
    """A service that a city can offer to its citizens."""

    EMERGENCY_NUMBERS = "EMERGENCY_NUMBERS"
    ALERTS = "ALERTS"
    REPORTS = "REPORTS"
    STATISTICS = "STATISTICS"
    VEHICLES = "VEHICLES"
    ADVISORIES = "ADVISORIES"


FEATURES: Mapping[Deployment, frozenset[Feature]] = {
    Deployment.LIGHT: frozenset({Feature.EMERGENCY_NUMBERS, Feature.ALERTS, Feature.ADVISORIES}),
    Deployment.FULL: frozenset(
        {
            Feature.EMERGENCY_NUMBERS,
            Feature.ALERTS,
            Feature.REPORTS,
            Feature.STATISTICS,
            Feature.VEHICLES,
            Feature.ADVISORIES,
        }
    ),
}
"""The features of each deployment, unless a city sets its own."""


DOCUMENTATION: Final = "documentation"
"""Metadata of a field: what the API says about it."""


Days = Annotated[int, Ge(1), Le(36_525)]


def _documented(text: str) -> Mapping[str, str]:
    """Return the metadata of a field whose documentation the API repeats."""
    return {DOCUMENTATION: text}


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention periods, in days since the last change.

    Afterwards, the texts and files of reports, alerts and advisories are erased; the rows stay for
    the statistics. Vehicle look-ups, and towings of released vehicles, are deleted. `None` inherits
    the period of the state, the country or the defaults.
    """

    reports: Days | None = field(
        default=None, metadata=_documented("Reports; statistics still count them.")
    )
    alerts: Days | None = field(default=None, metadata=_documented("Alerts and their tracks."))
    advisories: Days | None = field(
        default=None, metadata=_documented("Advisories, from when they expire.")
    )
    vehicle_look_ups: Days | None = field(
        default=None, metadata=_documented("Records of which officer looked up which vehicle.")
    )
    towings: Days | None = field(
        default=None, metadata=_documented("Towings, from when the vehicle is released.")
    )


@dataclass(frozen=True, slots=True)
class PlaceDescription:
    """The description of a place.

    `time_zone`, `languages`, `routing` and `retention` are inherited from the state, the country
    and the defaults if not set. `radius` is in metres around `position`.
    """

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


def offers_unread_reports(place: PlaceDescription) -> bool:
    """Tell whether a light place offers reports, which nobody would read."""
    return place.deployment is Deployment.LIGHT and Feature.REPORTS in (place.features or ())
