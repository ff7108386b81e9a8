"""Read the display texts of a place from Fluent files such as `words/hi.ftl`, by key.

Terms, references and selectors (projectfluent.org) are resolved when a place is loaded, so a
request costs one look-up. Variables are not supported, because no text contains personal data.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser, ast

FOLDER: Final = "words"
SUFFIX: Final = ".ftl"
MAX_FILE: Final = 256 * 1024
"""Bytes of a file; the server's own texts in one language take a fiftieth of it."""


class WrongWords(ValueError):
    """A Fluent file is invalid; the message names file, line and rule."""


@dataclass(frozen=True, slots=True)
class WordFault:
    """A fault in a Fluent file."""

    line: int
    message: str


def files_of(folder: Path) -> list[Path]:
    """Return the Fluent files of a place's folder."""
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}"))


def read(file: Path) -> Mapping[str, str]:
    """Return the texts of a Fluent file by key; raises `WrongWords` with the first fault."""
    texts, faults = parsed(file)
    if faults:
        raise WrongWords(f"{FOLDER}/{file.name}, line {faults[0].line}: {faults[0].message}")
    return texts


def parsed(file: Path) -> tuple[dict[str, str], list[WordFault]]:
    """Return the valid texts of a Fluent file by key, and all its faults."""
    try:
        return parse(_content(file), file.stem)
    except (UnicodeDecodeError, WrongWords) as error:
        return {}, [WordFault(1, str(error))]


def _content(file: Path) -> str:
    if not file.is_file():
        raise WrongWords(f"{FOLDER}/{file.name} is not a regular file")
    if file.stat().st_size > MAX_FILE:
        raise WrongWords(f"{FOLDER}/{file.name} has more than {MAX_FILE:,} bytes")
    return file.read_text("utf-8-sig")


def parse(text: str, language: str) -> tuple[dict[str, str], list[WordFault]]:
    """Return the valid texts of Fluent source by key, and all its faults."""
    resource = FluentParser(with_spans=True).parse(text)
    starts = [at for at, character in enumerate(text) if character == "\n"]
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(resource)
    texts: dict[str, str] = {}
    faults: list[WordFault] = []
    for entry in resource.body:
        start = entry.span.start if entry.span is not None else 0
        line = bisect_left(starts, start) + 1
        if isinstance(entry, ast.Junk):
            reasons = [each.message for each in entry.annotations or () if each.message]
            faults.append(WordFault(line, "; ".join(reasons) or "invalid Fluent syntax"))
        elif isinstance(entry, ast.Message):
            key = entry.id.name
            if key in texts:
                faults.append(WordFault(line, f"{key} is defined twice: remove one"))
            for resolved in _resolved(bundle, key):
                if isinstance(resolved, str):
                    texts[key] = resolved
                else:
                    faults.append(WordFault(line, f"{key}: {resolved.args[0]}"))
    return texts, faults


def _resolved(bundle: FluentBundle, key: str) -> Iterator[str | Exception]:
    """Yield the resolved text of a message, or an error, or both."""
    value = bundle.get_message(key).value if bundle.has_message(key) else None
    if value is None:
        yield ValueError("the text is empty: write one, or remove the key")
        return
    try:
        text, errors = bundle.format_pattern(value)
    except Exception as error:
        yield ValueError(f"the text cannot be resolved ({type(error).__name__})")
        return
    yield ValueError(str(errors[0])) if errors else str(text)
