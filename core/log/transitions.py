"""Actions on subjects: their kinds, their actors, and the states that they lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ActionKind(StrEnum):
    """The kind of an action."""

    SUBMIT = "SUBMIT"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    ASSIGN = "ASSIGN"
    DISPATCH = "DISPATCH"
    ARRIVE = "ARRIVE"
    ACT = "ACT"
    REJECT = "REJECT"
    REFER = "REFER"
    ASK = "ASK"
    NOTE = "NOTE"
    ANSWER = "ANSWER"
    ADD = "ADD"
    REOPEN = "REOPEN"
    RAISE = "RAISE"
    LOCATE = "LOCATE"
    CANCEL = "CANCEL"
    FALSE_ALARM = "FALSE_ALARM"
    ESCALATE = "ESCALATE"
    ERASE = "ERASE"
    ISSUE = "ISSUE"
    AMEND = "AMEND"
    WITHDRAW = "WITHDRAW"


class Actor(StrEnum):
    """Who took an action."""

    REPORTER = "REPORTER"
    OWNER = "OWNER"
    POLICE = "POLICE"
    SYSTEM = "SYSTEM"


class Visibility(StrEnum):
    """Who may read an action."""

    PUBLIC = "PUBLIC"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Move:
    """A possible action: its actor, the states before and after it, and its fields.

    The action is possible in the states `since`. `to` is `None` if the state does not change;
    `becomes` overrides `to` for single states. `requires` and `allows` name input fields.
    """

    actor: Actor
    since: frozenset[str]
    to: str | None = None
    becomes: Mapping[str, str] | None = None
    requires: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset({"text"})
    internal: bool = False

    def after(self, state: str) -> str:
        """Return the state after the action."""
        return (self.becomes or {}).get(state, self.to or state)


def possible_actions(
    moves: Mapping[ActionKind, Move], state: str, actor: Actor
) -> tuple[ActionKind, ...]:
    """Return the actions that an actor can take in a state, in the order of `moves`."""
    return tuple(
        kind for kind, move in moves.items() if move.actor is actor and state in move.since
    )
