"""What plugins and data files say, held against the types of the contract."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.places.numbers import EmergencyNumber, NumberKind
from core.places.stations import Station
from core.position import Position
from plugins.contract.validation import WrongAnswer, faults_of, validated

ROW = {"kind": "POLICE", "number": "100", "names": {"en": "Police"}}
STATION = {"code": "north", "names": {"en": "North"}}


def test_rows_of_files_and_instances_of_hooks_are_alike() -> None:
    from_file = validated(EmergencyNumber, [ROW])
    from_hook = EmergencyNumber(NumberKind.POLICE, "100", {"en": "Police"})
    assert from_file == validated(EmergencyNumber, [from_hook]) == (from_hook,)


def test_what_an_instance_holds_is_checked_too() -> None:
    """Dataclasses check nothing by themselves."""
    wrong = Station("north", {"en": "North"}, position=Position(91.0, 0.0))
    with pytest.raises(WrongAnswer) as refused:
        validated(Station, [Station("south", {"en": "South"}), wrong])
    assert refused.value.where == (1, "position", "latitude")
    assert str(refused.value).startswith("Station 1.position.latitude: ")


@pytest.mark.parametrize("answer", [None, 42, "POLICE", [], ["POLICE"], EmergencyNumber])
def test_another_type_is_refused(answer: object) -> None:
    with pytest.raises(WrongAnswer):
        validated(EmergencyNumber, [answer])


@pytest.mark.parametrize(
    ("change", "where", "rule"),
    [
        ({"number": "call us"}, ("number",), "phone-number"),
        ({"number": "1"}, ("number",), "too-short"),
        ({"number": "1" * 17}, ("number",), "too-long"),
        ({"number": 100}, ("number",), "text"),
        ({"names": {}}, ("names",), "words"),
        ({"names": "Police"}, ("names",), "words"),
        ({"kind": "POLIZEI"}, ("kind",), "choice"),
        ({"languages": "hi"}, ("languages",), "list"),
        ({"colour": "blue"}, ("colour",), "unknown-key"),
    ],
)
def test_a_fault_names_the_value_and_the_rule(
    change: dict[str, Any], where: tuple[str, ...], rule: str
) -> None:
    (fault,) = faults_of(EmergencyNumber, ROW | change)
    assert (fault.where, fault.rule) == (where, rule)
    assert fault.given == change[where[0]]
    assert "_is_" not in fault.message


def test_a_choice_names_what_may_stand_there() -> None:
    (fault,) = faults_of(EmergencyNumber, ROW | {"kind": "POLIZEI"})
    assert fault.choices == tuple(NumberKind)


def test_every_fault_of_a_row_is_told() -> None:
    faults = faults_of(Station, {"code": "A b", "radius": -1, "position": {"latitude": "x"}})
    found = {(fault.where, fault.rule) for fault in faults}
    assert found == {
        (("code",), "slug"),
        (("radius",), "too-small"),
        (("position", "latitude"), "number"),
        (("position", "longitude"), "missing"),
        (("names",), "missing"),
    }


@given(
    st.from_regex(r"[a-z0-9]{1,10}(-[a-z0-9]{1,10})?", fullmatch=True),
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.none() | st.floats(1, 200_000),
)
def test_what_is_right_passes_unchanged(
    code: str, latitude: float, longitude: float, radius: float | None
) -> None:
    station = Station(code, {"en": "A"}, position=Position(latitude, longitude), radius=radius)
    assert validated(Station, [station]) == (station,)
    assert validated(Station, [asdict(station)]) == (station,)
    assert faults_of(Station, asdict(station)) == []
