"""The path of a place, and the one prefix test."""

import pytest
from hypothesis import given

from core.paths import Level, chain, city_of, is_within, level, parse_path, slug
from core.problems import InvalidInput
from tests.support.paths import PATHS


@given(PATHS, PATHS)
def test_within_is_being_it_or_lying_below_it(path: str, scope: str) -> None:
    parts, wanted = path.split("/"), scope.split("/")
    assert is_within(path, scope) == (parts[: len(wanted)] == wanted)
    assert is_within(path, path)
    assert is_within(f"{path}/x", path)
    assert not is_within(f"{path}x", path)


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
