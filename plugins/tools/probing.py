"""Call a place's hooks with unusual arguments, and check that the answers keep the contract."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import cos, radians
from typing import Final

from core.places.stations import STATIONS
from core.places.vehicle_record import RegisterUnavailable
from core.position import METRES_PER_DEGREE, Position
from core.reports.categories import CATEGORIES, Category
from plugins.runtime.places import Place, Places

ODD_POSITIONS: Final = (
    Position(0.0, 0.0),
    Position(90.0, 0.0),
    Position(-90.0, 180.0),
    Position(0.0, -180.0),
    Position(0.0, 180.0),
)
ODD_CATEGORIES: Final = ("", "nothing.like-this", "a" * 64, "crime", "traffic.", "सड़क")
ODD_PLATES: Final = ("A", "0", "Z" * 16, "MP09AB1234", "22BH1234AA", "0" * 16)
ODD_LANGUAGES: Final = ("", "xx", "en", "hi-IN", "zh-hant-tw", "EN", "x" * 40)
MAX_GROWTH: Final = 1_000
"""Bytes by which a plugin's memory may grow with each question; a small cache still fills."""


@dataclass(frozen=True, slots=True)
class Question:
    """Arguments for one call of each hook."""

    position: Position
    category: str
    plate: str
    language: str


async def complaints(places: Places, place: Place, question: Question) -> list[str]:
    """Call all hooks that requests call; return one message for each breach of the contract.

    A breach is a fault (the hook raised, timed out or returned an invalid value), an unknown
    station, or two different answers to the same question.
    """
    before = sum(places.faults.counts.values())
    found: list[str] = []
    for what, ask in (
        ("route_report", lambda: place.route_report(question.category, question.position)),
        ("route_alert", lambda: place.route_alert(question.position)),
        ("route_alert without a position", lambda: place.route_alert(None)),
    ):
        first, second = await ask(), await ask()
        if first != second:
            found.append(f"{what} answers {first}, then {second}: return the same each time")
        if first is not None and first.station not in place[STATIONS]:
            found.append(f"{what} names {first.station}, which {place.path} does not have")
    with suppress(RegisterUnavailable):
        await place.look_up_vehicle(question.plate)
    if sum(places.faults.counts.values()) > before:
        found += faults_of(places, place.path)
    return found


def faults_of(places: Places, path: str) -> list[str]:
    """Return the recorded faults of a place, one line for each hook."""
    return [
        f"{hook}: {'; '.join(messages)}"
        for (place, hook), messages in places.faults.messages.items()
        if place == path
    ]


def questions(place: Place, count: int, seed: int = 0) -> Iterator[Question]:
    """Yield `count` questions, some of them unusual; the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    known: list[Category] = list(place[CATEGORIES].values())
    for number in range(count):
        yield Question(
            position=_position(place, chance, number),
            category=chance.choice(
                ODD_CATEGORIES if number % 4 == 0 or not known else [each.code for each in known]
            ),
            plate=chance.choice(ODD_PLATES),
            language=chance.choice(ODD_LANGUAGES),
        )


def _position(place: Place, chance: random.Random, number: int) -> Position:
    centre = place.description.position
    if centre is None or number % 10 == 0:
        return ODD_POSITIONS[number // 10 % len(ODD_POSITIONS)]
    reach = 1.2 * (place.description.radius or 10_000.0) / METRES_PER_DEGREE
    latitude = centre.latitude + chance.uniform(-reach, reach)
    wider = reach / max(0.01, cos(radians(centre.latitude)))
    longitude = centre.longitude + chance.uniform(-wider, wider)
    return Position(max(-90.0, min(90.0, latitude)), (longitude + 180) % 360 - 180)


async def probe(places: Places, place: Place, count: int = 100) -> list[str]:
    """Ask `count` questions; return the complaints about the first that fails, with its time."""
    settled = count // 2
    memory = 0
    for number, question in enumerate(questions(place, count)):
        if number == settled:
            memory = places.memory_of(place.path)
        began = time.monotonic()
        found = await complaints(places, place, question)
        if found:
            seconds = time.monotonic() - began
            return [f"{each} (asked {question}, {seconds:.2f} s)" for each in dict.fromkeys(found)]
    grown = (places.memory_of(place.path) - memory) // max(1, count - settled)
    if grown > MAX_GROWTH:
        return [f"memory grows by {grown:,} bytes with each question: limit the cache"]
    return []
