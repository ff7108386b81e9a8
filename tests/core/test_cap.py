"""Terms of CAP 1.2, as the schema of the standard enumerates them (appendix A)."""

from enum import StrEnum

import pytest

from core.cap import CapCategory, CapStatus, Certainty, Severity, Urgency, cap_name

IN_THE_STANDARD = {
    CapCategory: "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    Severity: "Extreme Severe Moderate Minor Unknown",
    Certainty: "Observed Likely Possible Unlikely Unknown",
}
SOME_OF_THE_STANDARD = {
    Urgency: "Immediate Expected Future Past Unknown",
    CapStatus: "Actual Exercise System Test Draft",
}


@pytest.mark.parametrize(("terms", "names"), IN_THE_STANDARD.items())
def test_terms_are_those_of_the_standard(terms: type[StrEnum], names: str) -> None:
    assert [cap_name(term) for term in terms] == names.split()


@pytest.mark.parametrize(("terms", "names"), SOME_OF_THE_STANDARD.items())
def test_no_term_is_unknown_to_the_standard(terms: type[StrEnum], names: str) -> None:
    assert {cap_name(term) for term in terms} < set(names.split())
