"""Subjects: what can be acted on, declared once each in `core/<subject>/`.

The log, its readers, retention and escalation know no subject by name: they read the declarations
that the composition root hands over.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tortoise.models import Model

from core.log.transitions import ActionKind, Move
from core.storage.rows import Row, Wanted, everything


@dataclass(frozen=True, slots=True)
class Said:
    """What an officer says with an action, once it was checked; `place` is where a REFER goes."""

    text: str = ""
    assignee: str | None = None
    disposition: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an action leads: the state after it, and the other columns that it sets.

    `previous_place` is the place that a subject leaves with it.
    """

    state: str
    sets: Mapping[str, object] = field(default_factory=dict[str, object])
    previous_place: str | None = None


NO_RELATIONS: Final[frozenset[str]] = frozenset()

Decide = Callable[[Row, ActionKind, Said, datetime], Transition]
"""Returns where an action of police that the table of moves allows leads a subject."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows a place keeps for a time.

    `days` is the key of that time in `[retention]`, `since` the column by which a row is old, and
    `place` the column that holds its place. A row is deleted, or where `erase` is given it stays
    with the values that `erase` returns.
    """

    model: type[Model]
    days: str
    since: str
    erase: Callable[[Row], Mapping[str, object]] | None = None
    place: str = "city"


@dataclass(frozen=True, slots=True)
class Escalates:
    """How a subject escalates: under which name in policies, in which states, and how soon.

    `urgency` and `category` are read from a row; an alert has no category.
    """

    name: str
    waiting: frozenset[str]
    urgency: Callable[[Row], str]
    category: Callable[[Row], str | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that actions change, each change an event of its city's log.

    Its table has the columns `id`, `city`, `place`, `state`, `version` (the number of its last
    event), `updated_at` and `erased_at`. Without `decide`, police change it by use cases of its own
    instead of `core.actions.take`. `reaches_below` says that its events concern everybody below its
    place too; such a subject has a line in the log of each city there.
    """

    model: type[Model]
    moves: Mapping[ActionKind, Move]
    open_states: frozenset[str]
    decide: Decide | None = None
    leaves_city: bool = False
    reaches_below: bool = False
    escalates: Escalates | None = None
    kept: Kept | None = None

    @property
    def name(self) -> str:
        """The name that its actions and events carry: that of its model."""
        return self.model.__name__

    def transition(self, row: Row, kind: ActionKind, said: Said, at: datetime) -> Transition:
        """Return where an action of police leads; only for a subject with `decide`."""
        if self.decide is None:
            raise LookupError(f"{self.name} takes no actions")
        return self.decide(row, kind, said, at)

    def columns(self, *more: str) -> Wanted:
        """Return every column, as a change needs them, without relations."""
        return everything(self.model, NO_RELATIONS).plus(*more)


class Subjects:
    """Every subject of a server, by name.

    `kept` are tables that are no subjects and whose rows grow old as well; `at_stations` those of
    them whose `place` follows a station that is renamed.
    """

    def __init__(
        self,
        declared: Sequence[Subject],
        kept: Sequence[Kept] = (),
        at_stations: Sequence[type[Model]] = (),
    ) -> None:
        self._by_name = {subject.name: subject for subject in declared}
        self._by_model = {subject.model: subject for subject in declared}
        self.reaching_below = frozenset(each.name for each in declared if each.reaches_below)
        self.kept = (*(each.kept for each in declared if each.kept is not None), *kept)
        self.at_stations = at_stations

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._by_name.values())

    def __getitem__(self, name: str) -> Subject:
        return self._by_name[name]

    def acted_on(self, name: str) -> Subject | None:
        """Return the subject with this name, if police act on it by `core.actions.take`."""
        subject = self._by_name.get(name)
        return subject if subject is not None and subject.decide is not None else None

    def escalating(self, name: str) -> Subject | None:
        """Return the subject that policies call so."""
        return next((each for each in self if each.escalates and each.escalates.name == name), None)

    def of_model(self, model: type[Model]) -> Subject | None:
        """Return the subject whose rows a table holds, if they are one."""
        return self._by_model.get(model)
