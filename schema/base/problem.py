"""Refusals as types, so that a client can match on them."""

from collections.abc import Mapping
from typing import Any

import strawberry

from core import problems
from schema.base.enums import ActionKind, Feature
from schema.places.types import EmergencyNumber, ReportCategory


@strawberry.interface(description="Why the server did not do what it was asked.")
class Problem:
    """What every refusal says."""

    code: str = strawberry.field(description="The rule that was broken, for programs.")
    message: str = strawberry.field(description="What to do next, for people.")
    field: list[str] = strawberry.field(
        description="The field at fault, from the arguments down: `input`, `media`, `2`."
    )


@strawberry.type(
    description="A value breaks a rule; `code` says which: `REQUIRED`, `TOO_LONG`, `TOO_MANY`, "
    "`OUT_OF_RANGE`, `MALFORMED`, `DUPLICATE`, `UNKNOWN_VALUE` or `NOT_ALLOWED`."
)
class InvalidInputProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="No token came along, or it is wrong, expired or revoked.")
class UnauthenticatedProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="The rights of the one who asks do not reach here.")
class ForbiddenProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="Nothing is here that the one who asks may know of.")
class NotFoundProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="No place has this path, or no city covers this position.")
class UnknownPlaceProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="The city has no such report category.")
class UnknownCategoryProblem(Problem):
    """Names the categories that exist."""

    available_categories: list[str] = strawberry.field(description="The codes of those it has.")


@strawberry.type(description="The city takes no reports of this kind.")
class CategoryRefusedProblem(Problem):
    """Names the category, which says where to go instead."""

    category: ReportCategory = strawberry.field(
        description="The category; its `instead` says where to go."
    )


@strawberry.type(description="The city does not offer this.")
class FeatureUnavailableProblem(Problem):
    """Names the feature, the city, and what there is instead."""

    feature: Feature = strawberry.field(description="What it does not offer.")
    place: str = strawberry.field(description="The path of the city.")
    available_features: list[Feature] = strawberry.field(description="What it offers.")


@strawberry.type(
    description="A service that the answer depends on is away (`TRY_LATER`). Nothing is known yet: "
    "ask again soon."
)
class TryLaterProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(
    description="A photo, video or voice note cannot be taken; `code` says why: `TOO_LARGE`, "
    "`TOO_LONG`, `TOO_MANY_PIXELS`, `UNSUPPORTED_TYPE`, `BROKEN`, `EMPTY`, `TOO_SLOW`, "
    "`TRY_LATER` or `UNKNOWN_UPLOAD`."
)
class MediaRefusedProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="The state of the report or alert does not allow this now.")
class ActionNotPossibleProblem(Problem):
    """Names the state and what it does allow."""

    state: str = strawberry.field(description="The state it is in.")
    possible: list[ActionKind] = strawberry.field(description="What can be done in this state.")


@strawberry.type(description="The cursor was not given for what it is used on.")
class InvalidCursorProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="A receipt, secret or link does not read as one.")
class InvalidCredentialProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(description="The idempotency key was used before, for something else.")
class IdempotencyKeyReusedProblem(Problem):
    """Adds nothing to what every problem says."""


@strawberry.type(
    description="The server cannot reach its database, or not in time. Whether a change was made "
    "is not known: send the same request again, with the same idempotency key, and it is done once."
)
class UnavailableProblem(Problem):
    """Says when to ask again, and whom to call meanwhile."""

    retry_after: int = strawberry.field(description="Seconds to wait before asking again.")
    call: list[EmergencyNumber] = strawberry.field(
        description="Where a call for help could not be taken: the numbers to call now, the most "
        "important first. Empty for everything else."
    )


_TYPES: Mapping[type[problems.Problem], type[Problem]] = {
    problems.InvalidInput: InvalidInputProblem,
    problems.Unauthenticated: UnauthenticatedProblem,
    problems.Forbidden: ForbiddenProblem,
    problems.NotFound: NotFoundProblem,
    problems.UnknownPlace: UnknownPlaceProblem,
    problems.UnknownCategory: UnknownCategoryProblem,
    problems.CategoryRefused: CategoryRefusedProblem,
    problems.FeatureUnavailable: FeatureUnavailableProblem,
    problems.TryLater: TryLaterProblem,
    problems.MediaRefused: MediaRefusedProblem,
    problems.ActionNotPossible: ActionNotPossibleProblem,
    problems.InvalidCursor: InvalidCursorProblem,
    problems.InvalidCredential: InvalidCredentialProblem,
    problems.IdempotencyKeyReused: IdempotencyKeyReusedProblem,
    problems.Unavailable: UnavailableProblem,
}


def type_of(problem: problems.Problem) -> type[Problem]:
    """Return the GraphQL type of what the domain refused."""
    return _TYPES[type(problem)]


def to_type(problem: problems.Problem) -> Problem:
    """Return the GraphQL type that says what the domain refused."""
    return type_of(problem)(
        code=problem.rule,
        message=problem.message,
        field=[str(part) for part in problem.path],
        **_details(problem),
    )


def _details(problem: problems.Problem) -> dict[str, Any]:
    match problem:
        case problems.UnknownCategory():
            return {"available_categories": list(problem.available)}
        case problems.CategoryRefused():
            return {"category": problem.category}
        case problems.FeatureUnavailable():
            return {
                "feature": Feature(problem.feature),
                "place": problem.place,
                "available_features": [Feature(feature) for feature in problem.available],
            }
        case problems.ActionNotPossible():
            return {
                "state": problem.state,
                "possible": [ActionKind(kind) for kind in problem.possible],
            }
        case problems.Unavailable():
            return {"retry_after": problem.retry_after, "call": list(problem.call)}
        case _:
            return {}
