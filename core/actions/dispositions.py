"""Dispositions: the outcomes that police can record."""

from dataclasses import dataclass

from core.formats import DottedSlug, LocalisedWords


@dataclass(frozen=True, slots=True)
class Disposition:
    """What came of it when police acted."""

    code: DottedSlug
    names: LocalisedWords
