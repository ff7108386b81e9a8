"""Secrets that a process is started with."""

import os
import sys
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import environment
from core.environment import hide_password, take_secrets, with_password

PASSWORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the secrets of whoever runs the tests; they come back afterwards."""
    for name in environment.SECRETS:
        monkeypatch.delenv(name, raising=False)


def test_secrets_are_taken_once_and_leave_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.KEY, "a long secret")
    monkeypatch.setenv(environment.PGPASSWORD, "another")
    monkeypatch.setenv("CITIZENCOP_DATA", "/srv/data")
    assert take_secrets() == {environment.KEY: "a long secret", environment.PGPASSWORD: "another"}
    assert os.environ["CITIZENCOP_DATA"] == "/srv/data"
    assert not set(environment.SECRETS) & set(os.environ)
    assert take_secrets() == {}


def test_the_password_of_a_url_leaves_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://me:hunter22@db.example/citizencop"
    words = ["server.py", "--database", url, "serve"]
    monkeypatch.setattr(sys, "argv", list(words))
    monkeypatch.setattr(sys, "orig_argv", ["python", *words])
    hide_password(url)
    hidden = "postgresql://me:xxxxxxxx@db.example/citizencop"
    assert sys.argv == ["server.py", "--database", hidden, "serve"]
    assert sys.orig_argv == ["python", *sys.argv]


@pytest.mark.parametrize(
    "url", [None, "", "sqlite://data/x.sqlite3", "postgresql://me@db/x", "postgresql://[::1/x"]
)
def test_without_a_password_the_command_line_stays(
    monkeypatch: pytest.MonkeyPatch, url: str | None
) -> None:
    words = ["server.py", "--database", url or "", "serve"]
    monkeypatch.setattr(sys, "argv", list(words))
    hide_password(url)
    assert sys.argv == words


@given(PASSWORDS)
def test_a_password_is_read_back_as_it_was_given(password: str) -> None:
    parts = urlsplit(with_password("postgresql://me@db.example:5433/x?a=b", password))
    assert unquote(parts.password or "") == password
    assert (parts.username, parts.hostname, parts.port) == ("me", "db.example", 5433)
    assert (parts.path, parts.query) == ("/x", "a=b")


def test_without_a_user_it_is_that_of_libpq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGUSER", "who@here")
    assert with_password("postgresql://db/x", "p") == "postgresql://who%40here:p@db/x"


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://me:own@db/x", "other"),
        ("postgresql://me@db/x", None),
        ("postgresql://me@db/x", ""),
        ("sqlite:///data/x.sqlite3", "other"),
    ],
)
def test_a_url_stays_that_needs_no_password(url: str, password: str | None) -> None:
    assert with_password(url, password) == url
