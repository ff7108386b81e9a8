"""Emergency numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.formats import LocalisedWords, PhoneNumber
from core.places.catalogue import Catalogue


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


def _each_once(answers: Sequence[tuple[EmergencyNumber, ...]]) -> tuple[EmergencyNumber, ...]:
    """Return all numbers once, those for every emergency first."""
    merged: dict[tuple[str, str], EmergencyNumber] = {}
    for answer in answers:
        for number in answer:
            merged.setdefault((number.kind, number.number), number)
    return tuple(sorted(merged.values(), key=lambda number: number.kind is not NumberKind.ALL))


NUMBERS: Final = Catalogue(
    hook="emergency_numbers",
    row=EmergencyNumber,
    file="numbers.toml",
    table="numbers",
    merge=_each_once,
    documentation="""
    Give the numbers to call, the most important first.

    Called once at start. Merged: those for every emergency (`ALL`) come first, then the city's
    numbers, the state's, the country's; the same number for the same kind is kept once.
    """,
)
