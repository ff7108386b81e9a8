"""Dispositions: outcomes that police can record."""

from dataclasses import dataclass
from typing import Final

from core.places.catalogue import Catalogue, by_code
from core.places.formats import DottedSlug, LocalisedWords


@dataclass(frozen=True, slots=True)
class Disposition:
    """The outcome of a police action."""

    code: DottedSlug
    names: LocalisedWords


DISPOSITIONS: Final = Catalogue(
    hook="dispositions",
    row=Disposition,
    file="dispositions.toml",
    table="dispositions",
    merge=by_code,
    documentation="""
    Return the outcomes that police can record when they act.

    Called once at start. Merged by code; the nearest place's disposition replaces others with its
    code.
    """,
)
