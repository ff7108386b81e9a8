"""Temporary PostgreSQL databases."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432"


@asynccontextmanager
async def temporary_database() -> AsyncGenerator[str]:
    """Create a database and yield its URL; drop it afterwards, closing open connections."""
    name = f"citizencop_bench_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(f"{POSTGRESQL}/postgres")
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRESQL}/{name}"
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()
