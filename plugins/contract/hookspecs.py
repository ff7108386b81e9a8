"""Hook specifications: all that a place may say in code. Data files say the rest.

Every hook may be a plain function or `async def`, takes any of the named arguments, and is called
by name. `place` is the path that is asked about. The chain for a city is: city, state, country,
defaults; each link of it may implement any hook. A link that raises, overruns its time limit or
returns something of another type counts as if it had not answered; the fault is logged and counted
under that link's path, and the chain goes on. Of a list each wrong row is left out by itself, with
a fault of its own.

Time limits: ten seconds for hooks called at start, half a second for those called while a citizen
waits (`route_…`), two seconds for `look_up_vehicle`, which asks somebody else's service.
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
"""Raised when a hook changes in a way that an existing plugin would notice."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class CodeHooks:
    """What a place can be asked beside the lists of its catalogues."""

    @hookspec
    def describe_place(self, place: str) -> PlaceDescription | Awaitable[PlaceDescription] | None:
        """Say who the place is: names, codes, time zone, languages, position, deployment.

        Called once at start, on the place's own plugin only. What it leaves empty is taken from
        the places it lies in. Without a right answer the place runs the light version, and is known
        by its light city's row and by what is right in its `place.toml`. A light city cannot offer
        `REPORTS`. A city of a later source takes neither the code nor the ground of an earlier one.
        """

    @hookspec
    def light_cities(
        self, place: str
    ) -> Sequence[PlaceDescription] | Awaitable[Sequence[PlaceDescription]] | None:
        """List the light cities of a country or state.

        Called once at start, on every plugin; the answers are put together. A row whose path has
        a plugin of its own is left to that plugin, and stands in where that cannot describe itself.
        """

    @hookspec
    def station_areas(
        self, place: str
    ) -> Sequence[StationArea] | Awaitable[Sequence[StationArea]] | None:
        """Give the areas of a city's stations, as GeoJSON polygons (RFC 7946).

        Called once at start, for cities with a plugin. The nearest answer wins. A position on an
        edge is inside; where areas overlap, the one that is named first has it. A gap belongs to
        none, and the next step of routing decides. A wrong area is left out by itself.
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
        """Say which station gets a report.

        Called for each report, after it was checked and before it is stored. The nearest answer
        that is not `None` wins, and must name one of `stations`. The defaults answer last, by the
        place's `routing`: the station whose area holds the position, the desk for the category,
        the nearest station, the control room. `areas.station_at(position)` asks the areas.

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
        """Say which station gets a call for help; the control room sees it in any case.

        Called for each alert; `position` is `None` where the phone knows none. The nearest answer
        that is not `None` wins, and must name one of `stations`. The defaults answer last: the
        station whose area holds the position, the nearest station, the control room.
        """

    @hookspec
    def look_up_vehicle(
        self, place: str, plate: str
    ) -> VehicleRecord | Awaitable[VehicleRecord | None] | None:
        """Ask the city's own service for a vehicle, by its plate in normal form.

        Called for each look-up, before the registers that were imported are read. The nearest
        answer that is not `None` wins, and must be about this very plate. `None` says that the
        register has no such vehicle. Where a service fails and no register has the vehicle, whoever
        asks is told `TRY_LATER`, never that there is none. Runs on a thread and a
        loop of its own, apart from the place's other hooks: a service that hangs holds up no call
        for help, and is left alone for half a minute. Make it `async`, or look-ups wait for one
        another. Do not keep or log the plate.

        Example: `return VehicleRecord(plate, "Maruti", "Swift", "White", "Motor Car")`
        """


def hooks_for(catalogues: Sequence[Catalogue[Any, Any]]) -> type[CodeHooks]:
    """Return all hook specifications: those of code, and one for each catalogue."""
    return type("PlaceHooks", (CodeHooks,), {each.hook: _hook_for(each) for each in catalogues})


def _hook_for(catalogue: Catalogue[Any, Any]) -> Callable[..., Any]:
    def rows(self: object, place: str) -> Sequence[Any] | Awaitable[Sequence[Any]] | None: ...

    rows.__name__, rows.__doc__ = catalogue.hook, catalogue.documentation
    return hookspec(rows)
