"""Terms of the Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010), section 3.2.

Names are those of the standard in capitals; `cap_name` gives them as the standard writes them.
"""

from enum import StrEnum


class Urgency(StrEnum):
    """How soon somebody must act (CAP 1.2, section 3.2.2, `urgency`)."""

    IMMEDIATE = "IMMEDIATE"
    EXPECTED = "EXPECTED"
    FUTURE = "FUTURE"


class CapCategory(StrEnum):
    """What an advisory is about (CAP 1.2, section 3.2.2, `category`)."""

    GEO = "GEO"
    MET = "MET"
    SAFETY = "SAFETY"
    SECURITY = "SECURITY"
    RESCUE = "RESCUE"
    FIRE = "FIRE"
    HEALTH = "HEALTH"
    ENV = "ENV"
    TRANSPORT = "TRANSPORT"
    INFRA = "INFRA"
    CBRNE = "CBRNE"
    OTHER = "OTHER"


class Severity(StrEnum):
    """How bad it is for life and property (CAP 1.2, section 3.2.2, `severity`)."""

    EXTREME = "EXTREME"
    SEVERE = "SEVERE"
    MODERATE = "MODERATE"
    MINOR = "MINOR"
    UNKNOWN = "UNKNOWN"


class Certainty(StrEnum):
    """How sure it is (CAP 1.2, section 3.2.2, `certainty`)."""

    OBSERVED = "OBSERVED"
    LIKELY = "LIKELY"
    POSSIBLE = "POSSIBLE"
    UNLIKELY = "UNLIKELY"
    UNKNOWN = "UNKNOWN"


class CapStatus(StrEnum):
    """Whether people shall act on it (CAP 1.2, section 3.2.1, `status`)."""

    ACTUAL = "ACTUAL"
    EXERCISE = "EXERCISE"
    TEST = "TEST"


def cap_name(term: str) -> str:
    """Return a term as the standard writes it: `Met`, but `CBRNE`."""
    return "CBRNE" if term == CapCategory.CBRNE else str(term).title()
