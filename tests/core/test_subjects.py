"""What is declared of the subjects fits together."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

import plugins
from core.log.subjects import RetentionRule
from core.places.description import Retention
from core.subjects import SUBJECTS

DEFAULTS = Path(plugins.__file__ or "").parent / "defaults" / "place.toml"


@pytest.mark.parametrize("rule", SUBJECTS.retention_rules, ids=lambda rule: rule.days)
def test_what_is_kept_is_erased_some_day_wherever_no_place_says_when(rule: RetentionRule) -> None:
    assert rule.days in {period.name for period in fields(Retention)}
    assert tomllib.loads(DEFAULTS.read_text("utf-8"))["retention"][rule.days] > 0


def test_a_place_sets_no_period_that_nothing_reads() -> None:
    read = {rule.days for rule in SUBJECTS.retention_rules}
    assert {period.name for period in fields(Retention)} == read
