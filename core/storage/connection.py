"""The open database, and what Tortoise knows of a table, with types."""

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Protocol, cast

from tortoise.backends.base.client import Capabilities
from tortoise.context import require_context
from tortoise.models import Model

if TYPE_CHECKING:
    from core.storage.append import Clash, Entry


class Database(Protocol):
    """What our clients of both databases can do, beyond what Tortoise asks of them."""

    @property
    def capabilities(self) -> Capabilities:
        """Among others the name of the dialect: `sqlite` or `postgres`."""
        ...

    @property
    def statements(self) -> dict[Any, Any]:
        """The statements that were made for it; see `core.storage.rows`."""
        ...

    @property
    def filename(self) -> str:
        """Where the embedded database lies; PostgreSQL has none."""
        ...

    async def reach(self) -> None:
        """Connect, or raise what keeps from it."""
        ...

    async def execute_query_dict(
        self, query: str, values: Sequence[object] | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows of a statement, each by the names of its columns."""
        ...

    async def fetch_rows(self, sql: str, values: Sequence[object], row_class: type) -> list[Any]:
        """Return the rows of a statement that only reads."""
        ...

    async def append(self, entry: "Entry") -> "int | Clash":
        """Write an entry of the log; see `core.storage.append`."""
        ...

    def row_class(self, model: type[Model], fields: Mapping[str, Any]) -> type:
        """Return the class of a statement's rows."""
        ...


class Table(Protocol):
    """What Tortoise knows of a model's table."""

    @property
    def db_table(self) -> str:
        """Its name."""
        ...

    @property
    def fields_map(self) -> Mapping[str, Any]:
        """Its columns and relations; each of them has attributes of its own kind."""
        ...

    @property
    def fields_db_projection(self) -> Mapping[str, str]:
        """The names of its columns."""
        ...

    @property
    def backward_fk_fields(self) -> Set[str]:
        """The names of its relations of many rows that point to one."""
        ...

    @property
    def default_connection(self) -> str | None:
        """The connection that it is read over, once a database is open."""
        ...


def current_database() -> Database:
    """Return the open database, or inside a transaction the connection that it holds."""
    return cast("Database", cast("object", require_context().db()))


def meta_of(model: type[Model]) -> Table:
    """Return a model's table, columns and relations."""
    return model._meta  # pyright: ignore[reportPrivateUsage]


def table_of(model: type[Model]) -> str:
    """Return the name of a model's table."""
    return meta_of(model).db_table
