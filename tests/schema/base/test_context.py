"""Links to media: good for a while, and for one file."""

import time
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.base import context
from schema.base.context import LINK_LIFETIME, MediaLinks

KEY = b"a key for tests that is long enough"
HOUR = int(LINK_LIFETIME.total_seconds())


def parts_of(link: str) -> tuple[str, str, str]:
    url = urlsplit(link)
    query = parse_qs(url.query)
    return url.path.rpartition("/")[2], query["expires"][0], query["seal"][0]


def test_a_link_is_good_for_its_file_alone() -> None:
    links = MediaLinks(KEY)
    media, expires, seal = parts_of(links.link(uuid4()))
    assert links.is_good(media, expires, seal)
    assert not links.is_good(str(uuid4()), expires, seal)
    assert not links.is_good(media, str(int(expires) + HOUR), seal)
    assert not links.is_good(media, expires, seal[:-1] + ("0" if seal[-1] != "0" else "1"))
    assert not MediaLinks(b"the key of another server, long").is_good(media, expires, seal)


def test_a_link_is_good_for_one_to_two_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    links = MediaLinks(KEY)
    made = time.time()
    media, expires, seal = parts_of(links.link("x"))
    assert HOUR < int(expires) - made <= 2 * HOUR + 1
    for at, good in ((int(expires) - 1, True), (int(expires), False)):
        monkeypatch.setattr(context.time, "time", lambda at=at: at)
        assert links.is_good(media, expires, seal) is good


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_whatever_is_sent_is_no_link(media: str, expires: str, seal: str) -> None:
    assert not MediaLinks(KEY).is_good(media, expires, seal)


@pytest.mark.parametrize("expires", ["", "-1", "1e3", "٣", "9" * 16, " 1"])
def test_an_expiry_that_is_no_number_is_refused(expires: str) -> None:
    links = MediaLinks(KEY)
    media, _, seal = parts_of(links.link("x"))
    assert not links.is_good(media, expires, seal)
