"""The declaration of statistics."""

from typing import Final

from schema.statistics.queries import StatisticsQuery
from schema.subject import SubjectSchema

STATISTICS: Final = SubjectSchema(name="statistics", query=StatisticsQuery)
