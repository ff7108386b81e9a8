"""Towed vehicles: their public data, and the records of police."""

from datetime import datetime

import strawberry

from core.storage.rows import Row
from core.vehicles.models import Towing as TowingRow
from schema.base.connection import Connection, Edge
from schema.base.node import global_id
from schema.base.pagination import OfPage
from schema.base.row import OfRow, reads
from schema.places.stations import Station, station_field


@strawberry.type(description="A vehicle that is in a police yard.")
class TowedVehicle(OfRow):
    """Read from `core.vehicles.models.Towing`; contains no names of people."""

    model = TowingRow

    plate: str = strawberry.field(description="The plate in its normal form.")
    place: str = strawberry.field(description="The path of the responsible city or station.")
    yard: str = strawberry.field(description="The yard from which it can be collected.")
    towed_at: datetime = strawberry.field(description="When it was towed.")

    station: Station | None = station_field(
        "The responsible station; null if the city as a whole is responsible."
    )


@strawberry.type(description="The towing of a vehicle and its release; for police.")
class Towing(TowedVehicle):
    """With the fields for officers only."""

    note: str = strawberry.field(description="The reason; may be empty.")
    released_at: datetime | None = strawberry.field(description="When it was released.")

    @strawberry.field(description="The value for `releaseVehicle`.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global ID."""
        return global_id("Towing", root.id)

    @strawberry.field(
        description="The name of the officer who recorded the towing.",
        metadata=reads("officer.name"),
    )
    @staticmethod
    def officer(root: strawberry.Parent[Row]) -> str | None:
        """Return the name."""
        return root.officer_name

    @strawberry.field(
        description="The name of the officer who released it.", metadata=reads("released_by.name")
    )
    @staticmethod
    def released_by(root: strawberry.Parent[Row]) -> str | None:
        """Return the name."""
        return root.released_by_name


@strawberry.type(description="An edge of a list of towings.")
class TowingEdge(Edge[Towing]):
    """A towing and its cursor."""


@strawberry.type(description="A page of a list of towings.")
class TowingConnection(OfPage, Connection):
    """Towings, the newest first: read from `schema.base.pagination.Page`."""

    model = TowingRow

    edges: list[TowingEdge] = strawberry.field(description="The edges of this page.")
