"""Changes that go to their end."""

import asyncio

import pytest

from core.tasks.shielded import run_shielded, settled


async def test_work_ends_though_its_caller_is_gone() -> None:
    begun, goes_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await goes_on.wait()
        done.set()

    caller = asyncio.create_task(run_shielded(work()))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert not done.is_set()
    goes_on.set()
    await settled()
    assert done.is_set()


async def test_who_waits_for_the_end_waits_for_what_begins_meanwhile() -> None:
    order: list[str] = []

    async def second() -> None:
        await asyncio.sleep(0)
        order.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        order.append("first")
        begun.append(asyncio.create_task(run_shielded(second())))
        await asyncio.sleep(0)

    begun: list[asyncio.Task[None]] = []
    begun.append(asyncio.create_task(run_shielded(first())))
    await asyncio.sleep(0)
    await settled()
    assert order == ["first", "second"]
    await asyncio.gather(*begun)


async def test_the_caller_gets_the_result_or_the_error() -> None:
    async def result() -> int:
        return 7

    async def error() -> int:
        raise LookupError

    assert await run_shielded(result()) == 7
    with pytest.raises(LookupError):
        await run_shielded(error())
