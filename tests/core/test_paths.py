"""The path of a place, and the one prefix test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.paths import Level, chain, city_of, is_within, level, parse_path, slug
from core.position import Position, distance
from core.problems import InvalidInput
from core.storage.conditions import within

SEGMENT = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4})?", fullmatch=True)
PATHS = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)


@given(PATHS, PATHS)
def test_within_is_being_it_or_lying_below_it(path: str, scope: str) -> None:
    parts, wanted = path.split("/"), scope.split("/")
    assert is_within(path, scope) == (parts[: len(wanted)] == wanted)
    assert is_within(path, path)
    assert is_within(f"{path}/x", path)
    assert not is_within(f"{path}x", path)


@given(PATHS, PATHS)
def test_the_database_is_asked_the_same(path: str, scope: str) -> None:
    exact, lower, upper = within("place", scope).values
    inside = path == exact or str(lower) <= path < str(upper)
    assert inside == is_within(path, scope)


@given(PATHS)
def test_a_path_stays_itself(path: str) -> None:
    assert parse_path(path) == parse_path(f" /{path.upper()}/ ") == path
    assert chain(path)[-1] == path
    assert level(path) == len(chain(path))
    assert level(city_of(path)) == min(level(path), Level.CITY)


@pytest.mark.parametrize(
    "path", ["", "/", "a//b", "a/b/c/d/e", "a b", "ü", "a_b", "-a", "a-", ".."]
)
def test_what_is_none_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput):
        parse_path(path)


def test_names_become_segments() -> None:
    assert slug("Civil Lines") == "civil-lines"
    assert slug("Bilāspur (C.G.)") == "bilaspur-c-g"


def test_distance_is_that_of_the_globe() -> None:
    assert distance(Position(0, 0), Position(0, 180)) == pytest.approx(20_015_114, rel=1e-6)
    raipur, bhopal = Position(21.23333, 81.63333), Position(23.25469, 77.40289)
    assert distance(raipur, bhopal) == pytest.approx(490_000, rel=0.02)
