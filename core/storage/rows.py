"""Flat rows: only the wanted columns, read with one statement per level of relations.

Rows that are only shown are read here, not as Tortoise objects: creating those takes longer than
the statements. Tables, columns and relations come from the models.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Final
from uuid import UUID

from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from core.credentials import CredentialHash
from core.storage.conditions import ANY_OF, Condition, equals, for_dialect
from core.storage.connection import Database, current_database, meta_of, table_of

Row = Any
"""A row: the wanted columns as attributes, and each wanted relation as a list of rows."""


@dataclass(frozen=True, slots=True)
class Related:
    """Rows of another table that refer to a row by `column`, in the order of the column `order`.

    A model declares its relations by name as `related`. As `pointed_to` it declares the columns to
    read from rows that it refers to (`officer.name`).
    """

    model: type[Model]
    column: str
    order: str


def related_to(model: type[Model]) -> Mapping[str, Related]:
    """Return the relations that a model declares, by name."""
    return getattr(model, "related", {})


def _pointed_to(model: type[Model]) -> tuple[str, ...]:
    return getattr(model, "pointed_to", ())


_MAX_STATEMENTS: Final = 1_000
"""Cached selections of columns, and cached statements; clients use few different ones."""


@dataclass(frozen=True)
class Wanted:
    """The columns and relations to read of a table's rows.

    A column is the model's own, or one of a row that it refers to (`officer.name`, read as the
    attribute `officer_name`). A relation is a list of rows that refer to this one.
    """

    model: type[Model]
    columns: tuple[str, ...] = ()
    relations: tuple[tuple[str, "Wanted"], ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.model, self.columns, self.relations))

    @cached_property
    def _with_more(self) -> dict[tuple[str, ...], "Wanted"]:
        return {}

    def plus(self, *columns: str) -> "Wanted":
        """Return a copy with further columns."""
        more = self._with_more.get(columns)
        if more is None:
            more = Wanted(self.model, _united(self.columns, columns), self.relations)
            self._with_more[columns] = more
        return more

    def merged(self, other: "Wanted") -> "Wanted":
        """Return the union of both."""
        relations = dict(self.relations)
        for name, wanted in other.relations:
            relations[name] = relations[name].merged(wanted) if name in relations else wanted
        return Wanted(
            self.model, _united(self.columns, other.columns), tuple(sorted(relations.items()))
        )

    def whole(self) -> "Wanted":
        """Return the same relations with all columns, so that there are few classes of rows."""
        return everything(self.model, frozenset(name for name, _ in self.relations)).merged(
            Wanted(self.model, (), tuple((name, wanted.whole()) for name, wanted in self.relations))
        )


def _united(columns: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*columns, *others}))


@lru_cache(maxsize=64)
def everything(model: type[Model], relations: frozenset[str] | None = None) -> Wanted:
    """Return all columns except credentials, and the named relations with all below them.

    Without `relations`, return all relations.
    """
    meta = meta_of(model)
    if meta.default_connection is None:
        raise LookupError("open a database first: relations between tables are not known before")
    columns = [name for name in meta.fields_db_projection if not _is_secret(name)]
    columns += _pointed_to(model)
    below = {
        name: everything(related.model)
        for name, related in related_to(model).items()
        if relations is None or name in relations
    }
    return Wanted(model, tuple(sorted(columns)), tuple(sorted(below.items())))


def _is_secret(column: str) -> bool:
    return column.endswith(("_selector", "_verifier"))


class _Statement:
    """The SELECT for the wanted columns of one table, and the class of its rows."""

    def __init__(self, wanted: Wanted, database: Database) -> None:
        meta = meta_of(wanted.model)
        table = meta.db_table
        fields: dict[str, Any] = {}
        selected: list[str] = []
        joins: dict[str, str] = {}
        for column in wanted.columns:
            target, _, pointed = column.rpartition(".")
            if target:
                relation: ForeignKeyFieldInstance[Any] = meta.fields_map[target]
                other: Any = meta_of(relation.related_model)
                joins[target] = (
                    f" LEFT JOIN {other.db_table} AS {target}"
                    f" ON {target}.id = {table}.{relation.source_field}"
                )
                fields[f"{target}_{pointed}"] = other.fields_map[pointed]
                selected.append(f"{target}.{pointed} AS {target}_{pointed}")
            else:
                fields[column] = meta.fields_map[column]
                selected.append(f"{table}.{column}")
        # The text contains only names of tables and columns of the models, never values.
        self.text = f"SELECT {', '.join(selected)} FROM {table}{''.join(joins.values())}"
        self.row_class: type = database.row_class(wanted.model, fields)
        self.dialect: str = database.capabilities.dialect


@lru_cache(maxsize=_MAX_STATEMENTS)
def _text(selecting: str, condition: str, rest: str, dialect: str) -> str:
    """Return the complete statement."""
    return for_dialect(f"{selecting} WHERE {condition}{rest}", dialect)


def is_row(obj: object, model: type[Model]) -> bool:
    """Return whether an object is a row of a model's table."""
    return getattr(type(obj), "of_model", None) is model


