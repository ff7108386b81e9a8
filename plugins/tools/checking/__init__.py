"""Check a place's folder: every fault with file, line, rule and fix."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.places.catalogue import Catalogue
from plugins.runtime.claims import CLAIM, Refused
from plugins.runtime.folder import CODE_FILE, PLACE_FILE
from plugins.runtime.loading import IMPORT
from plugins.runtime.places import Places
from plugins.tools.checking.code import check_code
from plugins.tools.checking.data_files import check_files
from plugins.tools.checking.semantics import check_semantics
from plugins.tools.findings import Finding, Severity

__all__ = ["check"]


def check(places: Places, path: str) -> list[Finding]:
    """Return the findings about a place's folder, in the order of its files."""
    known = places.catalogues
    refused = [
        found for each in places.refused if each.path == path for found in _refusal(each, known)
    ]
    folder = places.folders.get(path)
    if folder is None:
        return refused
    place = places.get(path)
    findings = [*refused, *check_files(folder, path, known), *check_code(folder, known)]
    faulty = {each.file.name for each in findings if each.severity is Severity.ERROR}
    findings += _check_faults(places, path, folder, faulty)
    if place is not None and not any(each.severity is Severity.ERROR for each in findings):
        findings += check_semantics(places, place, folder)
    return findings


def _refusal(refused: Refused, catalogues: Sequence[Catalogue[Any, Any]]) -> Iterator[Finding]:
    """Yield why a folder is not used, and its other faults."""
    file = refused.folder / PLACE_FILE
    yield Finding(file, None, CLAIM, refused.message, refused.fix)
    yield from check_files(refused.folder, refused.path, catalogues)
    yield from check_code(refused.folder, catalogues)


_OF_CODE = frozenset({IMPORT, "register"})


def _check_faults(places: Places, path: str, folder: Path, known: set[str]) -> Iterator[Finding]:
    """Yield faults from loading the place, unless a finding about a file explains them."""
    for (place, hook), messages in places.faults.messages.items():
        code = hook in _OF_CODE
        if place != path or (CODE_FILE in known if code else bool(known - {CODE_FILE})):
            continue
        yield Finding(
            folder / CODE_FILE if code else folder,
            None,
            hook.replace(" ", "-"),
            "; ".join(messages),
            "correct what the message names; docs/cities/reference.md describes the hook",
        )
