"""Answers to a category's questions (Open311 attributes)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from core.languages import lookup
from core.problems import InvalidInput
from core.reports.categories import Category, Datatype, Question
from core.text import MAX_NOTE, parse_text

Field = tuple[str | int, ...]


def parse_answers(
    category: Category, given: Sequence[tuple[str, Sequence[str]]], field: Field
) -> dict[str, list[str]]:
    """Return the answers by question code, validated against the category's questions.

    Raises `InvalidInput` for an unknown question, a question answered twice, a value that is not
    among the options or not of the datatype, or a missing required answer.
    """
    questions = {question.code: question for question in category.questions}
    answers: dict[str, list[str]] = {}
    for index, (code, values) in enumerate(given):
        at = (*field, index)
        question = questions.get(code)
        if question is None:
            raise InvalidInput(
                "UNKNOWN_VALUE", "The category has no such question.", (*at, "question")
            )
        if code in answers:
            raise InvalidInput("DUPLICATE", "This question is answered twice.", (*at, "question"))
        answers[code] = _parse_values(question, values, (*at, "values"))
    for question in category.questions:
        if question.required and not answers.get(question.code):
            raise InvalidInput(
                "REQUIRED",
                f"Answer the question `{question.code}` ({lookup(question.names)}).",
                field,
            )
    return answers


def _parse_values(question: Question, values: Sequence[str], field: Field) -> list[str]:
    several = question.datatype is Datatype.MULTIVALUELIST
    if len(values) > (len(question.options) if several else 1):
        raise InvalidInput("TOO_MANY", "The question accepts fewer values.", field)
    parsed = [
        parse_text(value, (*field, index), MAX_NOTE, required=False)
        for index, value in enumerate(values)
    ]
    allowed = {option.code for option in question.options}
    readable = _READABLE.get(question.datatype)
    for index, value in enumerate(parsed):
        if allowed and value not in allowed:
            raise InvalidInput(
                "UNKNOWN_VALUE", f"Choose one of: {', '.join(sorted(allowed))}.", (*field, index)
            )
        if readable is not None and value and not readable(value):
            raise InvalidInput(
                "MALFORMED", f"The answer must be a {question.datatype}.", (*field, index)
            )
    return [value for value in parsed if value]


def _is_number(value: str) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except ValueError:
        return False


def _is_datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_READABLE: Mapping[Datatype, Callable[[str], bool]] = {
    Datatype.NUMBER: _is_number,
    Datatype.DATETIME: _is_datetime,
}
