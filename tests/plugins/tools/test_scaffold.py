"""Codes that `city new` suggests are codes, and nobody else's."""

from hypothesis import given
from hypothesis import strategies as st

from plugins.tools.scaffold import code_for


@given(st.text(min_size=1), st.sets(st.sampled_from(["PN", "PUN", "PUNE", "XX", "AX", "A"])))
def test_a_suggested_code_is_one_and_is_free(name: str, taken: set[str]) -> None:
    code = code_for(name, taken)
    assert 2 <= len(code) <= 5
    assert code.isascii()
    assert code.isalnum()
    assert code == code.upper()
    assert code not in taken


def test_it_looks_like_the_name() -> None:
    assert code_for("Raipur") == "RPR"
    assert code_for("Pune", {"PN"}) == "PUN"
    assert code_for("Navi Mumbai") == "NVM"
