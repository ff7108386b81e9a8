"""Fields that answer in the language asked for."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from core.languages import DEFAULT_LANGUAGE, lookup

Language = Annotated[
    str,
    strawberry.argument(description="The language wanted (BCP 47), such as `hi` or `hi-IN`."),
]


def name_field(description: str, column: str = "names") -> Any:
    """Make a field that answers in the language asked for."""

    @staticmethod
    def resolve(root: strawberry.Parent[Any], language: Language = DEFAULT_LANGUAGE) -> str:
        words: Mapping[str, str] = getattr(root, column)
        return lookup(words, language)

    return strawberry.field(resolver=resolve, description=description)
