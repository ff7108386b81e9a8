"""The size of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import InvalidInput
from schema.base.connection import DEFAULT_PAGE, MAX_PAGE, parse_first


@given(st.integers())
def test_a_page_has_from_one_to_the_most(first: int) -> None:
    if 1 <= first <= MAX_PAGE:
        assert parse_first(first) == first
        return
    with pytest.raises(InvalidInput) as refused:
        parse_first(first)
    assert (refused.value.rule, refused.value.path) == ("OUT_OF_RANGE", ("first",))


def test_the_usual_page_is_allowed() -> None:
    assert parse_first(DEFAULT_PAGE) == DEFAULT_PAGE
