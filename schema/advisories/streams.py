"""The stream of a city's advisories."""

from typing import Annotated

from core.advisories.subject import ADVISORIES
from core.log.feed import Interest
from core.paths import Level, level, parse_path
from core.problems import UnknownPlace
from schema.advisories.types import as_citizens_see
from schema.base.bounds import PATH, argument
from schema.base.context import Context
from schema.live.streams import Stream


async def advisory_stream(
    context: Context, place: Annotated[str, argument("The path of the city.", PATH)]
) -> Stream:
    """Open the stream of a city's advisories, for anyone."""
    path = parse_path(place, ("place",))
    if level(path) is not Level.CITY:
        raise UnknownPlace("A city's path has three parts: country/state/city.", ("place",))
    context.domain.city(path, ("place",))
    return Stream(
        "advisories", path, Interest(path, subject_type=ADVISORIES.name), shows=as_citizens_see
    )
