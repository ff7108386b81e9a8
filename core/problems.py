"""Problems: the typed errors of the domain."""

from collections.abc import Sequence
from typing import ClassVar


class Problem(Exception):
    """An error that the caller can handle.

    `code` is stable and machine-readable. `message` says what to do next, and never repeats what
    the caller sent. `path` is the invalid field, such as `("input", "media", 2)`.
    """

    code: ClassVar[str] = "PROBLEM"

    def __init__(self, message: str, path: Sequence[str | int] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path: tuple[str | int, ...] = tuple(path)

    @property
    def rule(self) -> str:
        """The code that the caller sees; more specific than `code` in some subclasses."""
        return self.code


class InvalidInput(Problem):
    """A value breaks a rule, such as `REQUIRED`, `TOO_LONG`, `OUT_OF_RANGE` or `MALFORMED`."""

    code = "INVALID_INPUT"

    def __init__(self, rule: str, message: str, path: Sequence[str | int] = ()) -> None:
        super().__init__(message, path)
        self._rule = rule

    @property
    def rule(self) -> str:
        """The rule that the value breaks."""
        return self._rule


class Unauthenticated(Problem):
    """The token is missing, invalid, expired or revoked."""

    code = "UNAUTHENTICATED"


class Forbidden(Problem):
    """The token is valid, but has no rights for this place or action."""

    code = "FORBIDDEN"


class NotFound(Problem):
    """Nothing has this ID or secret, or the caller may not see it."""

    code = "NOT_FOUND"


class UnknownPlace(Problem):
    """No city has this path, or none covers this position."""

    code = "UNKNOWN_PLACE"


class FeatureUnavailable(Problem):
    """The city exists but does not offer this feature."""

    code = "FEATURE_UNAVAILABLE"

    def __init__(
        self,
        message: str,
        *,
        feature: str,
        place: str,
        available: Sequence[str],
        path: Sequence[str | int] = (),
    ) -> None:
        super().__init__(message, path)
        self.feature = feature
        self.place = place
        self.available = tuple(available)


class TryLater(Problem):
    """A service that is needed does not respond; the same request may succeed soon."""

    code = "TRY_LATER"


class MediaRefused(Problem):
    """A file is refused: `TOO_LARGE`, `UNSUPPORTED_TYPE`, `BROKEN`, ..."""

    code = "MEDIA_REFUSED"

    def __init__(self, rule: str, message: str, path: Sequence[str | int] = ()) -> None:
        super().__init__(message, path)
        self._rule = rule

    @property
    def rule(self) -> str:
        """Why the file was refused."""
        return self._rule


class ActionNotPossible(Problem):
    """The state does not allow this action; `possible` lists the actions that it allows."""

    code = "ACTION_NOT_POSSIBLE"

    def __init__(
        self, message: str, *, state: str, possible: Sequence[str], path: Sequence[str | int] = ()
    ) -> None:
        super().__init__(message, path)
        self.state = state
        self.possible = tuple(possible)


class InvalidCursor(Problem):
    """The cursor is malformed, or was made for another field or scope."""

    code = "INVALID_CURSOR"


class InvalidCredential(Problem):
    """A receipt, secret or link is malformed: a character is wrong or missing."""

    code = "INVALID_CREDENTIAL"


class IdempotencyKeyReused(Problem):
    """The key was used before with different content."""

    code = "IDEMPOTENCY_KEY_REUSED"


class Unavailable(Problem):
    """The database did not answer in time; a change may or may not have been made.

    `retry_after` is in seconds. `call` lists the emergency numbers, if a call for help failed.
    """

    code = "UNAVAILABLE"
    retry_after: ClassVar[int] = 5

    def __init__(self, call: Sequence[object] = ()) -> None:
        super().__init__(
            "Call for help by telephone: the server cannot store your alert now. Send it again "
            "with the same idempotencyKey."
            if call
            else "The server cannot reach its database. Send the same request again in a few "
            "seconds, with the same idempotencyKey if it has one: it takes effect only once."
        )
        self.call = tuple(call)
