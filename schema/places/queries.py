"""Root fields that find cities."""

from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import strawberry

from core.languages import Words
from core.log.cursors import CursorSeal
from core.paths import Level, is_within, level, parse_path
from core.places.city import City as CityOfDomain
from core.position import parse_position
from core.problems import UnknownPlace
from schema.base.bounds import NAME, PATH, argument
from schema.base.connection import DEFAULT_PAGE, parse_first
from schema.base.context import Info
from schema.base.enums import Deployment
from schema.base.pagination import AfterArgument, FirstArgument, PathArgument, page_info
from schema.base.position import PositionInput
from schema.base.problem import (
    InvalidCursorProblem,
    InvalidInputProblem,
    UnknownPlaceProblem,
)
from schema.base.results import refusable, result
from schema.base.row import as_type
from schema.places.types import City, CityConnection

CityResult = result(
    "CityResult", "A city, or a problem.", City, UnknownPlaceProblem, InvalidInputProblem
)


CitiesResult = result(
    "CitiesResult",
    "A page of cities, or a problem.",
    CityConnection,
    InvalidInputProblem,
    InvalidCursorProblem,
)
_FOLDED: dict[str, tuple[Words, tuple[str, ...]]] = {}


@dataclass(slots=True)
class LazyCityEdge:
    """A city and its cursor, which is made only if it is requested."""

    seal: CursorSeal
    node: CityOfDomain

    @property
    def cursor(self) -> str:
        """The cursor of this city."""
        return self.seal.seal("cities", "", {"path": self.node.path})


@strawberry.type
class PlaceQuery:
    """Searches for cities."""

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
            raise UnknownPlace("No city of this server covers this position.", ("position",))
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
            str | None, argument("Only cities of this country or state.", PATH)
        ] = None,
        deployment: Annotated[
            Deployment | None, strawberry.argument(description="Only cities with this version.")
        ] = None,
        name: Annotated[
            str | None, argument("Only cities whose name starts with this text.", NAME)
        ] = None,
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
        edges = [LazyCityEdge(seal, city) for city in found[:limit]]
        info_of_page = page_info(edges, has_next=len(found) > limit, has_previous=after is not None)
        return CityConnection(edges=as_type(edges), page_info=info_of_page)


def _is_wanted(
    city: CityOfDomain, scope: str | None, deployment: Deployment | None, begins_with: str | None
) -> bool:
    if scope is not None and not is_within(city.path, scope):
        return False
    if deployment is not None and city.description.deployment is not deployment:
        return False
    return begins_with is None or any(name.startswith(begins_with) for name in _folded_names(city))


def _folded_names(city: CityOfDomain) -> tuple[str, ...]:
    """Return a city's names for comparison without regard to case; cached."""
    names = city.description.names
    known = _FOLDED.get(city.path)
    if known is None or known[0] is not names:
        known = _FOLDED[city.path] = names, tuple(name.casefold() for name in names.values())
    return known[1]


async def city_node(info: Info, own_id: str) -> object:
    """Return a city by its own ID, which is its path."""
    return info.context.domain.city(parse_path(own_id), ("id",))
