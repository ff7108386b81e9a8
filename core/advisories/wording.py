"""The content of an advisory, and the validation of its texts, area and times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.advisories.kinds import MAX_ADVISORY_HOURS, AdvisoryKind
from core.cap import Certainty, Severity, Urgency
from core.clock import in_utc
from core.languages import parse_language
from core.places.city import City
from core.position import distance, parse_position
from core.problems import InvalidInput
from core.text import MAX_DESCRIPTION, MAX_NOTE, parse_text

INPUT: Final = ("input",)
MAX_LANGUAGES: Final = 20
MAX_HEADLINE: Final = 160
"""Characters; CAP 1.2, section 3.2.2, `headline`: some displays show only 160."""
MAX_CONTACT: Final = 200
MAX_WEB: Final = 300
RADII: Final = (50.0, 500_000.0)
"""Least and greatest radius of the circle of an advisory, in metres."""


@dataclass(frozen=True, slots=True)
class Text:
    """The texts of an advisory in one language."""

    language: str
    headline: str
    description: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Circle:
    """The area of an advisory within its place: a position in degrees, a radius in metres."""

    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True, slots=True)
class Wording:
    """The content that an officer sends; `None` keeps the kind's default or the current value."""

    texts: Sequence[Text] | None = None
    urgency: Urgency | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None
    circle: Circle | None = None
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    web: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """When an advisory applies; without an onset, from its issue."""

    onset_at: datetime | None
    expires_at: datetime


def parse_wording(
    wording: Wording, before: Times, at: datetime, city: City | None, kind: AdvisoryKind | None
) -> dict[str, object]:
    """Validate a wording; return the columns that it sets. Raises `InvalidInput`.

    `before` are the current times, or the defaults of a new advisory.
    """
    sets: dict[str, object] = {}
    if wording.texts is not None:
        sets["texts"] = _texts(wording.texts, kind)
    for name in ("urgency", "severity", "certainty"):
        value = getattr(wording, name)
        if value is not None:
            sets[name] = value
    if wording.circle is not None:
        sets |= _area(wording.circle, city)
    if wording.web is not None:
        sets["web"] = _web(wording.web) if wording.web else None
    if wording.contact is not None:
        field = (*INPUT, "contact")
        contact = parse_text(wording.contact, field, MAX_CONTACT, required=False)
        sets["contact"] = contact or None
    time_zone = city.description.time_zone if city is not None else None
    times = _times(before, wording, at, kind, time_zone)
    return sets | {"onset_at": times.onset_at, "expires_at": times.expires_at}


def _texts(texts: Sequence[Text], kind: AdvisoryKind | None) -> dict[str, dict[str, str]]:
    field = (*INPUT, "texts")
    if not texts:
        raise InvalidInput("REQUIRED", "Send the text in at least one language.", field)
    if len(texts) > MAX_LANGUAGES:
        raise InvalidInput("TOO_MANY", f"At most {MAX_LANGUAGES} languages.", field)
    parsed: dict[str, dict[str, str]] = {}
    for index, text in enumerate(texts):
        here = (*field, index)
        language = parse_language(text.language, (*here, "language"))
        if language in parsed:
            raise InvalidInput("DUPLICATE", "This language occurs twice.", (*here, "language"))
        usual = kind.instructions.get(language, "") if kind is not None else ""
        parsed[language] = {
            "headline": parse_text(text.headline, (*here, "headline"), MAX_HEADLINE, required=True),
            "description": parse_text(
                text.description, (*here, "description"), MAX_DESCRIPTION, required=False
            ),
            "instruction": parse_text(
                text.instruction, (*here, "instruction"), MAX_NOTE, required=False
            )
            or usual,
        }
    return parsed


def _area(circle: Circle, city: City | None) -> dict[str, object]:
    field = (*INPUT, "circle")
    centre = parse_position(circle.latitude, circle.longitude, (*field, "position"))
    least, most = RADII
    if not least <= circle.radius <= most:
        raise InvalidInput(
            "OUT_OF_RANGE", f"radius must be between {least:g} and {most:g} metres.",
            (*field, "radius"),
        )  # fmt: skip
    described = city.description if city is not None else None
    if described is not None and described.position is not None:
        away = distance(centre, described.position)
        if away > (described.radius or 0.0) + circle.radius:
            raise InvalidInput(
                "OUT_OF_RANGE",
                f"The circle is {away / 1000:,.0f} km from the city. "
                "Check that latitude and longitude are not swapped.",
                (*field, "position"),
            )
    return {
        "latitude": centre.latitude,
        "longitude": centre.longitude,
        "radius": circle.radius,
    }


def _web(text: str) -> str:
    field = (*INPUT, "web")
    web = parse_text(text, field, MAX_WEB, required=True)
    if not web.startswith("https://") or any(each.isspace() for each in web):
        raise InvalidInput("MALFORMED", "web must begin with https://.", field)
    return web


def _times(
    before: Times,
    wording: Wording,
    at: datetime,
    kind: AdvisoryKind | None,
    time_zone: str | None,
) -> Times:
    """Return the validated times; raises `InvalidInput`."""
    onset_at, expires_at = before.onset_at, before.expires_at
    if wording.expires_at is not None:
        field = (*INPUT, "expiresAt")
        expires_at = in_utc(wording.expires_at, field, time_zone)
        if not at < expires_at <= at + timedelta(hours=MAX_ADVISORY_HOURS):
            raise InvalidInput("OUT_OF_RANGE", "expiresAt must be within the next year.", field)
    if wording.onset_at is not None:
        field = (*INPUT, "onsetAt")
        onset_at = in_utc(wording.onset_at, field, time_zone)
        if abs(onset_at - at) > timedelta(hours=MAX_ADVISORY_HOURS):
            raise InvalidInput("OUT_OF_RANGE", "onsetAt must be within a year from now.", field)
        if wording.expires_at is None and kind is not None:
            expires_at = max(onset_at, at) + timedelta(hours=kind.hours)
    if onset_at is not None and onset_at >= expires_at:
        raise InvalidInput("OUT_OF_RANGE", "onsetAt must be before expiresAt.", (*INPUT, "onsetAt"))
    return Times(onset_at, expires_at)
