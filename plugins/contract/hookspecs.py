"""Hook specifications: what a place can implement in code. Everything else is data files.

A hook is a plain function or `async def`. It declares the arguments it needs, by name. `place` is
the path of the place that the server asks about. For a city, the server asks the plugins of the
city, its state, its country and the defaults, in this order (the plugin chain). Any of them can
implement any hook. If a hook raises, exceeds its timeout or returns a value of the wrong type, the
server logs a fault under that plugin's path, counts it, and asks the next plugin. In a list, only
the invalid rows are left out, each with its own fault.

Timeouts: 10 seconds for hooks called at start, 0.5 seconds for hooks called during a request
(`route_report`, `route_alert`), 2 seconds for `look_up_vehicle`, which may query another service.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pluggy

from core.places.catalogue import Catalogue
from core.places.description import PlaceDescription
from core.places.routing import Route, RoutingStep
from core.places.stations import Station, StationArea
from core.places.vehicle_record import VehicleRecord
from core.position import Position
from plugins.contract.areas import Areas

PROJECT = "citizencop"
CONTRACT_VERSION = 1
"""Incremented when a hook changes incompatibly."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class CodeHooks:
    """Hooks other than the catalogues' lists."""

    @hookspec
    def describe_place(self, place: str) -> PlaceDescription | Awaitable[PlaceDescription] | None:
        """Describe the place: names, codes, time zone, languages, position, deployment.

        Called once at start, on the place's own plugin only. Empty fields are inherited from the
        state, the country and the defaults. If the answer is invalid, the city runs light, with its
        row among the light cities and the valid keys of its `place.toml`. A light city cannot have
        the feature `REPORTS`. A city cannot take the code or area of a city that was loaded
        earlier.
        """

    @hookspec
    def light_cities(
        self, place: str
    ) -> Sequence[PlaceDescription] | Awaitable[Sequence[PlaceDescription]] | None:
        """List the light cities of a country or state.

        Called once at start, on every plugin; the answers are combined. If a row's path has its own
        plugin, that plugin describes the city, and the row is used only if the description is
        invalid.
        """

    @hookspec
    def station_areas(
        self, place: str
    ) -> Sequence[StationArea] | Awaitable[Sequence[StationArea]] | None:
        """Return the areas of a city's stations, as GeoJSON polygons (RFC 7946).

        Called once at start, on the city's own plugin only. A position on an edge is inside. If
        areas overlap, the first is used. In a gap between areas, the next routing step decides.
        Invalid areas are left out.
        """

    @hookspec
    def route_report(
        self,
        place: str,
        category: str,
        position: Position,
        stations: Mapping[str, Station],
        areas: Areas,
        steps: Sequence[RoutingStep],
    ) -> Route | Awaitable[Route | None] | None:
        """Choose the station that gets a report.

        Called for each report after validation, before it is stored. The first answer of the chain
        that is not `None` is used, and must name one of `stations`. The defaults answer last, with
        the place's `routing` steps: the station whose area contains the position, the desk for the
        category, the nearest station, the control room. `areas.station_at(position)` returns the
        code of the station whose area contains the position.

        Example: `return Route(station="cyber", reason="cyber desk")`
        """

    @hookspec
    def route_alert(
        self,
        place: str,
        position: Position | None,
        stations: Mapping[str, Station],
        areas: Areas,
    ) -> Route | Awaitable[Route | None] | None:
        """Choose the station that gets an alert. Officers of the whole city see it in any case.

        Called for each alert. `position` is `None` if the phone does not know it. The first answer
        of the chain that is not `None` is used, and must name one of `stations`. The defaults
        answer last: the station whose area contains the position, the nearest station, the control
        room.
        """

    @hookspec
    def look_up_vehicle(
        self, place: str, plate: str
    ) -> VehicleRecord | Awaitable[VehicleRecord | None] | None:
        """Query the city's own service for a vehicle, by its plate in normal form.

        Called for each look-up, before the imported registers are read. The first answer of the
        chain that is not `None` is used, and must have the same plate. `None` means that the
        service has no such vehicle. If a service fails and no imported register has the vehicle,
        the caller gets `TRY_LATER`, not "not found". Runs on its own thread and event loop, so a
        slow service does not delay the place's other hooks; after a timeout the service is skipped
        for 30 seconds. Use `async def`: plain functions make look-ups wait for each other. Do not
        store or log the plate.

        Example: `return VehicleRecord(plate, "Maruti", "Swift", "White", "Motor Car")`
        """


def hooks_for(catalogues: Sequence[Catalogue[Any, Any]]) -> type[CodeHooks]:
    """Return all hook specifications: `CodeHooks`, and one hook for each catalogue."""
    return type("PlaceHooks", (CodeHooks,), {each.hook: _hook_for(each) for each in catalogues})


def _hook_for(catalogue: Catalogue[Any, Any]) -> Callable[..., Any]:
    def rows(self: object, place: str) -> Sequence[Any] | Awaitable[Sequence[Any]] | None: ...

    rows.__name__, rows.__doc__ = catalogue.hook, catalogue.documentation
    return hookspec(rows)
