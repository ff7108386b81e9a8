"""One answer for all who ask at about the same time."""

import asyncio

import pytest

from core.tasks.single_flight import SingleFlight


class Source:
    """Answers with the number of the question, when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.fails = False

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.may_answer.wait()
        if self.fails:
            raise LookupError
        return number


async def ready() -> None:
    """Let every task run as far as it gets."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_asks_at_once_shares_and_who_comes_later_gets_a_later_answer() -> None:
    source = Source()
    ask = SingleFlight(source)
    early = [asyncio.create_task(ask()) for _ in range(3)]
    await ready()
    # The first question is out: its answer may know nothing of what these have seen.
    late = [asyncio.create_task(ask()) for _ in range(3)]
    await ready()
    assert source.asked == 1
    source.may_answer.set()
    assert await asyncio.gather(*early) == [1, 1, 1]
    assert await asyncio.gather(*late) == [2, 2, 2]
    assert await ask() == 3


async def test_a_failure_is_told_to_those_who_waited_and_is_not_kept() -> None:
    source = Source()
    ask = SingleFlight(source)
    source.fails = True
    source.may_answer.set()
    answers = await asyncio.gather(ask(), ask(), return_exceptions=True)
    assert [type(each) for each in answers] == [LookupError, LookupError]
    source.fails = False
    assert await ask() == 2


async def test_one_who_goes_away_takes_no_answer_from_the_others() -> None:
    source = Source()
    ask = SingleFlight(source)
    leaving, staying = asyncio.create_task(ask()), asyncio.create_task(ask())
    await ready()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    source.may_answer.set()
    assert await staying == 1
