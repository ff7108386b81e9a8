"""What an officer may do where."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identity.people import ANYONE, RIGHTS, Right, Role, Viewer
from core.paths import is_within
from core.problems import Forbidden, Unauthenticated
from tests.support.paths import PATHS

FIELD = ("input", "place")
ROLES = st.sampled_from(Role)
ALL_RIGHTS = st.sampled_from(Right)


@given(ROLES, ALL_RIGHTS, PATHS, st.lists(st.none() | PATHS, max_size=3))
def test_a_right_reaches_the_place_and_all_below_it(
    role: Role, right: Right, place: str, asked: list[str | None]
) -> None:
    viewer = Viewer(role=role, place=place)
    reached = any(each is not None and is_within(each, place) for each in asked)
    assert viewer.may(right, *asked) == (right in RIGHTS[role] and reached)
    assert viewer.may(right, f"{place}/x") == (right in RIGHTS[role])
    assert not viewer.may(right, f"{place}x")


@given(ALL_RIGHTS, PATHS)
def test_a_citizen_has_no_right_anywhere(right: Right, place: str) -> None:
    assert not ANYONE.may(right, place)
    with pytest.raises(Unauthenticated) as refused:
        ANYONE.require(right, place, FIELD)
    assert refused.value.path == FIELD


def test_an_observer_only_reads() -> None:
    assert RIGHTS[Role.OBSERVER] == {Right.VIEW}
    assert RIGHTS[Role.OFFICER] == set(Right)


@pytest.mark.parametrize(("right", "place"), [*product(Right, ["a/b/c", "a/b", "a/d/c"])])
def test_a_refusal_says_whether_role_or_place_is_wrong(right: Right, place: str) -> None:
    observer = Viewer(role=Role.OBSERVER, place="a/b/c")
    if right is Right.VIEW and place == "a/b/c":
        observer.require(right, place, FIELD)
        return
    with pytest.raises(Forbidden) as refused:
        observer.require(right, place, FIELD)
    wrong = "Your role" if place == "a/b/c" else "no rights for this place"
    assert wrong in refused.value.message
