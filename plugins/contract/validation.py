"""Validate answers of plugins and rows of data files against the types of the contract."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from core.plain import is_sequence

T = TypeVar("T")
_STRICT = ConfigDict(extra="forbid", revalidate_instances="always", arbitrary_types_allowed=True)
_NAMES = {
    "_is_slug": "slug",
    "_is_dotted_slug": "dotted-slug",
    "_is_phone_number": "phone-number",
    "_is_code": "public-code",
    "_is_mark": "plate",
    "_is_currency": "currency",
    "_is_web_address": "web-address",
    "_are_words": "words",
    "unexpected_keyword_argument": "unknown-key",
    "float_parsing": "number",
    "float_type": "number",
    "decimal_parsing": "number",
    "string_type": "text",
    "dict_type": "words",
    "tuple_type": "list",
    "greater_than": "too-small",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
    "too_short": "too-short",
    "string_too_short": "too-short",
    "too_long": "too-long",
    "string_too_long": "too-long",
    "enum": "choice",
}
_RULES = {
    "_is_slug": "use lower-case letters a to z, digits and single hyphens",
    "_is_dotted_slug": "use lower-case letters, digits and hyphens, with dots between levels",
    "_is_phone_number": "use digits only, with + before the country code",
    "_is_code": "use 2 to 5 capital letters A to Z or digits",
    "_is_mark": "use capital letters A to Z and digits",
    "_is_currency": "use three capital letters (ISO 4217), such as INR",
    "_is_web_address": "use an address that begins with https://",
    "_are_words": "give at least one lower-case language tag, each with a text",
}
"""Messages for the predicates of `core.places.formats`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An invalid value: its location (keys from the row down), the rule, and the choices if any."""

    where: tuple[str | int, ...]
    rule: str
    message: str
    given: object
    choices: tuple[str, ...] = ()


class WrongAnswer(Exception):
    """An answer does not match the contract's type; the message names the field and the rule.

    `where` are the keys down to the value, starting with the index of the answer.
    """

    def __init__(self, message: str, where: tuple[str | int, ...], rule: str) -> None:
        super().__init__(message)
        self.where = where
        self.rule = rule


@cache
def _adapter(answer_type: Any) -> TypeAdapter[Any]:
    answers: Any = GenericAlias(tuple, (answer_type, ...))
    return TypeAdapter(answers, config=_STRICT)


def faults_of(answer_type: type, row: object) -> list[Fault]:
    """Return every fault of one row of a data file."""
    try:
        _adapter(answer_type).validate_python([_plain(row)])
    except ValidationError as error:
        return [_fault(each) for each in error.errors(include_url=False)]
    return []


def _fault(error: Any) -> Fault:
    where = tuple(error["loc"][1:])
    expected = str(error.get("ctx", {}).get("expected", ""))
    choices = tuple(re.findall(r"'([^']*)'", expected))
    rule = _predicate(error["msg"]) or error["type"]
    return Fault(where, _NAMES.get(rule, rule), _worded(error["msg"]), error["input"], choices)


def _predicate(message: str) -> str | None:
    found = re.search(r"Predicate '?(?:\w+\.)*(_\w+)'? failed", message)
    return found[1] if found else None


def _worded(message: str) -> str:
    """Replace the name of a predicate, which pydantic reports, by a message."""
    return _RULES.get(_predicate(message) or "", message)


def validated(answer_type: type[T], answers: Sequence[object]) -> tuple[T, ...]:
    """Return the answers as instances of a contract type; raises `WrongAnswer`.

    Accepts instances (from hooks) and mappings (from data files). Instances are validated again,
    because plugin code can construct them without validation.
    """
    plain = [_plain(answer) for answer in answers]
    try:
        adapter: TypeAdapter[tuple[T, ...]] = _adapter(answer_type)
        return adapter.validate_python(plain)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        rule = _worded(first["msg"])
        message = f"{answer_type.__name__} {where}: {rule}"
        raise WrongAnswer(message, tuple(first["loc"]), rule) from None


def _plain(answer: object) -> object:
    """Convert an instance to a mapping, so that its fields are validated like those of a file."""
    fields: Mapping[str, Any] | None = getattr(answer, "__dataclass_fields__", None)
    if fields is None or isinstance(answer, type):
        return _plain_items(answer)
    return {name: _plain(getattr(answer, name)) for name in fields}


def _plain_items(answer: object) -> object:
    return [_plain(item) for item in answer] if is_sequence(answer) else answer
