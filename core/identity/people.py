"""Who is asking, and what they may do where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.paths import is_within
from core.problems import Forbidden, Unauthenticated


class Role(StrEnum):
    """What kind of work somebody does for police."""

    OFFICER = "OFFICER"
    OBSERVER = "OBSERVER"


class Right(StrEnum):
    """One thing that a role may do."""

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
    """Who is asking: an officer with a role over a place and all below it, or anybody."""

    officer_id: UUID | None = None
    name: str | None = None
    role: Role | None = None
    place: str | None = None
    token_id: UUID | None = None
    expires_at: datetime | None = None

    def may(self, right: Right, *places: str | None) -> bool:
        """Tell whether the right reaches at least one of the places."""
        if self.role is None or self.place is None or right not in RIGHTS[self.role]:
            return False
        return any(place is not None and is_within(place, self.place) for place in places)

    def require(self, right: Right, place: str, field: tuple[str | int, ...]) -> None:
        """Raise `Unauthenticated` or `Forbidden` where `may` says no."""
        self.require_sign_in(field)
        if not self.may(right, place):
            if self.may(Right.VIEW, place):
                raise Forbidden(
                    "Your role allows reading in this place, but not this action.", field
                )
            raise Forbidden("You have no rights for this place. Ask your administrator.", field)

    def require_sign_in(self, field: tuple[str | int, ...] = ()) -> None:
        """Raise `Unauthenticated` unless an officer is asking."""
        if self.role is None:
            raise Unauthenticated(
                "Officers only. Send a valid token as `Authorization: Bearer ...`.",
                field,
            )


ANYONE = Viewer()
"""A citizen: no account, no rights over any place."""
