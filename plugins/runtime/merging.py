"""Merge the retention periods of a place with those of its state, country and the defaults."""

from collections.abc import Sequence
from dataclasses import fields

from core.places.description import PlaceDescription, Retention


def merged_retention(nearest_first: Sequence[PlaceDescription]) -> Retention:
    """Return each retention period as the nearest place sets it, in days."""
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
