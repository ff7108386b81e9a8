"""What citizens are told, by language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len, Predicate


@dataclass(frozen=True, slots=True)
class Phrases:
    """What this server says to citizens, in one language, by key: `report-RECEIVED`."""

    language: Annotated[str, Len(1, 35), Predicate(str.islower)]
    words: Mapping[str, Annotated[str, Len(1, 500)]]
