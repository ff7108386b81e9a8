"""Words of a place in Fluent files: `words/hi.ftl`, read into plain texts by key.

Fluent (projectfluent.org) gives terms, references and selectors; all are resolved when a place is
loaded, so a citizen's request costs one look-up. Variables there are none: no text names a person.
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
"""Bytes; all words of this server in one language are a fiftieth of it."""


class WrongWords(ValueError):
    """A Fluent file cannot be read; the text names file, line and rule."""


@dataclass(frozen=True, slots=True)
class WordFault:
    """One thing that is wrong with a Fluent file."""

    line: int
    message: str


def files_of(folder: Path) -> list[Path]:
    """Return the Fluent files of a place's folder."""
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}"))


def read(file: Path) -> Mapping[str, str]:
    """Return the texts of a Fluent file by key; raises `WrongWords` for the first fault."""
    texts, faults = parsed(file)
    if faults:
        raise WrongWords(f"{FOLDER}/{file.name}, line {faults[0].line}: {faults[0].message}")
    return texts


def parsed(file: Path) -> tuple[dict[str, str], list[WordFault]]:
    """Return the texts of a Fluent file by key, and everything that is wrong with the rest."""
    try:
        return parse(_content(file), file.stem)
    except (UnicodeDecodeError, WrongWords) as error:
        return {}, [WordFault(1, str(error))]


def _content(file: Path) -> str:
    if not file.is_file():
        raise WrongWords(f"{FOLDER}/{file.name} is no file")
    if file.stat().st_size > MAX_FILE:
        raise WrongWords(f"{FOLDER}/{file.name} has more than {MAX_FILE:,} bytes")
    return file.read_text("utf-8-sig")


def parse(text: str, language: str) -> tuple[dict[str, str], list[WordFault]]:
    """Return the texts of Fluent source by key, and what is wrong with the rest."""
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
            said = "; ".join(each.message or "it is no Fluent" for each in entry.annotations or ())
            faults.append(WordFault(line, said or "it is no Fluent"))
        elif isinstance(entry, ast.Message):
            key = entry.id.name
            if key in texts:
                faults.append(WordFault(line, f"{key} is given twice"))
            for spoken in _spoken(bundle, key):
                if isinstance(spoken, str):
                    texts[key] = spoken
                else:
                    faults.append(WordFault(line, f"{key}: {spoken.args[0]}"))
    return texts, faults


def _spoken(bundle: FluentBundle, key: str) -> Iterator[str | Exception]:
    """Yield the text of a message, or what keeps it from being said."""
    value = bundle.get_message(key).value if bundle.has_message(key) else None
    if value is None:
        yield ValueError("it says nothing")
        return
    try:
        text, errors = bundle.format_pattern(value)
    except Exception as error:
        yield ValueError(f"it cannot be resolved ({type(error).__name__})")
        return
    yield ValueError(str(errors[0])) if errors else str(text)
