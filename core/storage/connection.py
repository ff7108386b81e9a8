"""Typed access to the open database, and to Tortoise's metadata of tables."""

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Protocol

from tortoise.backends.base.client import Capabilities
from tortoise.context import require_context
from tortoise.models import Model

if TYPE_CHECKING:
    from core.storage.append import Clash, Entry


class Database(Protocol):
    """The clients of both databases: their methods beyond those of Tortoise."""

    @property
    def capabilities(self) -> Capabilities:
        """Tortoise's capabilities, including `dialect`: `sqlite` or `postgres`."""
        ...

    @property
    def filename(self) -> str:
        """The file of the embedded database; not available on PostgreSQL."""
        ...

    async def reach(self) -> None:
        """Open a connection; raises the driver's error if that fails."""
        ...

    async def execute_query_dict(
        self, query: str, values: Sequence[object] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows of a statement as mappings from column names to values."""
        ...

    async def fetch_rows(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        """Return the rows of a read-only statement as instances of `row_class`."""
        ...

    async def append(self, entry: "Entry") -> "int | Clash":
        """Append an entry to a city's log; see `core.storage.append`."""
        ...

    def row_class(self, model: type[Model], fields: Mapping[str, Any]) -> type:
        """Return a class for the rows of a statement with these columns."""
        ...


class Table(Protocol):
    """Tortoise's metadata of a model's table."""

    @property
    def db_table(self) -> str:
        """The name of the table."""
        ...

    @property
    def fields_map(self) -> Mapping[str, Any]:
        """Its columns and relations, by field name."""
        ...

    @property
    def fields_db_projection(self) -> Mapping[str, str]:
        """Its column names, by field name."""
        ...

    @property
    def backward_fk_fields(self) -> Set[str]:
        """The names of its reverse foreign key relations."""
        ...

    @property
    def default_connection(self) -> str | None:
        """The name of its connection, once a database is open."""
        ...


def current_database() -> Database:
    """Return the open database or, inside a transaction, the transaction's connection."""
    database: Any = require_context().db()
    return database


def meta_of(model: type[Model]) -> Table:
    """Return Tortoise's metadata of a model."""
    # Tortoise has no public access to it.
    untyped: Any = model
    return untyped._meta


def table_of(model: type[Model]) -> str:
    """Return the name of a model's table."""
    return meta_of(model).db_table
