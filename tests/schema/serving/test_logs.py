"""A fault that goes on is told once, then counted."""

import io
import logging
from collections.abc import Iterator

import pytest

from core.problems import Unavailable
from schema.serving.logs import REPEAT_SECONDS, PrivateFormatter, Repeated


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def told(time: Time) -> Iterator[io.StringIO]:
    """What a logger of the test's own writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PrivateFormatter("%(levelname)s %(message)s"))
    handler.addFilter(Repeated(time))
    logger = logging.getLogger("citizencop.test")
    logger.addHandler(handler)
    logger.propagate = False
    yield written
    logger.removeHandler(handler)
    logger.propagate = True


def test_the_same_warning_is_told_once_with_a_count_later(told: io.StringIO, time: Time) -> None:
    logger = logging.getLogger("citizencop.test")
    for _ in range(5):
        logger.warning("the bus is away: %s", "Timeout")
    logger.warning("the bus is away: %s", "Refused")
    assert told.getvalue().splitlines() == [
        "WARNING the bus is away: Timeout",
        "WARNING the bus is away: Refused",
    ]
    time.now = REPEAT_SECONDS
    logger.warning("the bus is away: %s", "Timeout")
    assert told.getvalue().splitlines()[2:] == [
        "WARNING the bus is away: Timeout (repeated 4 times since last logged)"
    ]


def test_what_is_no_fault_is_told_each_time(told: io.StringIO) -> None:
    for _ in range(2):
        logging.getLogger("citizencop.test").setLevel("INFO")
        logging.getLogger("citizencop.test").info("stopped")
    assert told.getvalue().count("stopped") == 2


def _divide() -> None:
    _ = 1 / 0


def _look_up() -> None:
    _ = {}["x"]


def test_faults_of_two_kinds_are_two(told: io.StringIO) -> None:
    logger = logging.getLogger("citizencop.test")
    for raising in (_divide, _look_up, _divide):
        try:
            raising()
        except (ZeroDivisionError, KeyError) as error:
            logger.error("a look-up failed", exc_info=error)
    assert told.getvalue().count("a look-up failed") == 2


def test_a_database_that_is_away_leaves_no_trace(told: io.StringIO) -> None:
    try:
        raise Unavailable from ConnectionRefusedError("a secret")
    except Unavailable as error:
        logging.getLogger("citizencop.test").error("not looked at", exc_info=error)
    assert told.getvalue().splitlines() == [
        "ERROR not looked at",
        "  Unavailable (ConnectionRefusedError)",
    ]
