"""Catalogues: the lists that a place can define as data, each declared once, in its subject.

The loader, the hooks, the data files with their JSON Schemas, `city check` and the reference are
derived from these declarations. The merged list of a city is `city[TARIFFS]`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.places.description import Feature

Row = TypeVar("Row")
Merged = TypeVar("Merged")


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue(Generic[Row, Merged]):
    """A typed key for one list of a place, and how the lists of a plugin chain are merged.

    `hook` is the name of the hook that can return the rows, and `documentation` its reference text.
    `table` is the array of tables in the TOML `file`, or `None` if the file has another format.
    `merge` gets the answers of the chain, the nearest place first; without answers it must return
    an empty collection. A place without `feature` has an empty list. With `own`, only the city's
    own plugin is called.
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
    """Merge rows by code; if several places have a code, the nearest place's row is used."""
    return {row.code: row for answer in reversed(answers) for row in answer}


def nearest_first(answers: Sequence[tuple[C, ...]]) -> tuple[C, ...]:
    """Return the nearest row of each code, in the order of the answers."""
    merged: dict[str, C] = {}
    for answer in answers:
        for row in answer:
            merged.setdefault(row.code, row)
    return tuple(merged.values())
