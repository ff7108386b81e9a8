"""Answers to the questions of a category."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import InvalidInput
from core.reports.answers import parse_answers
from core.reports.categories import Category, Datatype, Option, Question

FIELD = ("input", "answers")
OPTIONS = tuple(Option(code, {"en": code}) for code in ("red", "green", "blue"))
LISTS = {Datatype.SINGLEVALUELIST, Datatype.MULTIVALUELIST}
CATEGORY = Category(
    "traffic",
    {"en": "Traffic"},
    questions=tuple(
        Question(each.lower(), {"en": each.title()}, each, options=OPTIONS if each in LISTS else ())
        for each in Datatype
    ),
)
PLATE = Question("plate", {"en": "Number plate"}, required=True)

Given = list[tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("given_answers", "rule", "path"),
    [
        ([("nobody", ["x"])], "UNKNOWN_VALUE", (0, "question")),
        ([("string", ["x"]), ("string", ["y"])], "DUPLICATE", (1, "question")),
        ([("string", ["x", "y"])], "TOO_MANY", (0, "values")),
        ([("singlevaluelist", ["red", "blue"])], "TOO_MANY", (0, "values")),
        ([("multivaluelist", ["red"] * 4)], "TOO_MANY", (0, "values")),
        ([("multivaluelist", ["red", "pink"])], "UNKNOWN_VALUE", (0, "values", 1)),
        ([("text", ["x" * 2001])], "TOO_LONG", (0, "values", 0)),
        ([("text", ["\0"])], "MALFORMED", (0, "values", 0)),
        ([("number", ["many"])], "MALFORMED", (0, "values", 0)),
        ([("number", ["nan"])], "MALFORMED", (0, "values", 0)),
        ([("number", ["1e999"])], "MALFORMED", (0, "values", 0)),
        ([("datetime", ["yesterday"])], "MALFORMED", (0, "values", 0)),
    ],
)
def test_what_breaks_a_rule_is_named(
    given_answers: Given, rule: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_answers(CATEGORY, given_answers, FIELD)
    assert (refused.value.rule, refused.value.path) == (rule, (*FIELD, *path))


@pytest.mark.parametrize("given_answers", [[], [("plate", [])], [("plate", ["  "])]])
def test_a_required_question_wants_characters(given_answers: Given) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_answers(Category("c", {"en": "C"}, questions=(PLATE,)), given_answers, FIELD)
    assert (refused.value.rule, refused.value.path) == ("REQUIRED", FIELD)
    assert "Number plate" in refused.value.message


@given(st.permutations(["red", "green", "blue"]), st.integers(0, 3))
def test_several_options_are_kept_as_they_were_chosen(order: list[str], count: int) -> None:
    chosen = order[:count]
    parsed = parse_answers(CATEGORY, [("multivaluelist", chosen)], FIELD)
    assert parsed == {"multivaluelist": chosen}


@given(st.floats(allow_nan=False, allow_infinity=False), st.datetimes())
def test_numbers_and_times_are_kept_as_they_were_written(number: float, at: object) -> None:
    given_answers = [("number", [f" {number} "]), ("datetime", [str(at)])]
    parsed = parse_answers(CATEGORY, given_answers, FIELD)
    assert parsed == {"number": [str(number)], "datetime": [str(at)]}


def test_an_empty_value_is_no_answer() -> None:
    assert parse_answers(CATEGORY, [("number", [""]), ("datetime", [])], FIELD) == {
        "number": [],
        "datetime": [],
    }
