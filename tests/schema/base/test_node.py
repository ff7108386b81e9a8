"""Global IDs: any text of a client is one, or is refused."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import InvalidInput
from schema.base.node import global_id, own_id_of, parse_global_id

FIELD = ("input", "subject")
NAMES = st.sampled_from(["Report", "Alert", "Advisory"])


@given(NAMES, st.uuids())
def test_a_global_id_gives_the_type_and_the_row_back(name: str, own: UUID) -> None:
    text = global_id(name, own)
    assert parse_global_id(text, FIELD) == (name, str(own))
    assert own_id_of(text, name, FIELD) == own


@given(NAMES, NAMES, st.uuids())
def test_the_id_of_another_type_is_refused(name: str, wanted: str, own: UUID) -> None:
    text = global_id(name, own)
    if name == wanted:
        assert own_id_of(text, wanted, FIELD) == own
        return
    with pytest.raises(InvalidInput) as refused:
        own_id_of(text, wanted, FIELD)
    assert (refused.value.rule, refused.value.path) == ("MALFORMED", FIELD)


@given(st.text(max_size=80) | st.binary(max_size=40).map(lambda b: global_id("Report", b)))
def test_whatever_a_client_sends_is_an_id_or_refused(text: str) -> None:
    try:
        own_id_of(text, "Report", FIELD)
    except InvalidInput as refused:
        assert refused.path == FIELD
    else:
        assert parse_global_id(text, FIELD)[0] == "Report"


@pytest.mark.parametrize("text", ["", "=", "Report", "UmVwb3J0", "UmVwb3J0Og==", "💥", "\ud800"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        own_id_of(text, "Report", FIELD)
