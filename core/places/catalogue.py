"""Catalogues: what a place may list as data, each declared once beside its subject.

The loader, the data hooks, the data files with their JSON Schemas, `city check` and the reference
are derived from these declarations; what a city holds is read as `city[TARIFFS]`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.places.description import Feature

Row = TypeVar("Row")
Merged = TypeVar("Merged")


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue(Generic[Row, Merged]):
    """A typed key: what places list, and what becomes of the lists of a chain of places.

    `hook` is the name under which code may give the rows too, and `documentation` what city teams
    read about it. `table` is the array of tables in the TOML `file`; `None` where the file has a
    form of its own. `merge` takes the answers of a chain, the nearest place first, and returns an
    empty collection for none. A place without `feature` has none. With `own` only a city's own
    plugin is asked.
    """

    hook: str
    row: type[Row]
    file: str
    table: str | None
    merge: Callable[[Sequence[tuple[Row, ...]]], Merged]
    documentation: str
    feature: Feature | None = None
    own: bool = False


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)


def by_code(answers: Sequence[tuple[C, ...]]) -> Mapping[str, C]:
    """Return all rows by code; of two with one code the nearest counts."""
    return {row.code: row for answer in reversed(answers) for row in answer}


def nearest_first(answers: Sequence[tuple[C, ...]]) -> tuple[C, ...]:
    """Return the nearest row of each code, in the order of the answers."""
    merged: dict[str, C] = {}
    for answer in answers:
        for row in answer:
            merged.setdefault(row.code, row)
    return tuple(merged.values())
