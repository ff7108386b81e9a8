"""A PostgreSQL database that is gone when the measuring is over."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432"


@asynccontextmanager
async def temporary_database() -> AsyncGenerator[str]:
    """Make a database and yield its URL; drop it at the end, whoever is still connected."""
    name = f"citizencop_bench_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(f"{POSTGRESQL}/postgres")
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRESQL}/{name}"
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()
