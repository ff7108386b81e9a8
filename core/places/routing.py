"""Routing: how the station for a report or an alert is chosen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from annotated_types import Len

from core.places.formats import Slug


class RoutingStep(StrEnum):
    """A way to choose the station for a report; a place orders them in `routing`."""

    BOUNDARY = "BOUNDARY"
    DESK = "DESK"
    NEAREST = "NEAREST"
    CONTROL_ROOM = "CONTROL_ROOM"


ROUTING: tuple[RoutingStep, ...] = tuple(RoutingStep)
"""The default order of the steps."""


@dataclass(frozen=True, slots=True)
class Route:
    """The station that gets a report or an alert, and the reason in a few words."""

    station: Slug
    reason: Annotated[str, Len(1, 200)]
