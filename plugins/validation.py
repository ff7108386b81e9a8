"""Checking what plugins and data files say against the types of the contract."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")
_STRICT = ConfigDict(extra="forbid", revalidate_instances="always", arbitrary_types_allowed=True)


class WrongAnswer(Exception):
    """An answer is not of the contract's type; the text names the field and the rule."""


@cache
def _adapter(answer_type: Any) -> TypeAdapter[Any]:
    answers: Any = GenericAlias(tuple, (answer_type, ...))
    return TypeAdapter(answers, config=_STRICT)


def validated(answer_type: type[T], answers: Sequence[object]) -> tuple[T, ...]:
    """Return the answers as instances of a contract type, or raise `WrongAnswer`.

    Takes instances (from hooks) as well as mappings (from data files); both are checked whole.
    """
    plain = [_plain(answer) for answer in answers]
    try:
        return cast("tuple[T, ...]", _adapter(answer_type).validate_python(plain))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise WrongAnswer(f"{answer_type.__name__} {where}: {first['msg']}") from None


def _plain(answer: object) -> object:
    """Take an instance apart, so that its fields are checked as if they came from a file."""
    fields = getattr(answer, "__dataclass_fields__", None)
    if fields is None or isinstance(answer, type):
        return _plain_items(answer)
    return {name: _plain(getattr(answer, name)) for name in cast("Mapping[str, Any]", fields)}


def _plain_items(answer: object) -> object:
    if isinstance(answer, (list, tuple)):
        return [_plain(item) for item in cast("Sequence[object]", answer)]
    return answer
