"""Every refusal of the domain has a type of the contract."""

import inspect
from typing import Any

import pytest

from core import problems
from core.problems import Problem
from schema.base.problem import to_type

SPECIAL: dict[type[Problem], dict[str, Any]] = {
    problems.InvalidInput: {"rule": "TOO_LONG"},
    problems.MediaRefused: {"rule": "TOO_LARGE"},
    problems.UnknownCategory: {"available": ["a", "b"], "path": ["input", 0]},
    problems.FeatureUnavailable: {"feature": "REPORTS", "place": "a/b/c", "available": ["ALERTS"]},
    problems.ActionNotPossible: {"state": "RESOLVED", "possible": ["NOTE"]},
}
KINDS = [
    kind
    for _, kind in inspect.getmembers(problems, inspect.isclass)
    if issubclass(kind, Problem)
    and kind not in (Problem, problems.CategoryRefused, problems.Unavailable)
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_becomes_the_type_of_its_name(kind: type[Problem]) -> None:
    given = {"path": ("input", "texts", 2)} | SPECIAL.get(kind, {})
    problem = kind(message="Do this next.", **given)
    shown: Any = to_type(problem)
    assert type(shown).__name__ == f"{kind.__name__}Problem"
    assert shown.message == "Do this next."
    assert shown.code == problem.rule
    assert shown.field == [str(each) for each in given["path"]]


def test_it_says_what_is_possible_instead() -> None:
    unknown: Any = to_type(problems.UnknownCategory("No.", ["a", "b"], []))
    assert list(unknown.available_categories) == ["a", "b"]
    late: Any = to_type(problems.ActionNotPossible("No.", state="RESOLVED", possible=["NOTE"]))
    assert (late.state, list(late.possible)) == ("RESOLVED", ["NOTE"])


def test_away_from_the_database_it_says_when_to_come_back() -> None:
    shown: Any = to_type(problems.Unavailable())
    assert (shown.code, shown.retry_after) == ("UNAVAILABLE", problems.Unavailable.retry_after)
