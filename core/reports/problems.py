"""Problems with the category of a report."""

from collections.abc import Sequence

from core.problems import Problem
from core.reports.categories import Category


class UnknownCategory(Problem):
    """The city has no such report category; `available` lists the codes that it has."""

    code = "UNKNOWN_CATEGORY"

    def __init__(self, message: str, available: Sequence[str], path: Sequence[str | int]) -> None:
        super().__init__(message, path)
        self.available = tuple(available)


class CategoryRefused(Problem):
    """The city does not accept this category; `category` says whom to contact instead."""

    code = "CATEGORY_REFUSED"

    def __init__(self, message: str, category: Category, path: Sequence[str | int]) -> None:
        super().__init__(message, path)
        self.category = category
