"""Root fields that read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any, cast

import strawberry

from core import advisories, alerts, fares, reports, vehicles
from core import statistics as statistics_of_domain
from core.city import City as CityOfDomain
from core.cursors import CursorSeal
from core.languages import Words
from core.models import Action as ActionRow
from core.models import Advisory as AdvisoryRow
from core.models import Alert as AlertRow
from core.models import Report as ReportRow
from core.models import Vehicle as VehicleRow
from core.people import Right
from core.places import Level, is_within, level, parse_path
from core.position import parse_position
from core.problems import Problem, Unavailable, UnknownPlace
from core.rows import read_by_id
from schema.advisories import AdvisoryQuery
from schema.bounds import CODE, CREDENTIAL, ID, NAME, PATH, PLATE, argument
from schema.context import Info
from schema.inputs import AlertFilter, ReportFilter
from schema.paging import AfterArgument, FirstArgument, PathArgument, asked_for, page_info
from schema.refusals import refusable, result
from schema.selection import KEPT, selected_names, wanted
from schema.towing import TowingQuery
from schema.types.alert import AlertConnection, TrackedAlert
from schema.types.connection import DEFAULT_PAGE, parse_first
from schema.types.enums import Deployment
from schema.types.fare import FareEstimate
from schema.types.node import Node, own_id_of, parse_global_id, parse_uuid
from schema.types.place import City, CityConnection, CityEdge
from schema.types.position import PositionInput
from schema.types.problem import (
    FeatureUnavailableProblem,
    ForbiddenProblem,
    InvalidCredentialProblem,
    InvalidCursorProblem,
    InvalidInputProblem,
    NotFoundProblem,
    TryLaterProblem,
    UnauthenticatedProblem,
    UnknownPlaceProblem,
)
from schema.types.report import Report, ReportConnection, TrackedReport
from schema.types.statistics import Statistics
from schema.types.vehicle import Vehicle
from schema.types.viewer import Viewer, viewer_of

CityResult = result(
    "CityResult", "A city, or why there is none.", City, UnknownPlaceProblem, InvalidInputProblem
)
CitiesResult = result(
    "CitiesResult",
    "A page of cities, or why there is none.",
    CityConnection,
    InvalidInputProblem,
    InvalidCursorProblem,
)
TrackedReportResult = result(
    "TrackedReportResult",
    "The report that a receipt opens, or why it opens none.",
    TrackedReport,
    InvalidCredentialProblem,
    NotFoundProblem,
)
ReportResult = result(
    "ReportResult",
    "A report, or why it is not shown.",
    Report,
    UnauthenticatedProblem,
    NotFoundProblem,
    InvalidInputProblem,
)
ReportsResult = result(
    "ReportsResult",
    "A page of reports, or why it is not shown.",
    ReportConnection,
    UnauthenticatedProblem,
    ForbiddenProblem,
    UnknownPlaceProblem,
    InvalidInputProblem,
    InvalidCursorProblem,
)
TrackedAlertResult = result(
    "TrackedAlertResult",
    "The alert that a watch link opens, or why it opens none.",
    TrackedAlert,
    InvalidCredentialProblem,
    NotFoundProblem,
)
AlertsResult = result(
    "AlertsResult",
    "A page of alerts, or why it is not shown.",
    AlertConnection,
    UnauthenticatedProblem,
    ForbiddenProblem,
    UnknownPlaceProblem,
    InvalidInputProblem,
    InvalidCursorProblem,
)
StatisticsResult = result(
    "StatisticsResult",
    "The statistics of a place, or why they are not told.",
    Statistics,
    UnknownPlaceProblem,
    InvalidInputProblem,
)
FareResult = result(
    "FareResult",
    "What a ride may cost, or why it is not told.",
    FareEstimate,
    UnknownPlaceProblem,
    NotFoundProblem,
    InvalidInputProblem,
)
VehicleResult = result(
    "VehicleResult",
    "A vehicle, or why it is not told.",
    Vehicle,
    InvalidInputProblem,
    UnknownPlaceProblem,
    FeatureUnavailableProblem,
    NotFoundProblem,
    TryLaterProblem,
)


@dataclass(slots=True)
class CityPlace:
    """One place in a page of cities; its cursor is made when it is asked for."""

    seal: CursorSeal
    node: CityOfDomain

    @property
    def cursor(self) -> str:
        """The cursor of this place."""
        return self.seal.seal("cities", "", {"path": self.node.path})


@strawberry.type(description="What can be asked.")
class Query(AdvisoryQuery, TowingQuery):
    """Fields that read and change nothing."""

    @strawberry.field(
        description="The officer whose token came with the request; null for a citizen."
    )
    def viewer(self, info: Info) -> Viewer | None:
        """Return who asks."""
        return viewer_of(info.context.viewer)

    @strawberry.field(
        description="An object by its global id; null where there is none, or none that the one "
        "who asks may see.",
        graphql_type=Node | None,
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, argument("Its id.", ID)]
    ) -> object:
        """Return the object, if the viewer may see it."""
        try:
            return await _node(info, *parse_global_id(id, ("id",)))
        except Unavailable:
            raise
        except Problem:
            return None

    @strawberry.field(description="A city by its path.", graphql_type=CityResult)
    @refusable
    async def city(self, info: Info, path: PathArgument) -> object:
        """Return the city."""
        place = parse_path(path)
        if level(place) is not Level.CITY:
            raise UnknownPlace("A city's path has three parts: country/state/city.", ("path",))
        return info.context.domain.city(place, ("path",))

    @strawberry.field(description="The city that covers a position.", graphql_type=CityResult)
    @refusable
    async def city_at(
        self,
        info: Info,
        position: Annotated[PositionInput, strawberry.argument(description="The position.")],
    ) -> object:
        """Return the city."""
        point = parse_position(position.latitude, position.longitude, ("position",))
        city = info.context.domain.cities.at(point)
        if city is None:
            raise UnknownPlace("No city that this server knows covers this.", ("position",))
        return city

    @strawberry.field(
        description="The cities of this server in the order of their paths.",
        graphql_type=CitiesResult,
    )
    @refusable
    async def cities(
        self,
        info: Info,
        within: Annotated[
            str | None, argument("Only those of this country or state.", PATH)
        ] = None,
        deployment: Annotated[
            Deployment | None, strawberry.argument(description="Only those of this version.")
        ] = None,
        name: Annotated[str | None, argument("Only those whose name begins so.", NAME)] = None,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        seal = info.context.domain.seal
        start = str(seal.open("cities", "", after)["path"]) if after is not None else ""
        scope = parse_path(within, ("within",)) if within is not None else None
        limit = parse_first(first)
        begins_with = name.casefold() if name else None
        wanted_ones = (
            city
            for city in info.context.domain.cities.all()
            if city.path > start and _is_wanted(city, scope, deployment, begins_with)
        )
        found = list(islice(wanted_ones, limit + 1))
        edges = [CityPlace(seal, city) for city in found[:limit]]
        info_of_page = page_info(edges, has_next=len(found) > limit, has_previous=after is not None)
        return CityConnection(edges=cast("list[CityEdge]", edges), page_info=info_of_page)

    @strawberry.field(
        description="The report that a receipt opens.", graphql_type=TrackedReportResult
    )
    @refusable
    async def report_by_receipt(
        self,
        info: Info,
        receipt: Annotated[str, argument("The receipt.", CREDENTIAL)],
    ) -> object:
        """Return the report as its reporter sees it."""
        return await reports.by_receipt(receipt, wanted(info, ReportRow))

    @strawberry.field(description="A report by its id, for police.", graphql_type=ReportResult)
    @refusable
    async def report(
        self, info: Info, id: Annotated[strawberry.ID, argument("Its id.", ID)]
    ) -> object:
        """Return the report."""
        own_id = own_id_of(id, "Report", ("id",))
        return await reports.for_viewer(info.context.viewer, own_id, wanted(info, ReportRow))

    @strawberry.field(
        description="The reports of a place and all below it, the newest first; for police.",
        graphql_type=ReportsResult,
        metadata={KEPT: "place"},
    )
    @refusable
    async def reports(
        self,
        info: Info,
        place: PathArgument,
        filter: Annotated[
            ReportFilter | None, strawberry.argument(description="Which of them are wanted.")
        ] = None,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        path = info.context.viewable(place, Right.VIEW, ("place",))
        page = await asked_for(info, ReportRow, "received_at", path, first, after)
        given = filter or ReportFilter()
        filtered = reports.ReportFilter(
            states=given.states,
            categories=given.categories,
            since=given.since,
            until=given.until,
        )
        page.rows = await reports.page(
            path, filtered, page.start, page.fetch, wanted(info, ReportRow)
        )
        return page

    @strawberry.field(
        description="The alert that a watch link opens.", graphql_type=TrackedAlertResult
    )
    @refusable
    async def alert(
        self,
        info: Info,
        token: Annotated[str, argument("The token of the watch link.", CREDENTIAL)],
    ) -> object:
        """Return the alert as those who watch see it."""
        return await alerts.by_watch_token(token, wanted(info, AlertRow))

    @strawberry.field(
        description="The alerts of a place and all below it, the newest first; for police.",
        graphql_type=AlertsResult,
        metadata={KEPT: "place"},
    )
    @refusable
    async def alerts(
        self,
        info: Info,
        place: PathArgument,
        filter: Annotated[
            AlertFilter | None, strawberry.argument(description="Which of them are wanted.")
        ] = None,
        first: FirstArgument = DEFAULT_PAGE,
        after: AfterArgument = None,
    ) -> object:
        """Return the page."""
        path = info.context.viewable(place, Right.VIEW, ("place",))
        page = await asked_for(info, AlertRow, "raised_at", path, first, after)
        states = filter.states if filter is not None else None
        page.rows = await alerts.page(path, states, page.start, page.fetch, wanted(info, AlertRow))
        return page

    @strawberry.field(
        description="Reports registered and acted upon. The public may ask for whole months, "
        "and is told those that are closed: over for a day, and as they stood then.",
        graphql_type=StatisticsResult,
    )
    @refusable
    async def statistics(
        self,
        info: Info,
        place: PathArgument,
        since: Annotated[date, strawberry.argument(name="from", description="The first day.")],
        until: Annotated[date, strawberry.argument(name="to", description="The last day.")],
    ) -> object:
        """Return the counts that the operation asks for."""
        path = info.context.known_place(place, ("place",))
        names = selected_names(info)
        groups = frozenset(_GROUP_OF_FIELD[name] for name in names & _GROUP_OF_FIELD.keys())
        context = info.context
        return await statistics_of_domain.compute(
            context.domain, context.viewer, path, since, until, groups
        )

    @strawberry.field(
        description="What a ride may cost by a city's official tariff.", graphql_type=FareResult
    )
    @refusable
    async def fare_estimate(
        self,
        info: Info,
        place: PathArgument,
        tariff: Annotated[str, argument("A code of `city.tariffs`.", CODE)],
        metres: Annotated[float, strawberry.argument(description="How far the ride goes.")],
        minutes_waiting: Annotated[
            float, strawberry.argument(description="How long the driver waits.")
        ] = 0.0,
        at: Annotated[
            datetime | None,
            strawberry.argument(
                description="When it begins, without an offset in the city's own time; now, "
                "unless it is given."
            ),
        ] = None,
    ) -> object:
        """Reckon the fare at the city's own time."""
        city = info.context.domain.city(parse_path(place, ("place",)), ("place",))
        return fares.estimate_for(
            city, tariff, metres, minutes_waiting, at or info.context.domain.clock()
        )

    @strawberry.field(
        description="A vehicle by its plate, as anybody may know it. Nobody keeps who asked.",
        graphql_type=VehicleResult,
    )
    @refusable
    async def vehicle(
        self,
        info: Info,
        place: PathArgument,
        plate: Annotated[str, argument("The number plate, however it is typed.", PLATE)],
    ) -> object:
        """Return what the city's service, or the nearest register, has."""
        return await vehicles.look_up(info.context.domain, place, plate, wanted(info, VehicleRow))


