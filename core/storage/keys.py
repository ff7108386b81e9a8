"""Using an idempotency key inside a transaction."""

from typing import Final

from core.storage import postgresql_append, sqlite_append
from core.storage.append import KeyUse
from core.storage.connection import current_database

_STATEMENTS: Final = {
    "postgres": postgresql_append.key_statement,
    "sqlite": sqlite_append.key_statement,
}


async def use_up(key: KeyUse) -> bool:
    """Record the key as used; returns `False` if it already was."""
    opened = current_database()
    statement, values = _STATEMENTS[opened.capabilities.dialect](key)
    return bool(await opened.execute_query_dict(statement, values))
