"""The contract with city teams: everything that a city's plugin may import."""

from core.city import (
    Category,
    Datatype,
    Deployment,
    Disposition,
    EmergencyNumber,
    Feature,
    NumberKind,
    Option,
    PlaceDescription,
    Question,
    Route,
    Station,
    Urgency,
)
from core.languages import Words
from core.places import slug
from core.position import Position, distance
from plugins.hookspecs import hookimpl

__all__ = [
    "Category",
    "Datatype",
    "Deployment",
    "Disposition",
    "EmergencyNumber",
    "Feature",
    "NumberKind",
    "Option",
    "PlaceDescription",
    "Position",
    "Question",
    "Route",
    "Station",
    "Urgency",
    "Words",
    "distance",
    "hookimpl",
    "slug",
]
