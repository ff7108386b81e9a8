"""Terms of the Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010), section 3.2.

Members are the standard's terms in capitals; `cap_name` returns the standard's spelling.
"""

from enum import StrEnum


class Urgency(StrEnum):
    """How soon to act (CAP 1.2, section 3.2.2, `urgency`)."""

    IMMEDIATE = "IMMEDIATE"
    EXPECTED = "EXPECTED"
    FUTURE = "FUTURE"


class CapCategory(StrEnum):
    """The subject of an advisory (CAP 1.2, section 3.2.2, `category`)."""

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
    """The threat to life and property (CAP 1.2, section 3.2.2, `severity`)."""

    EXTREME = "EXTREME"
    SEVERE = "SEVERE"
    MODERATE = "MODERATE"
    MINOR = "MINOR"
    UNKNOWN = "UNKNOWN"


class Certainty(StrEnum):
    """How likely or certain the event is (CAP 1.2, section 3.2.2, `certainty`)."""

    OBSERVED = "OBSERVED"
    LIKELY = "LIKELY"
    POSSIBLE = "POSSIBLE"
    UNLIKELY = "UNLIKELY"
    UNKNOWN = "UNKNOWN"


class CapStatus(StrEnum):
    """Whether to act on the message: only on `ACTUAL` (CAP 1.2, section 3.2.1, `status`)."""

    ACTUAL = "ACTUAL"
    EXERCISE = "EXERCISE"
    TEST = "TEST"


def cap_name(term: str) -> str:
    """Return the standard's spelling of a term, such as `Met` or `CBRNE`."""
    return "CBRNE" if term == CapCategory.CBRNE else str(term).title()
