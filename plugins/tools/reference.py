"""Generate the reference for city teams from the contract: hooks, data files, JSON Schemas."""

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from enum import Enum
from pathlib import Path
from types import GenericAlias
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter, create_model

import plugins
from core.places.catalogue import Catalogue
from core.places.description import PlaceDescription
from core.places.formats import DottedSlug, LocalisedWords, Mark, PhoneNumber, PublicCode, Slug
from plugins.contract.hookspecs import CONTRACT_VERSION, CodeHooks, hooks_for
from plugins.runtime.folder import CONTRACT, PLACE_FILE

REFERENCE: Final = "reference.md"
SCHEMAS: Final = "schemas"
_HEAD: Final = f"""\
# Reference for city teams

Generated from the contract (version {CONTRACT_VERSION}) with `python server.py city reference`; CI
fails if it is out of date. Start with the [tutorial](tutorial.md); the [cookbook](cookbook.md) has
recipes.

"""
_NAMES: Final[Mapping[int, str]] = {
    id(Slug): "slug",
    id(DottedSlug): "dotted slug",
    id(PhoneNumber): "phone number",
    id(PublicCode): "public code",
    id(Mark): "plate",
    id(LocalisedWords): "texts by language",
}


def documents(catalogues: Sequence[Catalogue[Any, Any]]) -> Mapping[str, str]:
    """Return the text of each file of the reference, by its path below `docs/cities`."""
    tables = [each for each in catalogues if each.table is not None]
    text = "\n".join([*_hooks(catalogues), *_files(tables), *_types()])
    written = {REFERENCE: _HEAD + text.rstrip() + "\n"}
    for each in tables:
        written[f"{SCHEMAS}/{Path(each.file).stem}.schema.json"] = _schema(each)
    written[f"{SCHEMAS}/place.schema.json"] = _place_schema()
    return written


def _hooks(catalogues: Sequence[Catalogue[Any, Any]]) -> Iterator[str]:
    yield "## Hooks"
    yield inspect.cleandoc(_module_doc()) + "\n"
    for name, function in inspect.getmembers(hooks_for(catalogues), inspect.isfunction):
        yield f"### `{name}`\n"
        arguments = [each for each in inspect.signature(function).parameters if each != "self"]
        yield f"`{name}({', '.join(arguments)})`\n"
        yield inspect.cleandoc(function.__doc__ or "") + "\n"


def _module_doc() -> str:
    module = inspect.getmodule(CodeHooks)
    return (module.__doc__ if module is not None else None) or ""


def _files(tables: Sequence[Catalogue[Any, Any]]) -> Iterator[str]:
    yield "## Data files\n"
    yield "| file | content | type | JSON Schema |"
    yield "| --- | --- | --- | --- |"
    link = f"[place]({SCHEMAS}/place.schema.json)"
    yield f"| `{PLACE_FILE}` | the place, and `{CONTRACT}` | `PlaceDescription` | {link} |"
    for each in tables:
        stem = Path(each.file).stem
        link = f"[{stem}]({SCHEMAS}/{stem}.schema.json)"
        yield f"| `{each.file}` | `[[{each.table}]]` | `{each.row.__name__}` | {link} |"
    yield "| `boundaries.geojson` | features with `station` | `StationArea` | RFC 7946 |"
    yield "| `words/TAG.ftl` | Fluent messages, one file per language | `Phrases` | Fluent 1.0 |"
    yield "| `plugin.py` | functions marked `@hookimpl` | | |\n"


def _types() -> Iterator[str]:
    yield "## Types\n"
    for name, kind in sorted(vars(plugins).items()):
        if not isinstance(kind, type) or not kind.__module__.startswith("core."):
            continue
        if hasattr(kind, "__dataclass_fields__"):
            yield f"### {name}\n"
            yield inspect.cleandoc(kind.__doc__ or "") + "\n"
            yield "| field | type | default |"
            yield "| --- | --- | --- |"
            for each in fields(kind):
                yield f"| `{each.name}` | {_words(each.type)} | {_default(each)} |"
            yield ""
        elif issubclass(kind, Enum):
            yield f"### {name}\n"
            yield inspect.cleandoc(kind.__doc__ or "") + "\n"
            yield ", ".join(f"`{member}`" for member in kind.__members__) + "\n"


def _words(declared: Any) -> str:
    name = _NAMES.get(id(declared))
    if name is not None:
        return name
    if getattr(declared, "__metadata__", None):
        return _words(declared.__origin__)
    arguments = getattr(declared, "__args__", None)
    if arguments is None:
        return getattr(declared, "__name__", str(declared))
    inside = [_words(each) for each in arguments if each not in (type(None), ...)]
    origin = getattr(declared, "__origin__", None)
    if origin is tuple:
        return f"list of {inside[0]}"
    if origin is frozenset:
        return f"set of {inside[0]}"
    return " or ".join(inside)


def _default(each: "Field[Any]") -> str:
    if each.default is MISSING and each.default_factory is MISSING:
        return "required"
    if each.default is MISSING or each.default in ((), None, ""):
        return ""
    return f"`{getattr(each.default, 'name', each.default)}`"


def _schema(catalogue: Catalogue[Any, Any]) -> str:
    declared: dict[str, Any] = {catalogue.table or "": (GenericAlias(list, (catalogue.row,)), ...)}
    stem = Path(catalogue.file).stem
    model = create_model(stem, __config__=ConfigDict(extra="forbid"), **declared)
    return _written(model.model_json_schema(), catalogue.file)


def _place_schema() -> str:
    schema = TypeAdapter(PlaceDescription).json_schema()
    schema["properties"].pop("path")
    schema["required"].remove("path")
    schema["properties"][CONTRACT] = {"type": "integer", "const": CONTRACT_VERSION}
    schema["additionalProperties"] = False
    return _written(schema, PLACE_FILE)


def _written(schema: dict[str, Any], file: str) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": file}
    return json.dumps(schema | head, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
