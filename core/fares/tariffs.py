"""Official tariffs of auto-rickshaws and taxis."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Final

from annotated_types import Ge, Gt, Predicate

from core.formats import LocalisedWords, Slug
from core.places.catalogue import Catalogue, by_code


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a ride may cost: an official tariff of auto-rickshaws or taxis.

    Money in `currency` (ISO 4217); `base` covers the first `base_metres`. `night_times` multiplies
    the fare from `night_from` to `night_until` (local time, which may pass midnight). `step` is
    what a fare is rounded to, as the meter shows it.
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
            raise ValueError("night_from and night_until go together")


TARIFFS: Final = Catalogue(
    hook="tariffs",
    row=Tariff,
    file="fares.toml",
    table="tariffs",
    merge=by_code,
    documentation="""
    Give the official fares of auto-rickshaws and taxis.

    Called once at start. Merged by code; the nearest link's replaces one of the same code.
    """,
)
