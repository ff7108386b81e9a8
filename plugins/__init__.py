"""The contract with city teams: everything that a city's plugin may import."""

from core.city import (
    Beat,
    Category,
    Datatype,
    Deployment,
    Disposition,
    EmergencyNumber,
    Feature,
    NumberKind,
    Option,
    PlaceDescription,
    PlateFormat,
    PublicLine,
    Question,
    Referral,
    Route,
    RoutingStep,
    Station,
    StationArea,
    Tariff,
    Urgency,
    VehicleRecord,
)
from core.languages import Words
from core.places import slug
from core.position import Position, distance
from plugins.areas import Areas
from plugins.hookspecs import hookimpl

__all__ = [
    "Areas",
    "Beat",
    "Category",
    "Datatype",
    "Deployment",
    "Disposition",
    "EmergencyNumber",
    "Feature",
    "NumberKind",
    "Option",
    "PlaceDescription",
    "PlateFormat",
    "Position",
    "PublicLine",
    "Question",
    "Referral",
    "Route",
    "RoutingStep",
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
