"""The plugin contract: everything that a city's plugin may import."""

from core.actions.dispositions import Disposition
from core.advisories.kinds import AdvisoryKind
from core.cap import CapCategory, Certainty, Severity, Urgency
from core.escalation.steps import Authority, EscalationStep, EscalationSubject
from core.fares.tariffs import Tariff
from core.languages import Words
from core.paths import slug
from core.places.description import Deployment, Feature, PlaceDescription, Retention
from core.places.numbers import EmergencyNumber, NumberKind
from core.places.phrases import Phrases
from core.places.routing import Route, RoutingStep
from core.places.stations import Beat, PublicLine, Station, StationArea
from core.places.vehicle_record import VehicleRecord
from core.position import Position, distance
from core.reports.categories import Category, Datatype, Option, Question, Referral
from core.vehicles.plate_formats import PlateFormat
from plugins.contract.areas import Areas
from plugins.contract.hookspecs import hookimpl

__all__ = [
    "AdvisoryKind",
    "Areas",
    "Authority",
    "Beat",
    "CapCategory",
    "Category",
    "Certainty",
    "Datatype",
    "Deployment",
    "Disposition",
    "EmergencyNumber",
    "EscalationStep",
    "EscalationSubject",
    "Feature",
    "NumberKind",
    "Option",
    "Phrases",
    "PlaceDescription",
    "PlateFormat",
    "Position",
    "PublicLine",
    "Question",
    "Referral",
    "Retention",
    "Route",
    "RoutingStep",
    "Severity",
    "Station",
    "StationArea",
    "Tariff",
    "Urgency",
    "VehicleRecord",
    "Words",
    "distance",
    "hookimpl",
    "slug",
]
