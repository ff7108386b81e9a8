"""The command `schema`."""

from pathlib import Path
from typing import Final

import click

SCHEMA_FILE: Final = Path(__file__).parent / "schema.graphql"


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is stale.")
def schema(check: bool) -> None:
    """Write the schema in GraphQL's schema definition language to schema/schema.graphql."""
    # Imported here because it doubles the start time, and most commands do not need it.
    from schema.schema import build_schema
    from schema.subjects import SUBJECTS

    text = build_schema(SUBJECTS).as_str() + "\n"
    if not check:
        SCHEMA_FILE.write_text(text, "utf-8")
    elif not SCHEMA_FILE.exists() or SCHEMA_FILE.read_text("utf-8") != text:
        raise click.ClickException("schema/schema.graphql is stale. Run: make schema")
