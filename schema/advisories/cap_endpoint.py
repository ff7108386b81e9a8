"""Advisories as Common Alerting Protocol 1.2 documents, and feeds of them as Atom (RFC 4287).

For signs, sirens, broadcasters and other warning systems that read CAP. Requests are not recorded.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from core.advisories.kinds import ADVISORY_KINDS
from core.advisories.models import Advisory
from core.advisories.read import by_id, page, text_by_language
from core.advisories.states import AdvisoryState
from core.cap import cap_name
from core.domain import Domain
from core.languages import lookup
from core.log.transitions import ActionKind, Visibility
from core.paths import Level, level, parse_path
from core.places.city import City, station_at
from core.problems import Problem, Unavailable
from core.storage.rows import Row, everything
from schema.base.node import own_id_of
from schema.base.responses import json_error

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
ATOM: Final = "http://www.w3.org/2005/Atom"
CAP_TYPE: Final = "application/cap+xml"
ATOM_TYPE: Final = "application/atom+xml"
MAX_ENTRIES: Final = 100
_MESSAGE_TYPES: Final[Mapping[str, str]] = {
    ActionKind.ISSUE: "Alert",
    ActionKind.AMEND: "Update",
    ActionKind.WITHDRAW: "Cancel",
}
_HEADERS: Final = {"Cache-Control": "public, max-age=15", "X-Content-Type-Options": "nosniff"}


class CapEndpoint:
    """`GET /cap/advisory/{id}` and `GET /cap/place/{path}`."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain

    async def advisory(self, request: Request) -> Response:
        """Return the last CAP message of an advisory, with references to the earlier ones."""
        try:
            own_id = _own_id(request.path_params["id"])
            row = await by_id(own_id, everything(Advisory), ("id",))
        except Unavailable:
            raise
        except (ValueError, Problem):
            row = None
        if row is None or row.expires_at <= self._domain.clock():
            return json_error(404, "NOT_FOUND", "No advisory in force has this ID.")
        return _xml(_message(row, self._city(row)), CAP_TYPE)

    async def feed(self, request: Request) -> Response:
        """Return the advisories of a place that have not expired, including withdrawn ones.

        So a client that polls gets the `Cancel` message of a withdrawn advisory.
        """
        try:
            path = parse_path(request.path_params["path"])
            city = self._domain.city(path, ("path",))
        except Problem as problem:
            return json_error(404, problem.rule, problem.message)
        if level(path) is Level.STATION:
            return json_error(404, "UNKNOWN_PLACE", "Request the feed of the city.")
        at = self._domain.clock()
        wanted = everything(Advisory)
        rows = await page(path, at, None, MAX_ENTRIES, wanted, withdrawn=True)
        return _xml(self._feed(city, rows, at), ATOM_TYPE)

    def _city(self, advisory: Row) -> City | None:
        return self._domain.cities.get(advisory.city)

    def _feed(self, city: City, rows: list[Row], at: datetime) -> Element:
        # Relative links: the host of a request must not get into a shared cache.
        feed = Element("feed", xmlns=ATOM)
        _add(feed, "id", f"urn:citizencop:advisories:{city.path}")
        _add(feed, "title", f"Advisories: {lookup(city.description.names)}")
        _add(feed, "updated", max((row.updated_at for row in rows), default=at).isoformat())
        author = SubElement(feed, "author")
        _add(author, "name", city.path)
        SubElement(feed, "link", rel="self", href=f"/cap/place/{city.path}")
        for row in rows:
            entry = SubElement(feed, "entry")
            _add(entry, "id", f"urn:uuid:{row.id}")
            withdrawn = row.state == AdvisoryState.WITHDRAWN
            headline = lookup(text_by_language(row, "headline"))
            _add(entry, "title", "Withdrawn" if withdrawn else headline)
            _add(entry, "updated", row.updated_at.isoformat())
            summary = "" if withdrawn else lookup(text_by_language(row, "description"))
            _add(entry, "summary", summary)
            href = f"/cap/advisory/{row.id}"
            SubElement(entry, "link", rel="alternate", type=CAP_TYPE, href=href)
        return feed


def _own_id(text: str) -> UUID:
    """Return an advisory's own ID, given as such or as the API's global ID."""
    try:
        return UUID(text)
    except ValueError:
        return own_id_of(text, "Advisory", ("id",))


def _message(row: Row, city: City | None) -> Element:
    """Return the last message of an advisory, elements in the order of CAP 1.2, section 3.2.1."""
    messages = [each for each in row.actions if each.visibility == Visibility.PUBLIC]
    last, earlier = messages[-1], messages[:-1]
    alert = Element("alert", xmlns=CAP)
    _add(alert, "identifier", last.id)
    _add(alert, "sender", row.place)
    _add(alert, "sent", _time(last.at))
    _add(alert, "status", cap_name(row.status))
    _add(alert, "msgType", _MESSAGE_TYPES[last.kind])
    _add(alert, "scope", "Public")
    if last.text:
        _add(alert, "note", last.text)
    if earlier:
        references = (f"{row.place},{each.id},{_time(each.at)}" for each in earlier)
        _add(alert, "references", " ".join(references))
    if row.state != AdvisoryState.WITHDRAWN:
        for language in row.texts:
            _add_info(alert, row, language, city)
    return alert


def _add_info(alert: Element, row: Row, language: str, city: City | None) -> None:
    """Add the texts in one language (CAP 1.2, section 3.2.2)."""
    text, info = row.texts[language], SubElement(alert, "info")
    kind = city[ADVISORY_KINDS].get(row.kind) if city is not None else None
    name = lookup(city.description.names, language) if city is not None else row.place
    _add(info, "language", language)
    _add(info, "category", cap_name(row.category))
    _add(info, "event", lookup(kind.names, language) if kind is not None else row.kind)
    _add(info, "urgency", cap_name(row.urgency))
    _add(info, "severity", cap_name(row.severity))
    _add(info, "certainty", cap_name(row.certainty))
    if row.onset_at is not None:
        _add(info, "onset", _time(row.onset_at))
    _add(info, "expires", _time(row.expires_at))
    _add(info, "senderName", name)
    for element, part in (
        ("headline", text["headline"]),
        ("description", text["description"]),
        ("instruction", text["instruction"]),
        ("web", row.web),
        ("contact", row.contact),
    ):
        if part:
            _add(info, element, part)
    area = SubElement(info, "area")
    station = station_at(city, row.place)
    within = f"{lookup(station.names, language)}, {name}" if station is not None else name
    _add(area, "areaDesc", within)
    if row.radius is not None:
        _add(area, "circle", f"{row.latitude},{row.longitude} {row.radius / 1000:g}")


def _time(at: datetime) -> str:
    """Return a time in the format of CAP 1.2, section 3.3.2: UTC is `-00:00`, never `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _add(parent: Element, name: str, text: object) -> None:
    SubElement(parent, name).text = "".join(each for each in str(text) if _is_of_xml(each))


def _is_of_xml(character: str) -> bool:
    """Return whether XML 1.0 (section 2.2) allows a character."""
    return character in "\t\n\r" or (character >= " " and character not in "\ufffe\uffff")


def _xml(root: Element, media_type: str) -> Response:
    content: Any = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, media_type=media_type, headers=_HEADERS)
