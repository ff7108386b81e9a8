"""Default routing: by boundary, desk, nearest station, control room."""

from collections.abc import Iterable, Mapping, Sequence

from core.places.formats import is_at_or_below
from core.places.routing import Route, RoutingStep
from core.places.stations import Station
from core.position import Position, distance
from plugins.contract.areas import Areas
from plugins.contract.hookspecs import hookimpl


@hookimpl
def route_report(
    category: str,
    position: Position,
    stations: Mapping[str, Station],
    areas: Areas,
    steps: Sequence[RoutingStep],
) -> Route | None:
    """Try the place's routing steps in order; the first that finds a station decides."""
    for step in steps:
        match step:
            case RoutingStep.BOUNDARY:
                route = _inside(position, areas)
            case RoutingStep.DESK:
                route = _desk(category, stations.values())
            case RoutingStep.NEAREST:
                route = _nearest(position, stations.values())
            case RoutingStep.CONTROL_ROOM:
                route = _control_room(stations.values())
        if route is not None:
            return route
    return None


@hookimpl
def route_alert(
    position: Position | None, stations: Mapping[str, Station], areas: Areas
) -> Route | None:
    """Route an alert to the station whose area contains it, the nearest, or the control room."""
    if position is None:
        return _control_room(stations.values())
    return (
        _inside(position, areas)
        or _nearest(position, stations.values())
        or _control_room(stations.values())
    )


def _inside(position: Position, areas: Areas) -> Route | None:
    code = areas.station_at(position)
    return Route(station=code, reason="inside its boundary") if code is not None else None


def _desk(category: str, stations: Iterable[Station]) -> Route | None:
    """Find the most specific desk for the category."""
    desks = [
        (desk, station.code)
        for station in stations
        for desk in station.desks
        if is_at_or_below(category, desk)
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
