"""Emergency numbers."""

from dataclasses import dataclass
from enum import StrEnum

from core.formats import LocalisedWords, PhoneNumber


class NumberKind(StrEnum):
    """What an emergency number is for."""

    ALL = "ALL"
    POLICE = "POLICE"
    FIRE = "FIRE"
    AMBULANCE = "AMBULANCE"
    WOMEN = "WOMEN"
    CHILDREN = "CHILDREN"
    ELDERS = "ELDERS"
    CYBER_CRIME = "CYBER_CRIME"
    TRAFFIC = "TRAFFIC"
    ROAD = "ROAD"
    COASTAL = "COASTAL"
    DISASTER = "DISASTER"
    CRISIS = "CRISIS"
    CONTROL_ROOM = "CONTROL_ROOM"
    ADMINISTRATION = "ADMINISTRATION"
    CITY_SERVICES = "CITY_SERVICES"


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call; `hours` in the opening-hours notation of OpenStreetMap."""

    kind: NumberKind
    number: PhoneNumber
    names: LocalisedWords
    languages: tuple[str, ...] = ()
    hours: str = "24/7"
    verified: bool = False
