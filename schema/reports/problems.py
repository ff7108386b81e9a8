"""Why a report is refused for its category."""

import strawberry

from core.reports import problems
from core.reports.categories import Category
from schema.base.problem import Problem, Refusal
from schema.reports.categories import ReportCategory


@strawberry.type(description="The city has no such report category.")
class UnknownCategoryProblem(Problem):
    """Names the categories that exist."""

    shows = problems.UnknownCategory

    @strawberry.field(description="The codes of the city's categories.")
    @staticmethod
    def available_categories(
        root: strawberry.Parent[Refusal[problems.UnknownCategory]],
    ) -> list[str]:
        """Return the codes."""
        return list(root.problem.available)


@strawberry.type(description="The city does not accept reports of this category.")
class CategoryRefusedProblem(Problem):
    """Names the category, which says whom to contact instead."""

    shows = problems.CategoryRefused

    @strawberry.field(
        description="The category; its `instead` says whom to contact.",
        graphql_type=ReportCategory,
    )
    @staticmethod
    def category(root: strawberry.Parent[Refusal[problems.CategoryRefused]]) -> Category:
        """Return the category."""
        return root.problem.category
