"""What can be done about a subject: kinds of actions, who takes them, and where they lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ActionKind(StrEnum):
    """What was done about a subject."""

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
    """One transition: who may make it, from which states, to which, with which fields.

    `to` is `None` where the state stays; `becomes` overrides `to` for single states.
    """

    actor: Actor
    since: frozenset[str]
    to: str | None = None
    becomes: Mapping[str, str] | None = None
    requires: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset({"text"})
    internal: bool = False

    def after(self, state: str) -> str:
        """Return the state that follows `state`."""
        return (self.becomes or {}).get(state, self.to or state)


def possible_actions(
    moves: Mapping[ActionKind, Move], state: str, actor: Actor
) -> tuple[ActionKind, ...]:
    """Return what this actor can do now, in the order of the table."""
    return tuple(
        kind for kind, move in moves.items() if move.actor is actor and state in move.since
    )
