"""Official tariffs of auto-rickshaws and taxis."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Final

from annotated_types import Ge, Gt, Predicate

from core.places.catalogue import Catalogue, by_code
from core.places.formats import LocalisedWords, Slug


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


@dataclass(frozen=True, slots=True)
class Tariff:
    """An official tariff of auto-rickshaws or taxis.

    Amounts are in `currency` (ISO 4217). `base` covers the first `base_metres`. The fare is
    multiplied by `night_times` from `night_from` to `night_until` (local times; the night can pass
    midnight), and rounded to a multiple of `step`.
    """

    code: Slug
    names: LocalisedWords
    currency: Annotated[str, Predicate(_is_currency)]
    base: Annotated[Decimal, Gt(0)]
    base_metres: Annotated[float, Gt(0)]
    per_km: Annotated[Decimal, Gt(0)]
    per_minute_waiting: Annotated[Decimal, Ge(0)] = Decimal(0)
    night_from: time | None = None
    night_until: time | None = None
    night_times: Annotated[Decimal, Ge(1)] = Decimal(1)
    step: Annotated[Decimal, Gt(0)] = Decimal(1)
    valid_from: date | None = None
    verified: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if (self.night_from is None) != (self.night_until is None):
            raise ValueError("set both night_from and night_until, or neither")


TARIFFS: Final = Catalogue(
    hook="tariffs",
    row=Tariff,
    file="fares.toml",
    table="tariffs",
    merge=by_code,
    documentation="""
    Return the official tariffs of auto-rickshaws and taxis.

    Called once at start. The answers of the chain are merged by code; the nearest place's tariff
    replaces others with its code.
    """,
)
