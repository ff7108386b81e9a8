"""Fields that answer in the language asked for."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from core.languages import DEFAULT_LANGUAGE, lookup
from core.places.city import City
from core.places.phrases import PHRASES
from schema.base.bounds import LANGUAGE, argument

Language = Annotated[
    str,
    argument("The language wanted (BCP 47), such as `hi` or `hi-IN`.", LANGUAGE),
]


@strawberry.type(description="What citizens are told, in one language.")
class Phrase:
    """A text and its key."""

    key: str = strawberry.field(
        description="What it is said of: `report-RECEIVED`, `number-POLICE`, `feature-ALERTS`."
    )
    text: str = strawberry.field(description="The text.")


def phrase(city: City | None, key: str, language: str) -> str:
    """Return what a city says under a key; where nobody says anything, the key's own words."""
    words = city[PHRASES].get(key) if city is not None else None
    if words:
        return lookup(words, language)
    return key.partition("-")[2].replace("_", " ").capitalize()


def name_field(description: str, column: str = "names") -> Any:
    """Make a field that answers in the language asked for."""

    @staticmethod
    def resolve(root: strawberry.Parent[Any], language: Language = DEFAULT_LANGUAGE) -> str:
        words: Mapping[str, str] = getattr(root, column)
        return lookup(words, language)

    return strawberry.field(resolver=resolve, description=description)
