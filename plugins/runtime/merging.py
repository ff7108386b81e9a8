"""Merging what the links of a chain said, the nearest first."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Protocol, TypeVar

from core.escalation.steps import EscalationStep, EscalationSubject
from core.places.description import PlaceDescription, Retention
from core.places.numbers import EmergencyNumber, NumberKind
from core.places.phrases import Phrases
from core.vehicles.plate_formats import PlateFormat


def merged_retention(nearest_first: Sequence[PlaceDescription]) -> Retention:
    """Return for how long each thing is kept: as the nearest place says."""
    days = {
        each.name: next(
            (
                given
                for described in nearest_first
                if (given := getattr(described.retention, each.name)) is not None
            ),
            None,
        )
        for each in fields(Retention)
    }
    return Retention(**days)


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)


def by_code(answers: Sequence[tuple[C, ...]]) -> dict[str, C]:
    """Return all that was answered by its code; of two with one code the nearest counts."""
    return {item.code: item for answer in reversed(answers) for item in answer}


def merged_numbers(answers: Sequence[tuple[EmergencyNumber, ...]]) -> tuple[EmergencyNumber, ...]:
    """Return all numbers once, those for every emergency first."""
    merged: dict[tuple[str, str], EmergencyNumber] = {}
    for answer in answers:
        for number in answer:
            merged.setdefault((number.kind, number.number), number)
    return tuple(sorted(merged.values(), key=lambda number: number.kind is not NumberKind.ALL))


def merged_formats(answers: Sequence[tuple[PlateFormat, ...]]) -> tuple[PlateFormat, ...]:
    """Return all forms of plates, the nearest of each code, in their order."""
    merged: dict[str, PlateFormat] = {}
    for answer in answers:
        for each in answer:
            merged.setdefault(each.code, each)
    return tuple(merged.values())


def merged_steps(answers: Sequence[tuple[EscalationStep, ...]]) -> tuple[EscalationStep, ...]:
    """Return the policies of the nearest link that has one: for alerts, and for reports."""
    merged: list[EscalationStep] = []
    for kind in EscalationSubject:
        policies = [[step for step in answer if step.subject is kind] for answer in answers]
        merged += next((steps for steps in policies if steps), ())
    return tuple(sorted(merged, key=lambda step: step.after))


def merged_phrases(answers: Sequence[tuple[Phrases, ...]]) -> dict[str, dict[str, str]]:
    """Return all words by key and language, the nearest of each."""
    merged: dict[str, dict[str, str]] = {}
    for answer in answers:
        for spoken in answer:
            for key, text in spoken.words.items():
                merged.setdefault(key, {}).setdefault(spoken.language, text)
    return merged
