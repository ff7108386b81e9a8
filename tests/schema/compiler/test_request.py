"""The parameters of a request are checked once, for every transport."""

from typing import Any

import pytest

from schema.compiler.request import InvalidRequest, PersistedQueryNotSupported, read_request

HASHED = {"persistedQuery": {"version": 1, "sha256Hash": "ec" * 32}}


def test_what_is_left_out_or_null_is_none() -> None:
    for given in ({}, {"operationName": None, "variables": None, "extensions": None}):
        request = read_request({"query": "{ a }", **given})
        assert (request.query, request.operation_name, request.variables) == ("{ a }", None, None)
    named = read_request({"query": "{ a }", "operationName": "", "variables": {"a": 1}})
    assert (named.operation_name, named.variables) == (None, {"a": 1})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "must be a JSON object"),
        ("{ a }", "must be a JSON object"),
        ([{"query": "{ a }"}], "Batches"),
        ({}, "`query`"),
        ({"query": 7}, "`query`"),
        ({"query": "{ a }", "operationName": 7}, "`operationName`"),
        ({"query": "{ a }", "variables": []}, "`variables`"),
        ({"query": "{ a }", "extensions": "x"}, "`extensions`"),
    ],
)
def test_what_is_no_request_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message) as refused:
        read_request(given)
    assert refused.value.code == "BAD_REQUEST"


def test_a_hash_without_a_query_is_told_so() -> None:
    for given in ({"extensions": HASHED}, {"query": "", "extensions": HASHED}):
        with pytest.raises(PersistedQueryNotSupported):
            read_request(given)
    assert read_request({"query": "{ a }", "extensions": HASHED}).query == "{ a }"
