"""A document is prepared once, and a flood of new ones pushes out only others that came once."""

import threading
from typing import Any

import pytest

from schema.compiler import documents
from schema.compiler.documents import Documents, RequestError
from schema.compiler.execution import Executor
from schema.compiler.plan import compile_plan
from schema.schema import build_schema
from schema.subjects import SUBJECTS

EXECUTOR = Executor(build_schema(SUBJECTS))


def fresh() -> Documents:
    return Documents(EXECUTOR.schema, EXECUTOR.converter)


def test_the_same_text_is_prepared_once() -> None:
    known = fresh()
    first = known.operation("{ __typename }", None)
    assert known.operation("{ __typename }", None) is first
    assert known.operation("{ __typename  }", None) is not first


def test_a_flood_of_new_documents_leaves_those_that_are_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "KEPT_DOCUMENTS", 10)
    known = fresh()
    used = known.operation("{ __typename }", None)
    assert known.operation("{ __typename }", None) is used
    for number in range(50):
        known.operation(f"{{ a{number}: __typename }}", None)
    assert known.operation("{ __typename }", None) is used
    assert len(known._new) <= 10


def test_a_flood_that_comes_twice_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KEPT_DOCUMENTS", 10)
    known = fresh()
    for number in range(50):
        for _ in range(2):
            known.operation(f"{{ a{number}: __typename }}", None)
    assert len(known._known) <= 10


def test_a_very_long_document_is_answered_and_not_kept() -> None:
    known = fresh()
    text = "{ __typename }" + " " * documents.MAX_KEPT_LENGTH
    assert known.operation(text, None) is not known.operation(text, None)
    assert not known._new


def test_what_is_wrong_with_a_document_is_kept_as_well() -> None:
    known = fresh()
    for _ in range(3):
        with pytest.raises(RequestError, match="nothing"):
            known.operation("{ nothing }", None)
    assert len(known._known) == 1


def test_plans_for_every_outcome_of_the_conditions_are_bounded() -> None:
    names = [f"b{number}" for number in range(6)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"{name}: __typename @include(if: ${name})" for name in names)
    operation = fresh().operation(f"query ({declared}) {{ {fields} __typename }}", None)
    for outcome in range(64):
        given = {name: bool(outcome >> index & 1) for index, name in enumerate(names)}
        plan = operation.plan(operation.variables(given))
        assert plan is not None
        wanted = [name for name in names if given[name]] + ["__typename"]
        assert [root.key for root in plan.roots] == wanted
    assert len(operation.plans) <= documents.MAX_PLANS


async def test_a_long_document_is_prepared_in_a_thread_and_then_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = fresh()
    text = "{ __typename }" + " " * documents.MAX_AT_ONCE
    loop = threading.get_ident()
    prepared_in: list[int] = []
    read = known._read

    def noted(given: str) -> Any:
        prepared_in.append(threading.get_ident())
        return read(given)

    monkeypatch.setattr(known, "_read", noted)
    operation = await known.prepared(text, None)
    assert await known.prepared(text, None) is operation is known.operation(text, None)
    await known.prepared("{ __typename }", None)
    assert [each == loop for each in prepared_in] == [False, True]


async def test_a_long_document_that_is_not_valid_is_refused_the_same() -> None:
    with pytest.raises(RequestError, match="nothing"):
        await fresh().prepared("{ nothing }" + " " * documents.MAX_AT_ONCE, None)


async def test_a_large_operation_is_compiled_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    names = " ".join(["name @include(if: $b)"] * 30 + ["place"] * 30 + ["role"] * 30)
    text = f"query ($b: Boolean!) {{ viewer {{ {names} }} {'__typename ' * 20} }}"
    operation = fresh().operation(text, None)
    assert operation.is_large
    compiled_in: list[int] = []

    def compiled(*given: Any) -> Any:
        compiled_in.append(threading.get_ident())
        return compile_plan(*given)

    monkeypatch.setattr(documents, "compile_plan", compiled)
    for _ in range(2):
        variables = await operation.admitted({"b": True})
        assert operation.plan(variables) is not None
    assert len(compiled_in) == 1
    assert compiled_in != [threading.get_ident()]
