"""Dispositions: the outcomes that police can record."""

from dataclasses import dataclass
from typing import Final

from core.formats import DottedSlug, LocalisedWords
from core.places.catalogue import Catalogue, by_code


@dataclass(frozen=True, slots=True)
class Disposition:
    """What came of it when police acted."""

    code: DottedSlug
    names: LocalisedWords


DISPOSITIONS: Final = Catalogue(
    hook="dispositions",
    row=Disposition,
    file="dispositions.toml",
    table="dispositions",
    merge=by_code,
    documentation="""
    Give the outcomes that police can record when they act.

    Called once at start. Merged by code; the nearest link's replaces one of the same code.
    """,
)
