"""Three queries and a subscription, in the schema of each server."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

OURS_FIELDS: Final = """id reference categoryCode urgency state description assignee routeReason
  receivedAt updatedAt station { path code name } actions { id kind actor state at }"""
POSTGRAPHILE_FIELDS: Final = """rowId reference category urgency state description assignee
  routeReason receivedAt updatedAt station { path code name }
  actionsByReportId(orderBy: [AT_ASC, ROW_ID_ASC]) { nodes { rowId kind actor state at } }"""

OURS: Final[Mapping[str, str]] = {
    "Q1": "query($city: String!) { reports(place: $city, first: 50) { ... on ReportConnection {"
    " edges { node { " + OURS_FIELDS + " } } } } }",
    "Q2": "query($id: ID!) { report(id: $id) { ... on Report { " + OURS_FIELDS + " } } }",
    "Q3": "{ __typename }",
}
PEERS: Final[Mapping[str, str]] = {
    "Q1": "query($city: String!) { reports(city: $city, first: 50) { " + OURS_FIELDS + " } }",
    "Q2": "query($id: ID!) { report(id: $id) { " + OURS_FIELDS + " } }",
    "Q3": "{ __typename }",
}
POSTGRAPHILE: Final[Mapping[str, str]] = {
    "Q1": "query($city: String!) { allReports(condition: {city: $city}, first: 50,"
    " orderBy: [RECEIVED_AT_DESC, ROW_ID_DESC]) { nodes { " + POSTGRAPHILE_FIELDS + " } } }",
    "Q2": "query($id: UUID!) { reportByRowId(rowId: $id) { " + POSTGRAPHILE_FIELDS + " } }",
    "Q3": "{ __typename }",
}
OURS_LIVE: Final = """subscription($path: String!) { placeEvents(path: $path) { ... on ReportEvent {
  cursor at place urgency action { kind actor state } report { reference state categoryCode } } } }
"""
PEERS_LIVE: Final = """subscription($path: String!) { placeEvents(path: $path) {
  cursor at place urgency action { kind actor state } report { reference state categoryCode } } }
"""


def global_id(own_id: str) -> str:
    """Return a report's ID in our schema."""
    return base64.b64encode(f"Report:{own_id}".encode()).decode()


def as_it_is(own_id: str) -> str:
    """Return a report's ID in the peers' schemas: the UUID."""
    return own_id


def bodies(
    queries: Mapping[str, str], name: str, cities: list[str], ids: list[str],
    id_of: Callable[[str], str] = as_it_is,
) -> list[bytes]:  # fmt: skip
    """Return the request bodies of a question, one for each city or report."""
    variables: list[dict[str, Any]] = [{}]
    if name == "Q1":
        variables = [{"city": city} for city in cities]
    elif name == "Q2":
        variables = [{"id": id_of(own_id)} for own_id in ids]
    return [orjson.dumps({"query": queries[name], "variables": each}) for each in variables]


def references(answer: Any) -> list[str]:
    """Return the references in any server's answer, in order."""
    if isinstance(answer, dict):
        own = [answer["reference"]] if "reference" in answer else []
        return own + [found for value in answer.values() for found in references(value)]
    if isinstance(answer, list):
        return [found for value in answer for found in references(value)]
    return []
