"""Advisories as police issue them and citizens read them."""

from typing import Any

from tests.support.client import new_key
from tests.support.places import EDGETOWN

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SHOWN = """
fragment Shown on Advisory {
  id place kindCode event(language: "hi") category urgency severity certainty status state
  headline(language: "hi") instruction languages inForce expiresAt issuedAt
  circle { position { latitude longitude } radius } actions { kind text }
}"""
ISSUE = (
    SHOWN
    + """mutation ($input: IssueAdvisoryInput!) { issueAdvisory(input: $input) {
  __typename ... on AdvisorySuccess { advisory { ...Shown } }
  ... on Problem { code message field } } }"""
)
WITHDRAW = (
    SHOWN
    + """mutation ($input: WithdrawAdvisoryInput!) { withdrawAdvisory(input: $input) {
  __typename ... on AdvisorySuccess { advisory { ...Shown } }
  ... on ActionNotPossibleProblem { state } ... on Problem { code message field } } }"""
)
LIST = """query ($place: String!, $inForce: Boolean! = true, $first: Int! = 20, $after: String) {
  advisories(place: $place, inForce: $inForce, first: $first, after: $after) {
    __typename
    ... on AdvisoryConnection {
      eventsCursor pageInfo { hasNextPage endCursor } edges { node { headline place inForce } } }
    ... on Problem { code message field } } }"""
HERE = """query ($position: PositionInput!) { advisoriesAt(position: $position) {
  __typename ... on AdvisoriesHere { advisories { headline } } ... on Problem { code } } }"""
SEEN_BY_POLICE = """subscription ($path: String!, $after: String) {
  placeEvents(path: $path, after: $after) { __typename
    ... on AdvisoryEvent { cursor urgency place action { kind officer } advisory { headline } }
    ... on CaughtUp { cursor } ... on Problem { code } } }"""


def an_advisory(place: str = EDGETOWN, **more: Any) -> dict[str, Any]:
    """The input of an advisory about a missing child."""
    texts = [
        {"language": "en", "headline": "A girl of six is missing", "description": "Red dress."},
        {"language": "hi", "headline": "छह साल की बच्ची लापता"},
    ]
    given = {"place": place, "kind": "missing.child", "texts": texts, "idempotencyKey": new_key()}
    return given | more
