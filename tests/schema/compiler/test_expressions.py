"""One tree is rendered as attributes, as indexes or as variables; it is never read back."""

from typing import Any

from schema.compiler.expressions import Column, Record, Source, by_name, columns_of
from schema.compiler.functions import Functions

SHOWN = Record((("a", Column("first")), ("b", Column("second")), ("c", Source("'<first>'"))))


class Row(tuple[Any, ...]):
    __slots__ = ()

    columns = ("zero", "first", "second", "third", "fourth")


class Narrow(tuple[Any, ...]):
    __slots__ = ()

    columns = ("second", "first")


class Named:
    first = "one"
    second = "two"


def test_columns_are_rendered_by_name() -> None:
    assert by_name(SHOWN) == "{'a': o.first, 'b': o.second, 'c': '<first>'}"
    assert columns_of(SHOWN) == {"first", "second"}


def test_a_text_that_looks_like_a_column_stays_a_text() -> None:
    functions = Functions()
    show = functions[functions.of_rows(SHOWN)]
    expected = {"a": "one", "b": "two", "c": "<first>"}
    wide = Row((0, "one", "two", 3, 4))
    narrow = Narrow(("two", "one"))
    for each in (Named(), wide, narrow, wide, narrow):
        assert show(each, None) == expected


def test_a_list_of_rows_has_a_function_of_its_own() -> None:
    functions = Functions()
    name = functions.of_rows(SHOWN)
    of_lists = functions.of_lists(name)
    assert of_lists is not None
    narrow = Narrow(("two", "one"))
    shown = {"a": "one", "b": "two", "c": "<first>"}
    assert functions[of_lists]([], None) == []
    assert functions[of_lists]([narrow, narrow], None) == [shown, shown]
    assert functions.of_lists(functions.of_objects(SHOWN)) is None
