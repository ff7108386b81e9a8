"""How the lists of a chain of places are merged."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from core.places.catalogue import by_code, nearest_first


@dataclass(frozen=True)
class Listed:
    code: str
    place: int


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[Listed, ...]]:
    """Up to four places, the nearest first; a code stands at most once in each."""
    codes = st.lists(st.sampled_from("abcdef"), unique=True)
    count = draw(st.integers(0, 4))
    return [tuple(Listed(code, place) for code in draw(codes)) for place in range(count)]


@given(chains())
def test_the_nearest_row_of_a_code_counts(answers: list[tuple[Listed, ...]]) -> None:
    listed = [row for answer in answers for row in answer]
    merged = by_code(answers)
    assert set(merged) == {row.code for row in listed}
    for code, row in merged.items():
        assert row.place == min(each.place for each in listed if each.code == code)
    assert set(nearest_first(answers)) == set(merged.values())


@given(chains())
def test_where_order_counts_it_is_that_of_the_answers(answers: list[tuple[Listed, ...]]) -> None:
    merged = nearest_first(answers)
    assert [row.place for row in merged] == sorted(row.place for row in merged)
    for place, answer in enumerate(answers):
        kept = [row for row in merged if row.place == place]
        assert kept == [row for row in answer if row in kept]


def test_a_chain_without_answers_gives_an_empty_collection() -> None:
    assert by_code([]) == {}
    assert nearest_first([(), ()]) == ()
