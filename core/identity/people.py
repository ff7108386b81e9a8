"""Viewers, their roles and rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.paths import is_within
from core.problems import Forbidden, Unauthenticated


class Role(StrEnum):
    """The role of an officer; see `RIGHTS`."""

    OFFICER = "OFFICER"
    OBSERVER = "OBSERVER"


class Right(StrEnum):
    """An operation that a role may permit."""

    VIEW = "VIEW"
    ACT = "ACT"
    LOOK_UP_VEHICLES = "LOOK_UP_VEHICLES"
    ADVISE = "ADVISE"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset({Right.VIEW, Right.ACT, Right.LOOK_UP_VEHICLES, Right.ADVISE}),
    Role.OBSERVER: frozenset({Right.VIEW}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller: an officer with a role for a place and everything below it, or a citizen."""

    officer_id: UUID | None = None
    name: str | None = None
    role: Role | None = None
    place: str | None = None
    token_id: UUID | None = None
    expires_at: datetime | None = None

    def may(self, right: Right, *places: str | None) -> bool:
        """Tell whether the viewer has a right for at least one of the places."""
        if self.role is None or self.place is None or right not in RIGHTS[self.role]:
            return False
        return any(place is not None and is_within(place, self.place) for place in places)

    def require(self, right: Right, place: str, field: tuple[str | int, ...]) -> None:
        """Raise `Unauthenticated` or `Forbidden` unless the viewer has a right for a place."""
        self.require_sign_in(field)
        if not self.may(right, place):
            if self.may(Right.VIEW, place):
                raise Forbidden(
                    "Your role allows reading in this place, but not this action.", field
                )
            raise Forbidden("You have no rights for this place. Ask your administrator.", field)

    def require_sign_in(self, field: tuple[str | int, ...] = ()) -> None:
        """Raise `Unauthenticated` unless the viewer is an officer."""
        if self.role is None:
            raise Unauthenticated(
                "Officers only. Send a valid token as `Authorization: Bearer ...`.",
                field,
            )


ANYONE = Viewer()
"""A citizen, without account and rights."""