@lru_cache(maxsize=64)
def _written_class(model: type[Model]) -> type:
    def begin(self: Any, values: Mapping[str, object]) -> None:
        self.__dict__.update(values)

    return type(f"Written{model.__name__}", (), {"of_model": model, "__init__": begin})


def written(model: type[Model], values: Mapping[str, object]) -> Row:
    """Return a row that was just written, in the form that a read returns."""
    plain = {
        name: value.value if isinstance(value, Enum) else value for name, value in values.items()
    }
    return _written_class(model)(plain)


def values_of(row: Model) -> dict[str, object]:
    """Return the values of a row that is not stored yet, by column."""
    return {name: getattr(row, name) for name in meta_of(type(row)).fields_db_projection}


async def complete(wanted: Wanted, row: Row) -> Row:
    """Read the wanted relations of a row that was just written, and return the row."""
    for name, below in wanted.relations:
        await _read_relation(current_database(), wanted.model, [row], name, below)
    return row


async def read(
    wanted: Wanted, condition: Condition, order: str = "", limit: int | None = None
) -> list[Row]:
    """Return the rows that match a condition, with the wanted relations.

    `order` is SQL, such as `report.received_at DESC`. It must not contain input.
    """
    opened = current_database()
    order = f" ORDER BY {order}" if order else ""
    if limit is None:
        return await _read(opened, wanted, condition.sql, order, condition.values)
    return await _read(
        opened, wanted, condition.sql, f"{order} LIMIT ?", (*condition.values, limit)
    )


async def read_by_id(wanted: Wanted, own_id: UUID) -> Row | None:
    """Return the row with this ID, or `None`."""
    found = await read(wanted, equals(f"{table_of(wanted.model)}.id", own_id))
    return found[0] if found else None


async def read_by_credential(wanted: Wanted, name: str, hashed: CredentialHash) -> Row | None:
    """Return the row with this credential in the columns `NAME_selector` and `NAME_verifier`."""
    verifier = f"{name}_verifier"
    found = await read(
        wanted.plus(verifier), equals(f"{table_of(wanted.model)}.{name}_selector", hashed.selector)
    )
    return found[0] if found and hashed.matches(getattr(found[0], verifier)) else None


async def existing(wanted: Wanted, own_id: UUID) -> Row:
    """Return the row with this ID; raises `LookupError` if it does not exist."""
    row = await read_by_id(wanted, own_id)
    if row is None:
        raise LookupError(f"a row of {wanted.model.__name__} no longer exists")
    return row


async def _read(
    database: Database, wanted: Wanted, condition: str, rest: str, values: Sequence[object]
) -> list[Row]:
    relations = wanted.relations
    bare = not wanted.columns
    statement = _statement(database, wanted.plus("id") if relations or bare else wanted)
    text = _text(statement.text, condition, rest, statement.dialect)
    rows: list[Row] = await database.fetch_rows(text, values, statement.row_class)
    if rows:
        for name, below in relations:
            await _read_relation(database, wanted.model, rows, name, below)
    return rows


async def _read_relation(
    database: Database, model: type[Model], rows: list[Row], name: str, below: Wanted
) -> None:
    related = related_to(model)[name]
    key = related.column
    column = f"{table_of(related.model)}.{key}"
    if len(rows) == 1:
        condition, value = f"{column} = ?", rows[0].id
    else:
        condition, value = f"{column} {ANY_OF}", [row.id for row in rows]
    order = f" ORDER BY {table_of(related.model)}.{related.order}"
    found = await _read(database, below.plus(key), condition, order, (value,))
    if len(rows) == 1:
        setattr(rows[0], name, found)
        return
    children: dict[UUID, list[Row]] = {row.id: [] for row in rows}
    for child in found:
        children[getattr(child, key)].append(child)
    for row in rows:
        setattr(row, name, children[row.id])


@lru_cache(maxsize=_MAX_STATEMENTS)
def _statement(database: Database, wanted: Wanted) -> _Statement:
    return _Statement(wanted, database)
