"""Positions, as input and as output."""

import strawberry


@strawberry.type(description="A point in WGS 84.")
class Position:
    """Where something is."""

    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east.")
    accuracy: float | None = strawberry.field(
        default=None, description="Radius of uncertainty in metres, where it is known."
    )


@strawberry.input(description="A point in WGS 84.")
class PositionInput:
    """Where the caller says something is."""

    latitude: float = strawberry.field(description="Degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, -180 to 180.")
    accuracy: float | None = strawberry.field(
        default=None, description="Radius of uncertainty in metres."
    )


def position_of(
    latitude: float | None, longitude: float | None, accuracy: float | None = None
) -> Position | None:
    """Return the point of two columns, if both hold one."""
    if latitude is None or longitude is None:
        return None
    return Position(latitude=latitude, longitude=longitude, accuracy=accuracy)
