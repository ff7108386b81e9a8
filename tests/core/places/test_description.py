"""What a place offers."""

import pytest

from core.places.description import (
    FEATURES,
    Deployment,
    Feature,
    PlaceDescription,
    offers_unread_reports,
)


def test_a_light_city_offers_nothing_that_needs_police() -> None:
    assert FEATURES[Deployment.LIGHT] < FEATURES[Deployment.FULL]
    needing_police = {Feature.REPORTS, Feature.STATISTICS, Feature.VEHICLES}
    assert FEATURES[Deployment.LIGHT] == set(Feature) - needing_police


@pytest.mark.parametrize(
    ("deployment", "features", "expected"),
    [
        (Deployment.LIGHT, None, False),
        (Deployment.LIGHT, frozenset({Feature.ALERTS}), False),
        (Deployment.LIGHT, frozenset({Feature.REPORTS}), True),
        (Deployment.FULL, frozenset({Feature.REPORTS}), False),
        (Deployment.FULL, None, False),
    ],
)
def test_reports_need_a_full_place(
    deployment: Deployment, features: frozenset[Feature] | None, expected: bool
) -> None:
    place = PlaceDescription("a/b/c", {"en": "C"}, deployment=deployment, features=features)
    assert offers_unread_reports(place) is expected