_GROUP_OF_FIELD = {"byCategory": "category", "byStation": "place", "byDay": "received_on"}


def _is_wanted(
    city: CityOfDomain, scope: str | None, deployment: Deployment | None, begins_with: str | None
) -> bool:
    if scope is not None and not is_within(city.path, scope):
        return False
    if deployment is not None and city.description.deployment is not deployment:
        return False
    return begins_with is None or any(name.startswith(begins_with) for name in _folded_names(city))


def _folded_names(city: CityOfDomain) -> tuple[str, ...]:
    """Return a city's names without the difference of capitals, made once for each city."""
    names = city.description.names
    known = _FOLDED.get(city.path)
    if known is None or known[0] is not names:
        known = _FOLDED[city.path] = names, tuple(name.casefold() for name in names.values())
    return known[1]


_FOLDED: dict[str, tuple[Words, tuple[str, ...]]] = {}


async def _node(info: Info, type_name: str, own_id: str) -> object:
    find = _NODES.get(type_name)
    return await find(info, own_id) if find is not None else None


async def _report_node(info: Info, own_id: str) -> object:
    return await reports.for_viewer(
        info.context.viewer, parse_uuid(own_id, ("id",)), wanted(info, ReportRow)
    )


async def _alert_node(info: Info, own_id: str) -> object:
    return await alerts.for_viewer(
        info.context.viewer, parse_uuid(own_id, ("id",)), wanted(info, AlertRow)
    )


async def _action_node(info: Info, own_id: str) -> object:
    action_id = parse_uuid(own_id, ("id",))
    action = await read_by_id(
        wanted(info, ActionRow).plus("report.place", "alert.place", "advisory.place"), action_id
    )
    if action is None:
        return None
    places = (action.report_place, action.alert_place, action.advisory_place)
    return action if info.context.viewer.may(Right.VIEW, *places) else None


async def _advisory_node(info: Info, own_id: str) -> object:
    context = info.context
    return await advisories.for_viewer(
        context.domain,
        context.viewer,
        parse_uuid(own_id, ("id",)),
        wanted(info, AdvisoryRow),
        ("id",),
    )


async def _city_node(info: Info, own_id: str) -> object:
    return info.context.domain.city(parse_path(own_id), ("id",))


_NODES: dict[str, Callable[[Info, str], Any]] = {
    "Report": _report_node,
    "Alert": _alert_node,
    "Action": _action_node,
    "Advisory": _advisory_node,
    "City": _city_node,
}
