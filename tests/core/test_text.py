"""Texts that people send."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.problems import InvalidInput
from core.text import parse_text

FIELD = ("input", "texts", 0, "headline")
STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(STORABLE, st.sampled_from(["", " ", "\n\t", "\u00a0"]))
def test_white_space_goes_from_the_ends_only(text: str, space: str) -> None:
    parsed = parse_text(f"{space}{text}{space}", FIELD, 10_000, required=False)
    assert parsed == text.strip()


@given(STORABLE, st.integers(0, 20))
def test_the_limit_counts_characters_without_the_ends(text: str, limit: int) -> None:
    length = len(text.strip())
    if length <= limit:
        assert len(parse_text(f"  {text}  ", FIELD, limit, required=False)) == length
        return
    with pytest.raises(InvalidInput) as refused:
        parse_text(text, FIELD, limit, required=False)
    assert (refused.value.rule, refused.value.path) == ("TOO_LONG", FIELD)
    assert refused.value.message == f"headline may have at most {limit} characters."


@given(STORABLE, st.one_of(st.just("\0"), st.characters(categories=["Cs"])), STORABLE)
def test_what_no_database_keeps_is_refused(before: str, bad: str, after: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_text(before + bad + after, FIELD, 10_000, required=False)
    assert refused.value.rule == "MALFORMED"


@given(STORABLE)
def test_what_passes_can_be_stored_as_utf_8(text: str) -> None:
    assume(text.strip())
    assert parse_text(text, FIELD, 10_000, required=True).encode()


@pytest.mark.parametrize("text", ["", " ", "\n\u2003\t"])
def test_only_what_is_required_must_have_characters(text: str) -> None:
    assert parse_text(text, FIELD, 10, required=False) == ""
    with pytest.raises(InvalidInput) as refused:
        parse_text(text, FIELD, 10, required=True)
    assert refused.value.rule == "REQUIRED"


def test_what_was_sent_is_not_in_the_message() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_text("my neighbour Asha\0", FIELD, 100, required=True)
    assert "Asha" not in refused.value.message
