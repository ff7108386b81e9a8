"""Merging who a place is with the places that it lies in."""

from collections.abc import Sequence
from dataclasses import fields

from core.places.description import PlaceDescription, Retention


def merged_retention(nearest_first: Sequence[PlaceDescription]) -> Retention:
    """Return for how long each thing is kept: as the nearest place says."""
    days = {
        each.name: next(
            (
                given
                for described in nearest_first
                if (given := getattr(described.retention, each.name)) is not None
            ),
            None,
        )
        for each in fields(Retention)
    }
    return Retention(**days)
