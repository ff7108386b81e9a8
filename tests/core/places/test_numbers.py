"""The emergency numbers of a chain of places."""

from core.places.numbers import NUMBERS, EmergencyNumber, NumberKind

WORDS = {"en": "Police"}


def number(kind: NumberKind, digits: str, hours: str = "24/7") -> EmergencyNumber:
    return EmergencyNumber(kind, digits, WORDS, hours=hours)


def test_numbers_for_every_emergency_come_first_then_the_nearest() -> None:
    city = (number(NumberKind.CONTROL_ROOM, "1"), number(NumberKind.POLICE, "2"))
    state = (number(NumberKind.WOMEN, "3"), number(NumberKind.ALL, "4"))
    country = (number(NumberKind.ALL, "112"), number(NumberKind.CHILDREN, "1098"))
    merged = NUMBERS.merge([city, state, country])
    assert [each.number for each in merged] == ["4", "112", "1", "2", "3", "1098"]


def test_a_number_stands_once_a_kind_as_the_nearest_place_has_it() -> None:
    nearest = number(NumberKind.POLICE, "100", hours="Mo-Fr 09:00-17:00")
    merged = NUMBERS.merge(
        [(nearest,), (number(NumberKind.POLICE, "100"), number(NumberKind.FIRE, "100"))]
    )
    assert merged == (nearest, number(NumberKind.FIRE, "100"))
