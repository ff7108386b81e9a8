"""Emergency numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.places.catalogue import Catalogue
from core.places.formats import LocalisedWords, PhoneNumber


class NumberKind(StrEnum):
    """The service that an emergency number reaches; `ALL` is for every emergency."""

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
    """An emergency number; `hours` are in OpenStreetMap's `opening_hours` format."""

    kind: NumberKind
    number: PhoneNumber
    names: LocalisedWords
    languages: tuple[str, ...] = ()
    hours: str = "24/7"
    verified: bool = False


def _each_once(answers: Sequence[tuple[EmergencyNumber, ...]]) -> tuple[EmergencyNumber, ...]:
    """Return all numbers without duplicates, those for every emergency first."""
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
    Return the numbers to call, the most important first.

    Called once at start. The answers of the chain are merged: numbers for every emergency (`ALL`),
    then those of the city, the state and the country. Duplicates of kind and number are removed.
    """,
)
