"""A plugin's code on its own thread, within its time, and what is said of its faults."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from plugins.runtime import isolation
from plugins.runtime.isolation import (
    MAX_MESSAGES,
    MAX_TEXT,
    Faults,
    HookError,
    HookTimeout,
    OwnWorker,
    Worker,
)

LIMIT = 20.0


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker("a/b/c")
    yield made
    made.stop()


def thread_of(made: Worker) -> list[threading.Thread]:
    name = f"plugin {made._name}"
    return [each for each in threading.enumerate() if each.name == name]


async def until_gone(threads: list[threading.Thread]) -> None:
    async with asyncio.timeout(LIMIT):
        while any(each.is_alive() for each in threads):
            await asyncio.sleep(0.005)


async def test_plain_and_async_hooks_run_on_the_plugins_own_thread(worker: Worker) -> None:
    def plain(word: str) -> tuple[str, str]:
        return word, threading.current_thread().name

    async def awaiting(word: str) -> tuple[str, str]:
        await asyncio.sleep(0)
        return plain(word)

    for hook in (plain, awaiting):
        assert await worker.call(hook, {"word": "x"}, LIMIT) == ("x", "plugin a/b/c")


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), KeyboardInterrupt()])
@pytest.mark.parametrize("kind", [Worker, OwnWorker])
async def test_what_a_hook_raises_is_the_cause(kind: type[Worker], error: BaseException) -> None:
    def raising() -> None:
        raise error

    made = kind("a/b/c")
    with pytest.raises(HookError) as failed:
        await made.call(raising, {}, LIMIT)
    assert failed.value.__cause__ is error
    assert await made.call(lambda: "well again", {}, LIMIT) == "well again"
    made.stop()


async def test_one_that_overruns_its_time_is_not_asked_again(worker: Worker) -> None:
    asked: list[str] = []
    ends = threading.Event()

    def hanging() -> None:
        asked.append("x")
        ends.wait(LIMIT)

    with pytest.raises(HookTimeout, match=r"no answer within 0\.05 s"):
        await worker.call(hanging, {}, 0.05)
    with pytest.raises(HookTimeout, match="skipped for"):
        await worker.call(hanging, {}, LIMIT)
    assert len(asked) <= 1
    ends.set()


async def test_after_its_rest_it_is_asked_again(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "PAUSE", 0.0)
    ends = threading.Event()
    with pytest.raises(HookTimeout):
        await worker.call(lambda: ends.wait(LIMIT), {}, 0.05)
    ends.set()
    assert await worker.call(lambda: "well again", {}, LIMIT) == "well again"


async def test_an_idle_thread_ends_and_comes_back(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "IDLE", 0.01)
    assert await worker.call(lambda: 1, {}, LIMIT) == 1
    await until_gone(thread_of(worker))
    assert await worker.call(lambda: 2, {}, LIMIT) == 2


async def test_a_thread_with_an_async_hook_stays_with_what_it_keeps_open(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "IDLE", 0.0)

    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    first = await worker.call(loop, {}, LIMIT)
    await worker.call(lambda: None, {}, LIMIT)
    assert await worker.call(loop, {}, LIMIT) is first
    threads = thread_of(worker)
    assert len(threads) == 1
    worker.stop()
    await until_gone(threads)


def test_what_a_citizen_sent_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    faults = Faults()
    try:
        int("my neighbour Asha")
    except ValueError as error:
        faults.record("a/b/c", "route_report", error)
    assert "Asha" not in caplog.text
    assert "Asha" not in str(faults.messages)
    assert "ValueError in test_what_a_citizen_sent_is_in_no_log" in caplog.text
    assert faults.counts == {("a/b/c", "route_report"): 1}


def test_at_the_start_an_errors_own_text_is_told() -> None:
    faults = Faults()
    faults.record("a/b/c", "stations", ValueError("x" * 2 * MAX_TEXT), at_start=True)
    assert faults.messages["a/b/c", "stations"] == ["x" * MAX_TEXT + " (ValueError)"]


def test_every_fault_is_counted_and_the_first_few_are_kept() -> None:
    faults = Faults()
    for number in range(10):
        faults.record("a/b/c", "stations", f"fault {number // 2}")
    assert faults.counts["a/b/c", "stations"] == 10
    assert faults.messages["a/b/c", "stations"] == [f"fault {n}" for n in range(MAX_MESSAGES)]
