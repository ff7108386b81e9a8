"""The tree of categories, and their questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.places.formats import is_at_or_below
from core.reports.categories import Datatype, Option, Question

CODES = st.lists(st.sampled_from(["crime", "cyber", "a", "ab"]), min_size=1, max_size=4)
WORDS = {"en": "Which?"}


@given(CODES, CODES)
def test_dots_make_the_tree(category: list[str], code: list[str]) -> None:
    expected = category[: len(code)] == code
    assert is_at_or_below(".".join(category), ".".join(code)) == expected


@pytest.mark.parametrize("datatype", Datatype)
def test_only_a_list_needs_options(datatype: Datatype) -> None:
    option = Option("yes", {"en": "Yes"})
    assert Question("q", WORDS, datatype, options=(option,)).options == (option,)
    if datatype in (Datatype.SINGLEVALUELIST, Datatype.MULTIVALUELIST):
        with pytest.raises(ValueError, match="options"):
            Question("q", WORDS, datatype)
    else:
        assert Question("q", WORDS, datatype).options == ()
