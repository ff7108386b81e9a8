"""Check text values that must follow a standard: opening hours, time zones, language tags."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from core.clock import is_time_zone
from core.languages import is_language_tag
from core.places.opening_hours import is_opening_hours
from core.plain import is_array, is_object, object_of
from plugins.tools.findings import Finding, line_of

Where = tuple[str | int, ...]
_WORDS: Final = frozenset({"names", "descriptions", "instructions"})


def check_formats(file: Path, text: str, value: Any, where: Where) -> Iterator[Finding]:
    """Yield a finding for each value below a row that does not follow its standard."""
    if is_array(value):
        for index, item in enumerate(value):
            yield from check_formats(file, text, item, (*where, index))
        return
    for key, below in object_of(value).items():
        here = (*where, key)
        line = line_of(text, here)
        if isinstance(below, str):
            yield from _text(file, line, here, below)
        elif (key in _WORDS and is_object(below)) or (key == "languages" and is_array(below)):
            yield from _tags(file, line, here, below)
        else:
            yield from check_formats(file, text, below, here)


def _text(file: Path, line: int | None, where: Where, given: str) -> Iterator[Finding]:
    if where[-1] == "hours" and not is_opening_hours(given):
        yield _hours(file, line, where, given)
    if where[-1] == "time_zone" and not is_time_zone(given):
        message = f"{_name(where)}: {given} is not a time zone"
        fix = "write an IANA name such as Asia/Kolkata or America/Chicago"
        yield Finding(file, line, "time-zone", message, fix)


def _hours(file: Path, line: int | None, where: Where, given: str) -> Finding:
    message = f"{_name(where)}: {given!r} is not in OpenStreetMap's opening_hours format"
    fix = 'write it like "24/7", "Mo-Sa 10:00-18:00" or "Mo-Fr 09:00-17:00; PH off"'
    return Finding(file, line, "opening-hours", message, fix)


def _tags(file: Path, line: int | None, where: Where, tags: Any) -> Iterator[Finding]:
    for tag in tags:
        if not is_language_tag(str(tag)):
            message = f"{_name(where)}: {tag} is not a language tag (BCP 47)"
            fix = "write it like hi, mr or hi-in; see IANA's language subtag registry"
            yield Finding(file, line, "language-tag", message, fix)


def _name(where: Where) -> str:
    return ".".join(map(str, where))
