"""Texts in the language that a client requests."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from core.languages import DEFAULT_LANGUAGE, lookup
from core.places.city import City
from core.places.phrases import PHRASES
from schema.base.bounds import LANGUAGE, argument

Language = Annotated[
    str,
    argument("The preferred language (BCP 47), such as `hi` or `hi-IN`.", LANGUAGE),
]


@strawberry.type(description="A text of the city for citizens, in one language.")
class Phrase:
    """A text and its key."""

    key: str = strawberry.field(
        description="What it is said of: `report-RECEIVED`, `number-POLICE`, `feature-ALERTS`."
    )
    text: str = strawberry.field(description="The text.")


def phrase(city: City | None, key: str, language: str) -> str:
    """Return a city's text for a key; without one, the words of the key itself."""
    words = city[PHRASES].get(key) if city is not None else None
    if words:
        return lookup(words, language)
    return key.partition("-")[2].replace("_", " ").capitalize()


def name_field(description: str, column: str = "names") -> Any:
    """Return a field that resolves to a text in the requested language."""

    @staticmethod
    def resolve(root: strawberry.Parent[Any], language: Language = DEFAULT_LANGUAGE) -> str:
        words: Mapping[str, str] = getattr(root, column)
        return lookup(words, language)

    return strawberry.field(resolver=resolve, description=description)
