"""Cursors open only what they were sealed for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.log.cursors import CursorSeal
from core.problems import InvalidCursor

SEAL = CursorSeal(b"key")
POSITIONS = st.dictionaries(st.text(max_size=20), st.integers(0, 2**53), max_size=5)


@given(POSITIONS)
def test_it_opens_as_it_was_sealed(position: dict[str, int]) -> None:
    assert SEAL.open("place", "india", SEAL.seal("place", "india", position)) == position


@given(POSITIONS, st.text(max_size=10), st.text(max_size=10))
def test_for_anything_else_it_stays_shut(
    position: dict[str, int], purpose: str, scope: str
) -> None:
    cursor = SEAL.seal("place", "india", position)
    if (purpose, scope) != ("place", "india"):
        with pytest.raises(InvalidCursor):
            SEAL.open(purpose, scope, cursor)
    with pytest.raises(InvalidCursor):
        CursorSeal(b"other").open("place", "india", cursor)


@given(st.text(max_size=200))
def test_nobody_else_can_make_one(text: str) -> None:
    with pytest.raises(InvalidCursor):
        SEAL.open("place", "india", text)
