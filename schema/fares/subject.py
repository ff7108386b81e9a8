"""The declaration of fares."""

from typing import Final

from schema.fares.city import CityFares
from schema.fares.queries import FareQuery
from schema.subject import SubjectSchema

FARES: Final = SubjectSchema(name="fares", query=FareQuery, city=CityFares)
