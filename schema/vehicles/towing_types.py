"""Towed vehicles: as whoever misses one may know of it, and as police have it on record."""

from datetime import datetime

import strawberry

from core.storage.rows import Row
from core.vehicles.models import Towing as TowingRow
from schema.base.connection import Connection, Edge
from schema.base.node import global_id
from schema.base.pagination import OfPage
from schema.base.row import OfRow, reads
from schema.places.stations import Station, station_field


@strawberry.type(description="A vehicle that stands in a yard of police.")
class TowedVehicle(OfRow):
    """Read from `core.vehicles.models.Towing`; names nobody."""

    model = TowingRow

    plate: str = strawberry.field(description="The plate in its normal form.")
    place: str = strawberry.field(description="The path of the city, or station, that has it.")
    yard: str = strawberry.field(description="Where to fetch it.")
    towed_at: datetime = strawberry.field(description="When it was towed.")

    station: Station | None = station_field(
        "The station that has it, with its numbers; null if the city as a whole has it."
    )


@strawberry.type(description="That a vehicle was taken to a yard, and handed back; for police.")
class Towing(TowedVehicle):
    """What only officers see beside it."""

    note: str = strawberry.field(description="Words; may be empty.")
    released_at: datetime | None = strawberry.field(description="When it was handed back.")

    @strawberry.field(description="The value for `releaseVehicle`.", metadata=reads("id"))
    @staticmethod
    def id(root: strawberry.Parent[Row]) -> strawberry.ID:
        """Return the global id."""
        return global_id("Towing", root.id)

    @strawberry.field(description="Who had it towed.", metadata=reads("officer.name"))
    @staticmethod
    def officer(root: strawberry.Parent[Row]) -> str | None:
        """Return the name."""
        return root.officer_name

    @strawberry.field(description="Who handed it back.", metadata=reads("released_by.name"))
    @staticmethod
    def released_by(root: strawberry.Parent[Row]) -> str | None:
        """Return the name."""
        return root.released_by_name


@strawberry.type(description="One place in a list of towings.")
class TowingEdge(Edge[Towing]):
    """A node and its cursor."""


@strawberry.type(description="A page of a list of towings.")
class TowingConnection(OfPage, Connection):
    """Towings, the newest first: read from `schema.base.pagination.Page`."""

    model = TowingRow

    edges: list[TowingEdge] = strawberry.field(description="The places of this page.")
