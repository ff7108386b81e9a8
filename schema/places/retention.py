"""Retention periods of a city."""

from dataclasses import Field, fields
from typing import Any

import strawberry

from core.places.description import DOCUMENTATION
from core.places.description import Retention as RetentionOfDomain
from schema.base.value import OfValue


def _retention_type() -> Any:
    """Return the type with a field for each period of `core.places.description.Retention`."""
    periods = fields(RetentionOfDomain)
    body: dict[str, Any] = {period.name: _described(period) for period in periods}
    annotations = {period.name: int | None for period in periods}
    named = {"domain_class": RetentionOfDomain, "__annotations__": annotations}
    return strawberry.type(
        type("Retention", (OfValue,), body | named),
        description="Retention periods in days, counted from the last change. After that, texts, "
        "files, positions and receipts are erased.",
    )


def _described(period: Field[Any]) -> Any:
    return strawberry.field(description=period.metadata[DOCUMENTATION])


Retention = _retention_type()
