"""Declarations of subjects: what actions change, each declared in `core/<subject>/subject.py`.

The log, its readers, retention and escalation contain no code for single subjects. They use the
declarations that `server.py` passes in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tortoise.models import Model

from core.log.transitions import ActionKind, Move
from core.storage.rows import Row, Wanted, everything


@dataclass(frozen=True, slots=True)
class ActionInput:
    """The validated input of an officer's action; `place` is the destination of a REFER."""

    text: str = ""
    assignee: str | None = None
    disposition: str | None = None
    place: str | None = None

    def sets(self) -> dict[str, object]:
        """Return the given values of the columns `assignee` and `disposition`."""
        given = {"assignee": self.assignee, "disposition": self.disposition}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Transition:
    """The result of an action: the state after it, and the other columns that it sets.

    `previous_place` is set if the subject leaves that place.
    """

    state: str
    sets: Mapping[str, object] = field(default_factory=dict[str, object])
    previous_place: str | None = None


NO_RELATIONS: Final[frozenset[str]] = frozenset()

Decide = Callable[[Row, ActionKind, ActionInput, datetime], Transition]
"""Returns the transition for an action of police. The subject's moves allow the action."""


Erase = Callable[[Row], Mapping[str, object]]
"""Returns the values that the columns of an erased row get."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long rows of a table are retained, and what remains of them.

    `days` is the key in `[retention]` of the period, `since` the column with its start, and `place`
    the column with the row's place. Afterwards the row is deleted or, if `erase` is given, updated
    with the values that `erase` returns.
    """

    model: type[Model]
    days: str
    since: str
    erase: Erase | None = None
    place: str = "city"


@dataclass(frozen=True, slots=True)
class Escalates:
    """How a subject escalates: its name in policies, and the states in which it escalates.

    `urgency` and `category` read the values of a row that policies select by; an alert has no
    category.
    """

    name: str
    waiting: frozenset[str]
    urgency: Callable[[Row], str]
    category: Callable[[Row], str | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Subject:
    """A type of row that actions change; each change is an event in its city's log.

    Its table has the columns `id`, `city`, `place`, `state`, `version` (the number of its last
    event), `updated_at` and `erased_at`. Without `decide`, police change it by use cases of its own
    instead of `core.actions.take`. With `leaves_city`, an action can refer it to another city. With
    `reaches_below`, its events also concern all places below its own, and are written to the log of
    each city there.
    """

    model: type[Model]
    moves: Mapping[ActionKind, Move]
    open_states: frozenset[str]
    decide: Decide | None = None
    leaves_city: bool = False
    reaches_below: bool = False
    escalates: Escalates | None = None
    retention: RetentionRule | None = None

    @property
    def name(self) -> str:
        """The model's name; actions and events store it as `subject_type`."""
        return self.model.__name__

    def transition(
        self, row: Row, kind: ActionKind, given: ActionInput, at: datetime
    ) -> Transition:
        """Return the transition for an action of police.

        Raises `LookupError` for a subject without `decide`.
        """
        if self.decide is None:
            raise LookupError(f"{self.name} takes no actions")
        return self.decide(row, kind, given, at)

    def columns(self) -> Wanted:
        """Return all columns, which a change needs, without relations."""
        return everything(self.model, NO_RELATIONS)


class Subjects:
    """All subjects of a server, by name.

    `retained` are the retention rules of other tables. `at_stations` are other tables whose `place`
    is updated when a station is renamed.
    """

    def __init__(
        self,
        declared: Sequence[Subject],
        retained: Sequence[RetentionRule] = (),
        at_stations: Sequence[type[Model]] = (),
    ) -> None:
        self._by_name = {subject.name: subject for subject in declared}
        self._by_model = {subject.model: subject for subject in declared}
        self.reaching_below = frozenset(each.name for each in declared if each.reaches_below)
        own = (each.retention for each in declared if each.retention is not None)
        self.retention_rules = (*own, *retained)
        self.at_stations = at_stations

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Subject:
        return self._by_name[name]

    def acted_on(self, name: str) -> Subject | None:
        """Return the subject with this name if `core.actions.take` can act on it, else `None`."""
        subject = self._by_name.get(name)
        return subject if subject is not None and subject.decide is not None else None

    def escalating(self, name: str) -> Subject | None:
        """Return the subject with this name in escalation policies, or `None`."""
        return next((each for each in self if each.escalates and each.escalates.name == name), None)

    def of_model(self, model: type[Model]) -> Subject | None:
        """Return the subject with this model, or `None`."""
        return self._by_model.get(model)
