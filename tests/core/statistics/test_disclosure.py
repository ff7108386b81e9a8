"""No small count can be worked out from what is told, though all the rules are known."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.statistics.disclosure import LEAST_PUBLIC_COUNT, Count, Disclosed, parts, total, whole

Table = tuple[int, ...]
Answer = Callable[[Table], Hashable]


def tables(cells: int, most: int) -> Iterator[Table]:
    """Every table of so many cells whose sum is `most` at the most."""
    if not cells:
        yield ()
        return
    for value in range(most + 1):
        for rest in tables(cells - 1, most - value):
            yield (value, *rest)


def told(counts: Sequence[Count], least: int) -> Hashable:
    answer = parts({str(index): count for index, count in enumerate(counts)}, least)
    return tuple(sorted(answer.disclosed.items())), answer.complete


def divided_once(least: int) -> Answer:
    """The whole, and its parts."""

    def answer(table: Table) -> Hashable:
        counts = [Count(cell) for cell in table]
        return whole(total(counts), least), told(counts, least)

    return answer


def divided_twice(least: int) -> Answer:
    """Stations as rows and two categories as columns; cells are what both divide."""

    def answer(table: Table) -> Hashable:
        counts = [Count(cell) for cell in table]
        rows = [total(counts[at : at + 2]) for at in range(0, len(counts), 2)]
        columns = [total(counts[at::2]) for at in range(2)]
        return whole(total(counts), least), told(rows, least), told(columns, least)

    return answer


def with_acts(least: int, *, twice: bool = False) -> Answer:
    """Each cell as two: acted upon, and not."""

    def answer(table: Table) -> Hashable:
        counts = counts_of(table)
        if not twice:
            return whole(total(counts), least), told(counts, least)
        a, b, c, d = counts
        return whole(total(counts), least), told([a + b, c + d], least), told([a + c, b + d], least)

    return answer


def counts_of(table: Table) -> list[Count]:
    return [Count(table[at] + table[at + 1], table[at]) for at in range(0, len(table), 2)]


def cells(table: Table) -> Table:
    return table


def cells_and_margins(table: Table) -> Table:
    rows = (sum(table[at : at + 2]) for at in range(0, len(table), 2))
    return (*table, *rows, sum(table[::2]), sum(table[1::2]))


def cells_and_registered(table: Table) -> Table:
    return (*table, *(count.registered for count in counts_of(table)))


@pytest.mark.parametrize(
    ("answer", "count", "most", "seen", "least"),
    [
        (divided_once(10), 2, 60, cells, 10),
        (divided_once(10), 3, 45, cells, 10),
        (divided_once(10), 4, 32, cells, 10),
        (divided_once(5), 5, 20, cells, 5),
        (divided_twice(5), 4, 26, cells_and_margins, 5),
        (divided_twice(4), 6, 14, cells_and_margins, 4),
        (with_acts(5), 4, 26, cells_and_registered, 5),
        (with_acts(4), 6, 14, cells_and_registered, 4),
        (with_acts(4, twice=True), 8, 10, cells_and_registered, 4),
    ],
    ids=["2", "3", "4", "5", "2x2", "3x2", "acts-2", "acts-3", "acts-2x2"],
)
def test_every_small_count_could_be_many_others(
    answer: Answer, count: int, most: int, seen: Callable[[Table], Table], least: int
) -> None:
    """Every table is asked for; those with one answer are what somebody has to choose from."""
    possible: dict[Hashable, list[Table]] = defaultdict(list)
    for table in tables(count, most):
        possible[answer(table)].append(seen(table))
    for alike in possible.values():
        for values in map(set, zip(*alike, strict=True)):
            if any(0 < value < least for value in values):
                assert len(values) >= least - 2, (alike[0], values)


CATEGORIES = st.dictionaries(
    st.sampled_from("abcdefghijkl"), st.integers(0, 25).map(Count), max_size=12
)


@given(CATEGORIES)
def test_no_difference_of_what_is_told_is_small(counts: Mapping[str, Count]) -> None:
    answer, all_of_it = parts(counts), whole(total(counts.values()))
    told_sum = sum(part.registered or 0 for part in answer.disclosed.values())
    for key, part in answer.disclosed.items():
        assert part.registered == counts[key].registered >= LEAST_PUBLIC_COUNT
    if answer.disclosed:
        assert all_of_it.registered is not None
        rest = all_of_it.registered - told_sum
        assert rest == 0 if answer.complete else rest >= LEAST_PUBLIC_COUNT


@given(CATEGORIES)
@example({"a": Count(2), "b": Count(3), "c": Count(5), "d": Count(20)})
@example({"a": Count(1), "b": Count(13)})
@example({"a": Count(1), "b": Count(1), "c": Count(1), "d": Count(7), "e": Count(10)})
def test_a_small_part_can_be_replaced_and_nobody_would_know(counts: Mapping[str, Count]) -> None:
    answer, all_of_it = parts(counts), whole(total(counts.values()))
    for key, count in counts.items():
        if not 0 < count.registered < LEAST_PUBLIC_COUNT:
            continue
        others = [
            value
            for value in range(1, LEAST_PUBLIC_COUNT)
            if any(
                (parts(other), whole(total(other.values()))) == (answer, all_of_it)
                for other in replaced(counts, key, value)
            )
        ]
        assert len(others) >= LEAST_PUBLIC_COUNT - 2


def replaced(counts: Mapping[str, Count], key: str, value: int) -> Iterator[dict[str, Count]]:
    """Yield tables with another value at a key: candidates for the same answer."""
    table = {each: count.registered for each, count in counts.items()}
    others = [each for each in table if each != key]
    small = [each for each in others if table[each] < LEAST_PUBLIC_COUNT]
    candidates = [dict.fromkeys(table, 0)]
    # The other small parts share what is left, as evenly as can be.
    left = table[key] + sum(table[each] for each in small) - value
    for sharing in range(1, len(small) + 1):
        share, more = divmod(max(left, 0), sharing)
        shares = [share + (at < more) for at in range(sharing)] + [0] * (len(small) - sharing)
        candidates.append(table | dict(zip(small, shares, strict=True)))
    # Or one other part, large or small, takes it all.
    for each in others:
        candidates.append(table | {each: max(table[each] + table[key] - value, 0)})
        rest = max(sum(table.values()) - value, 0)
        candidates.append(dict.fromkeys(table, 0) | {each: rest})
    for candidate in candidates:
        yield {each: Count(count) for each, count in (candidate | {key: value}).items()}


def test_acts_are_told_where_neither_side_is_small() -> None:
    assert whole(Count(1248, 842)) == Disclosed(1248, 842)
    assert whole(Count(43, 3)) == Disclosed(43, None)
    assert whole(Count(43, 40)) == Disclosed(43, None)
    assert whole(Count(43, 43)) == Disclosed(43, 43)
    assert whole(Count(9, 9)) == Disclosed(None, None)
    assert whole(Count(0, 0)) == Disclosed(0, 0)
