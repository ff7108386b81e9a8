"""The server's key: given, or made once beside the data."""

import stat
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click
import pytest

from core.identity.server_key import LEAST_KEY_LENGTH, server_key

EMBEDDED, SHARED = "sqlite:///data/x.sqlite3", "postgresql://me@db/x"


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    key = server_key(None, EMBEDDED, folder)
    assert len(key) >= LEAST_KEY_LENGTH
    assert server_key(None, EMBEDDED, folder) == key
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert server_key(None, EMBEDDED, tmp_path / "other") != key


def test_those_who_make_the_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    for turn in range(20):
        folder = tmp_path / str(turn)
        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(partial(server_key, None, EMBEDDED), [folder] * 8))
        assert len(set(keys)) == 1
        assert len(keys[0]) >= LEAST_KEY_LENGTH
        assert [each.name for each in folder.iterdir()] == ["key"]


def test_the_key_that_is_given_counts_and_nothing_is_written(tmp_path: Path) -> None:
    given = "k" * LEAST_KEY_LENGTH
    assert server_key(given, EMBEDDED, tmp_path) == server_key(given, SHARED, tmp_path)
    assert server_key(given, SHARED, tmp_path) == given.encode()
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "database", "message"),
    [
        ("k" * (LEAST_KEY_LENGTH - 1), EMBEDDED, "fewer than 32 characters"),
        ("", SHARED, "fewer than 32 characters"),
        (None, SHARED, "the same secret on every server"),
    ],
)
def test_a_key_that_protects_nothing_ends_the_command(
    tmp_path: Path, given: str | None, database: str, message: str
) -> None:
    with pytest.raises(click.ClickException, match=message) as ended:
        server_key(given, database, tmp_path)
    assert given is None or not given or given not in ended.value.message
    assert not any(tmp_path.iterdir())
