"""A refusal of the domain, as the types of the contract show it."""

from typing import Any

import pytest

from core import problems
from core.problems import Problem
from core.reports.problems import CategoryRefused, UnknownCategory
from schema.base.problem import Refusal
from schema.schema import build_schema
from schema.subjects import SUBJECTS

SPECIAL: dict[type[Problem], dict[str, Any]] = {
    problems.InvalidInput: {"rule": "TOO_LONG"},
    problems.MediaRefused: {"rule": "TOO_LARGE"},
    UnknownCategory: {"available": ["a", "b"]},
    problems.FeatureUnavailable: {"feature": "REPORTS", "place": "a/b/c", "available": ["ALERTS"]},
    problems.ActionNotPossible: {"state": "RESOLVED", "possible": ["NOTE"]},
}
FIXED = (CategoryRefused, problems.Unavailable)
"""Those that are made in another way."""
TYPES: dict[str, Any] = build_schema(SUBJECTS)._schema.type_map


@pytest.mark.parametrize("kind", [each for each in Problem.__subclasses__() if each not in FIXED])
def test_a_refusal_has_the_type_of_its_name_alone(kind: type[Problem]) -> None:
    given = {"message": "Do this next.", "path": ("input", "texts", 2)} | SPECIAL.get(kind, {})
    refusal = Refusal(kind(**given))
    shown_as = [
        name
        for name, each in TYPES.items()
        if name.endswith("Problem") and name != "Problem" and each.is_type_of(refusal, None)
    ]
    assert shown_as == [f"{kind.__name__}Problem"]
    assert refusal.message == "Do this next."
    assert refusal.code == refusal.problem.rule
    assert refusal.field == ["input", "texts", "2"]


def test_an_answer_is_no_refusal() -> None:
    assert not any(
        each.is_type_of(problems.NotFound("No.", ()), None)
        for name, each in TYPES.items()
        if name.endswith("Problem") and name != "Problem"
    )


def test_it_names_what_is_possible_instead() -> None:
    unknown = Refusal(UnknownCategory("No.", ["a", "b"], []))
    assert resolved("UnknownCategoryProblem", "availableCategories", unknown) == ["a", "b"]
    late = Refusal(problems.ActionNotPossible("No.", state="RESOLVED", possible=["NOTE"]))
    assert resolved("ActionNotPossibleProblem", "state", late) == "RESOLVED"
    assert resolved("ActionNotPossibleProblem", "possible", late) == ["NOTE"]


def test_away_from_the_database_it_says_when_to_retry() -> None:
    away = Refusal(problems.Unavailable())
    assert away.code == "UNAVAILABLE"
    retry_after = resolved("UnavailableProblem", "retryAfter", away)
    assert retry_after == problems.Unavailable.retry_after


def resolved(type_name: str, field: str, refusal: Refusal[Any]) -> Any:
    definition = TYPES[type_name].fields[field]
    value = definition.resolve(refusal, None)
    return list(value) if isinstance(value, (list, tuple)) else value
