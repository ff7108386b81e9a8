"""A request of very many values is refused before it is decoded."""

import orjson
import pytest

from schema.transport.request_json import MAX_PARTS, MAX_VALUES, TooManyParts, decoded
from tests.support.client import Client


@pytest.mark.parametrize(
    "text",
    [
        b"[" + b"[]," * MAX_PARTS + b"1]",
        b"[" + b"{}," * MAX_PARTS + b"1]",
        b"{" + b",".join(b'"%d":1' % number for number in range(MAX_PARTS)) + b"}",
        b"[" + b"1," * MAX_VALUES + b"1,1]",
    ],
    ids=["lists", "objects", "fields", "numbers"],
)
def test_what_takes_long_to_decode_is_refused(text: bytes) -> None:
    with pytest.raises(TooManyParts):
        decoded(text)


def test_long_texts_and_lists_of_texts_are_decoded() -> None:
    for value in ({"a": "x" * 2_000_000}, {"a": ["ALL"] * 250_000}, {"a": "[{:" * 3_000}):
        assert decoded(orjson.dumps(value)) == value


@pytest.mark.database("sqlite")
async def test_the_caller_is_told(citizen: Client) -> None:
    body = b'{"query": "{ __typename }", "variables": {"a": [' + b"[]," * MAX_PARTS + b"1]}}"
    headers = {"content-type": "application/json"}
    response = await citizen.http.post("/graphql", content=body, headers=headers)
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "TOO_LARGE"
