"""Formats of short texts: each takes its own and refuses what only looks like it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from core.paths import is_path
from core.places import formats
from core.places.formats import (
    MAX_CODE,
    DottedSlug,
    LocalisedWords,
    Mark,
    PhoneNumber,
    PublicCode,
    Slug,
)


def fits(kind: Any, value: object) -> bool:
    """Tell whether a value passes the length and the predicate of a format."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Slug, ["a", "civil-lines", "4th-mile"], ["", "A", "a--b", "-a", "a-", "a_b", "a.b", "ü"]),
        (
            DottedSlug,
            ["crime", "crime.cyber", "traffic.signal-jumping", "a_b.c"],
            ["", ".", "a.", ".a", "a..b", "A.b", "a b", "a._"],
        ),
        (
            PhoneNumber,
            ["112", "+919990000000", "0771234567"],
            ["", "+", "1", "++91", "91+", "1-2", "1 2", "११२", "1" * 17],
        ),
        (PublicCode, ["RPR", "A1", "EDG12"], ["", "A", "rpr", "RP-R", "RAIPUR", "12", "ÄB"]),
        (Mark, ["MP09AB1234", "1"], ["", "mp09", "MP 09", "MP-09", "१२", "A" * 17]),
    ],
)
def test_a_format_takes_its_own_alone(kind: Any, right: list[str], wrong: list[str]) -> None:
    assert [value for value in right if not fits(kind, value)] == []
    assert [value for value in wrong if fits(kind, value)] == []


@given(st.text("ab1-_.A/ü", max_size=MAX_CODE))
def test_a_slug_is_one_segment_of_a_path(text: str) -> None:
    assert fits(Slug, text) == (is_path(text) and "/" not in text)


@given(st.lists(st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5})?", fullmatch=True), max_size=8))
def test_dots_join_slugs(parts: list[str]) -> None:
    code = ".".join(parts)
    assert fits(DottedSlug, code) == (0 < len(code) <= MAX_CODE)


@pytest.mark.parametrize(
    "words", [{}, {"en": ""}, {"EN": "Police"}, {"en": "Police", "hi": ""}, {"hi-IN": "पुलिस"}]
)
def test_words_need_a_small_tag_and_a_text_each(words: dict[str, str]) -> None:
    assert not fits(LocalisedWords, words)
    assert fits(LocalisedWords, {"en": "Police", "hi-in": "पुलिस"})


def test_the_limits_are_those_of_the_columns() -> None:
    assert fits(Slug, "a" * formats.MAX_CODE)
    assert not fits(Slug, "a" * (formats.MAX_CODE + 1))
    assert fits(Mark, "A" * formats.MAX_PLATE)
