"""The server's key, which derives receipts and seals cursors."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import click

from core import environment
from core.storage import database

LEAST_KEY_LENGTH: Final = 32


def server_key(given: str | None, database_url: str, data: Path) -> bytes:
    """Return the given key or, for the embedded database, the key in the data folder.

    The file is created if needed. Raises `click.ClickException` if the given key is too short, or
    if there is none for a database that several servers can share.
    """
    if given is not None:
        return _checked(given)
    if not database.is_embedded(database_url):
        raise click.ClickException(
            f"Set {environment.KEY} to the same secret on every server of this database."
        )
    return _from_file(data / "key")


def _checked(given: str) -> bytes:
    if len(given) < LEAST_KEY_LENGTH:
        raise click.ClickException(
            f"{environment.KEY} has fewer than {LEAST_KEY_LENGTH} characters. Make one "
            "with: python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return given.encode()


def _from_file(file: Path) -> bytes:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _make(file)
    return file.read_bytes()


def _make(file: Path) -> None:
    """Make the file with a new key, unless another process makes it at the same time.

    The file gets its name once it is whole: whoever finds it reads all of the key.
    """
    with NamedTemporaryFile("w", dir=file.parent, prefix=file.name) as written:
        written.write(secrets.token_hex(32))
        written.flush()
        os.fsync(written.fileno())
        with suppress(FileExistsError):
            os.link(written.name, file)
