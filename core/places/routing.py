"""How the station for a report or an alert is found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from annotated_types import Len

from core.formats import Slug


class RoutingStep(StrEnum):
    """One way to find the station for a report; a place orders them in `routing`."""

    BOUNDARY = "BOUNDARY"
    DESK = "DESK"
    NEAREST = "NEAREST"
    CONTROL_ROOM = "CONTROL_ROOM"


ROUTING: tuple[RoutingStep, ...] = tuple(RoutingStep)
"""The steps in their order where no place says otherwise."""


@dataclass(frozen=True, slots=True)
class Route:
    """The station that a report or an alert goes to, and the reason in one phrase."""

    station: Slug
    reason: Annotated[str, Len(1, 200)]
