"""Routing where no place routes by itself: desk, nearest station, control room."""

from collections.abc import Iterable, Mapping

from core.city import Route, Station
from core.position import Position, distance
from plugins.hookspecs import hookimpl


@hookimpl
def route_report(
    category: str, position: Position, stations: Mapping[str, Station]
) -> Route | None:
    """Send a report to the desk for its category, else to the nearest station."""
    return (
        _desk(category, stations.values())
        or _nearest(position, stations.values())
        or _control_room(stations.values())
    )


@hookimpl
def route_alert(position: Position | None, stations: Mapping[str, Station]) -> Route | None:
    """Send a call for help to the nearest station."""
    nearest = _nearest(position, stations.values()) if position is not None else None
    return nearest or _control_room(stations.values())


def _desk(category: str, stations: Iterable[Station]) -> Route | None:
    """Find the desk with the longest code that the category is, or lies below."""
    desks = [
        (desk, station.code)
        for station in stations
        for desk in station.desks
        if category == desk or category.startswith(f"{desk}.")
    ]
    if not desks:
        return None
    desk, code = max(desks, key=lambda found: len(found[0]))
    return Route(station=code, reason=f"desk for {desk}")


def _nearest(position: Position, stations: Iterable[Station]) -> Route | None:
    answering = [
        (metres, station.code)
        for station in stations
        if station.position is not None and not station.control_room
        if (metres := distance(position, station.position)) <= (station.radius or float("inf"))
    ]
    if not answering:
        return None
    metres, code = min(answering)
    return Route(station=code, reason=f"nearest station, {metres / 1000:.1f} km")


def _control_room(stations: Iterable[Station]) -> Route | None:
    room = next((station.code for station in stations if station.control_room), None)
    return Route(station=room, reason="control room") if room is not None else None
