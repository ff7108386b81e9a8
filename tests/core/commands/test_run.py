"""What a command says of a refusal."""

import click
import pytest

from core.commands.run import path_of, run
from core.problems import NotFound
from core.storage.connecting import Unreachable


def test_work_is_run_to_its_result() -> None:
    async def work() -> int:
        return 7

    assert run(work()) == 7


@pytest.mark.parametrize(
    "problem", [NotFound("Nothing has this ID."), Unreachable("Nothing listens at 127.0.0.1.")]
)
def test_a_refusal_is_one_sentence_without_a_trace(problem: Exception) -> None:
    async def work() -> None:
        raise problem

    with pytest.raises(click.ClickException) as ended:
        run(work())
    assert ended.value.message == str(problem)
    assert ended.value.__suppress_context__


def test_a_fault_of_our_own_is_not_hidden() -> None:
    async def work() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        run(work())


def test_a_path_is_given_in_any_form_that_is_one() -> None:
    assert path_of(" /India/Goa/ ") == "india/goa"
    with pytest.raises(click.ClickException, match="country/state/city"):
        path_of("??")
