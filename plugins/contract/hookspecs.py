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

from collections.abc import Awaitable, Mapping, Sequence

import pluggy

from core.actions.dispositions import Disposition
from core.advisories.kinds import AdvisoryKind
from core.escalation.steps import EscalationStep
from core.fares.tariffs import Tariff
from core.places.description import PlaceDescription
from core.places.numbers import EmergencyNumber
from core.places.phrases import Phrases
from core.places.routing import Route, RoutingStep
from core.places.stations import Station, StationArea
from core.position import Position
from core.reports.categories import Category
from core.vehicles.plate_formats import PlateFormat
from core.vehicles.record import VehicleRecord
from plugins.contract.areas import Areas

PROJECT = "citizencop"
CONTRACT_VERSION = 1
"""Raised when a hook changes in a way that an existing plugin would notice."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class PlaceHooks:
    """What a place can be asked."""

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
    def emergency_numbers(
        self, place: str
    ) -> Sequence[EmergencyNumber] | Awaitable[Sequence[EmergencyNumber]] | None:
        """Give the numbers to call, the most important first.

        Called once at start. Merged: those for every emergency (`ALL`) come first, then the city's
        numbers, the state's, the country's; the same number for the same kind is kept once.
        """

    @hookspec
    def report_categories(
        self, place: str
    ) -> Sequence[Category] | Awaitable[Sequence[Category]] | None:
        """Give the kinds of report that citizens can send, with their questions.

        Called once at start, for places that take reports. Merged by code; the nearest link's
        category replaces one of the same code.
        """

    @hookspec
    def dispositions(
        self, place: str
    ) -> Sequence[Disposition] | Awaitable[Sequence[Disposition]] | None:
        """Give the outcomes that police can record when they act.

        Called once at start. Merged by code; the nearest link's replaces one of the same code.
        """

    @hookspec
    def stations(self, place: str) -> Sequence[Station] | Awaitable[Sequence[Station]] | None:
        """Give the police stations of a city and its control room.

        Called once at start, for cities with a plugin. The nearest answer wins. Without a right
        one, reports and alerts go to the city as a whole.
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
    def tariffs(self, place: str) -> Sequence[Tariff] | Awaitable[Sequence[Tariff]] | None:
        """Give the official fares of auto-rickshaws and taxis.

        Called once at start. Merged by code; the nearest link's replaces one of the same code.
        """

    @hookspec
    def escalation_steps(
        self, place: str
    ) -> Sequence[EscalationStep] | Awaitable[Sequence[EscalationStep]] | None:
        """Say who is told of a call for help, or of a report, while nobody acknowledges it.

        Called once at start. The nearest link that has steps for alerts decides for alerts alone,
        and so for reports. Each step is an event that the portals of the place it tells see;
        the state's cell sees it with the city's path.

        Example: `return [EscalationStep("ALERT", after=60, to="CITY")]`
        """

    @hookspec
    def advisory_kinds(
        self, place: str
    ) -> Sequence[AdvisoryKind] | Awaitable[Sequence[AdvisoryKind]] | None:
        """Give the kinds of advisory that police can issue to citizens, in terms of CAP 1.2.

        Called once at start. Merged by code; the nearest link's replaces one of the same code.
        """

    @hookspec
    def phrases(self, place: str) -> Sequence[Phrases] | Awaitable[Sequence[Phrases]] | None:
        """Give the words in which citizens are told where things stand, by key and language.

        Called once at start. Merged by key and language, the nearest first: what a place leaves out
        is said in the words of its state, its country or the defaults, whose `words/en.ftl` has
        every key. A wrong answer loses this link's words.
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
    def plate_formats(
        self, place: str
    ) -> Sequence[PlateFormat] | Awaitable[Sequence[PlateFormat]] | None:
        """Give the forms that number plates have, so that one is found however it is typed.

        Called once at start. Merged by code, the nearest first; the nearest link's replaces one of
        the same code. The first form that fits a plate says how it is kept. Where no link gives
        any, letters and digits are kept as they come.
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
