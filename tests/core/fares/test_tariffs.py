"""Tariffs: what a row of one must say."""

from datetime import time
from typing import Any

import pytest

from core.fares.tariffs import Tariff
from plugins.contract.validation import WrongAnswer, validated

ROW = {
    "code": "auto",
    "names": {"en": "Auto-rickshaw"},
    "currency": "INR",
    "base": "20",
    "base_metres": 1000,
    "per_km": "17",
}


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "inr"},
        {"currency": "RUPEE"},
        {"currency": "12A"},
        {"base": "0"},
        {"per_km": "-1"},
        {"per_minute_waiting": "-1"},
        {"night_times": "0.9"},
        {"step": "0"},
        {"base_metres": 0},
        {"night_from": time(22)},
        {"night_until": time(6)},
        {"colour": "green"},
    ],
)
def test_a_row_that_no_meter_has_is_refused(change: dict[str, Any]) -> None:
    assert validated(Tariff, [ROW])[0].currency == "INR"
    with pytest.raises(WrongAnswer) as refused:
        validated(Tariff, [ROW | change])
    assert refused.value.where[0] == 0
