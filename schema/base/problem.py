"""Problems as GraphQL types, so that a client can match on them."""

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import strawberry

from core import problems
from schema.base.emergency_number import EmergencyNumber
from schema.base.enums import ActionKind, Feature

T_co = TypeVar("T_co", bound=problems.Problem, covariant=True)


@dataclass(frozen=True, slots=True)
class Refusal(Generic[T_co]):
    """A problem of the domain as the value of a root field.

    It wraps the problem because GraphQL executors raise an exception that a field returns.
    """

    problem: T_co

    def is_for(self, problem_class: type[problems.Problem]) -> bool:
        """Return whether the problem is of this class."""
        return isinstance(self.problem, problem_class)

    @property
    def code(self) -> str:
        """The rule that was broken."""
        return self.problem.rule

    @property
    def message(self) -> str:
        """What to do next."""
        return self.problem.message

    @property
    def field(self) -> list[str]:
        """The path of the field at fault."""
        return [str(part) for part in self.problem.path]


@strawberry.interface(description="Why the server refused a request.")
class Problem:
    """Read from `Refusal`. A subject with problems of its own adds a type for each."""

    shows: ClassVar[type[problems.Problem]]
    """The problem of the domain that the type shows."""

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is a refusal with the problem that this type shows."""
        return isinstance(obj, Refusal) and obj.is_for(cls.shows)

    code: str = strawberry.field(description="The rule that was broken, for programs.")
    message: str = strawberry.field(description="What to do next, for people.")
    field: list[str] = strawberry.field(
        description="The path of the field at fault, from the argument down: `input`, `media`, `2`."
    )


@strawberry.type(
    description="A value breaks a rule; `code` says which: `REQUIRED`, `TOO_LONG`, `TOO_MANY`, "
    "`OUT_OF_RANGE`, `MALFORMED`, `DUPLICATE`, `UNKNOWN_VALUE` or `NOT_ALLOWED`."
)
class InvalidInputProblem(Problem):
    """Has no fields of its own."""

    shows = problems.InvalidInput


@strawberry.type(description="The token is missing, invalid, expired or revoked.")
class UnauthenticatedProblem(Problem):
    """Has no fields of its own."""

    shows = problems.Unauthenticated


@strawberry.type(description="The token is valid, but has no rights for this place or action.")
class ForbiddenProblem(Problem):
    """Has no fields of its own."""

    shows = problems.Forbidden


@strawberry.type(description="It does not exist, or the caller may not see it.")
class NotFoundProblem(Problem):
    """Has no fields of its own."""

    shows = problems.NotFound


@strawberry.type(description="No place has this path, or no city covers this position.")
class UnknownPlaceProblem(Problem):
    """Has no fields of its own."""

    shows = problems.UnknownPlace


@strawberry.type(description="The city does not offer this feature.")
class FeatureUnavailableProblem(Problem):
    """Names the feature, the city, and what the city offers."""

    shows = problems.FeatureUnavailable

    @strawberry.field(description="The feature that is not offered.")
    @staticmethod
    def feature(root: strawberry.Parent[Refusal[problems.FeatureUnavailable]]) -> Feature:
        """Return the feature."""
        return Feature(root.problem.feature)

    @strawberry.field(description="The path of the city.")
    @staticmethod
    def place(root: strawberry.Parent[Refusal[problems.FeatureUnavailable]]) -> str:
        """Return the path."""
        return root.problem.place

    @strawberry.field(description="The features that the city offers.")
    @staticmethod
    def available_features(
        root: strawberry.Parent[Refusal[problems.FeatureUnavailable]],
    ) -> list[Feature]:
        """Return the features."""
        return [Feature(feature) for feature in root.problem.available]


@strawberry.type(
    description="A service that is needed does not respond (`TRY_LATER`). Send the same request "
    "again soon."
)
class TryLaterProblem(Problem):
    """Has no fields of its own."""

    shows = problems.TryLater


@strawberry.type(
    description="A photo, video or voice note is refused; `code` says why: `TOO_LARGE`, "
    "`TOO_LONG`, `TOO_MANY_PIXELS`, `UNSUPPORTED_TYPE`, `BROKEN`, `EMPTY`, `TOO_SLOW`, "
    "`TRY_LATER` or `UNKNOWN_UPLOAD`."
)
class MediaRefusedProblem(Problem):
    """Has no fields of its own."""

    shows = problems.MediaRefused


@strawberry.type(description="The state of the report or alert does not allow this action.")
class ActionNotPossibleProblem(Problem):
    """Names the state and the actions that it allows."""

    shows = problems.ActionNotPossible

    @strawberry.field(description="The current state.")
    @staticmethod
    def state(root: strawberry.Parent[Refusal[problems.ActionNotPossible]]) -> str:
        """Return the state."""
        return root.problem.state

    @strawberry.field(description="The actions that this state allows.")
    @staticmethod
    def possible(
        root: strawberry.Parent[Refusal[problems.ActionNotPossible]],
    ) -> list[ActionKind]:
        """Return the kinds of action."""
        return [ActionKind(kind) for kind in root.problem.possible]


@strawberry.type(
    description="The cursor is malformed, or was made for another field or other arguments."
)
class InvalidCursorProblem(Problem):
    """Has no fields of its own."""

    shows = problems.InvalidCursor


@strawberry.type(description="The receipt, secret or link is malformed.")
class InvalidCredentialProblem(Problem):
    """Has no fields of its own."""

    shows = problems.InvalidCredential


@strawberry.type(description="The idempotency key was used before with different content.")
class IdempotencyKeyReusedProblem(Problem):
    """Has no fields of its own."""

    shows = problems.IdempotencyKeyReused


@strawberry.type(
    description="The database did not answer in time. A change may or may not have been made: send "
    "the same request again with the same idempotency key, and it takes effect only once."
)
class UnavailableProblem(Problem):
    """Says when to retry, and whom to call until then."""

    shows = problems.Unavailable

    @strawberry.field(description="Seconds to wait before the next attempt.")
    @staticmethod
    def retry_after(root: strawberry.Parent[Refusal[problems.Unavailable]]) -> int:
        """Return the seconds."""
        return root.problem.retry_after

    @strawberry.field(
        description="If a call for help could not be stored: the numbers to call now, the most "
        "important first. Empty otherwise.",
        graphql_type=list[EmergencyNumber],
    )
    @staticmethod
    def call(root: strawberry.Parent[Refusal[problems.Unavailable]]) -> list[object]:
        """Return the numbers."""
        return list(root.problem.call)
