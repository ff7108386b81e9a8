"""The conformance kit: a pytest class with which a city's team tests its own folder.

    from plugins.testing import CityContract

    class TestPune(CityContract):
        root = Path(__file__).parents[3]    # the folder passed to --plugins
        place = "india/maharashtra/pune"

Hypothesis calls every hook with unusual positions, categories, plates and languages, and shows the
smallest input that fails. `server.py city check` asks the same questions without pytest.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.languages import Words, lookup
from core.paths import is_within
from core.places.phrases import PHRASES
from core.position import Position
from core.reports.categories import CATEGORIES
from plugins.catalogues import CATALOGUES
from plugins.runtime.loading import load_places
from plugins.runtime.places import Place, Places
from plugins.runtime.sources import named, shipped
from plugins.tools.checking import check
from plugins.tools.findings import Severity
from plugins.tools.probing import (
    ODD_CATEGORIES,
    ODD_LANGUAGES,
    ODD_PLATES,
    ODD_POSITIONS,
    Question,
    complaints,
    faults_of,
    questions,
)

PLATES = st.sampled_from(ODD_PLATES) | st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=1,
                                               max_size=16)  # fmt: skip
POSITIONS = st.sampled_from(ODD_POSITIONS) | st.builds(
    Position, st.floats(-90, 90), st.floats(-180, 180)
)

_EVERY_CHECK: Any = list(HealthCheck)


def _names_in(listed: Any) -> Iterator[Words]:
    """Yield the names in what a city lists in a catalogue, by code or as a sequence."""
    rows: Any = listed.values() if hasattr(listed, "values") else listed
    return (row.names for row in rows if hasattr(row, "names"))


class CityContract:
    """The tests that every city must pass; a subclass sets `root` and `place`."""

    root: ClassVar[Path]
    place: ClassVar[str]
    replaces: ClassVar[bool] = False
    """Whether the folder may replace a place included with the server (`--allow`)."""

    @pytest.fixture(scope="class")
    @classmethod
    def places(cls) -> Iterator[Places]:
        """Load all places, including the folder under test."""
        mine = named(cls.root)
        allowed = [f"{cls.place}={mine.label}"] if cls.replaces else []
        loaded = asyncio.run(
            load_places([*shipped(), mine], allowed=allowed, catalogues=CATALOGUES)
        )
        yield loaded
        loaded.close()

    @pytest.fixture(scope="class")
    @classmethod
    def city(cls, places: Places) -> Place:
        """Return the city under test; fails if `root` has no such folder."""
        found = places.get(cls.place)
        assert found is not None, f"{cls.root} has no folder {cls.place}: check root and place"
        return found

    def test_it_loads_without_a_fault(self, places: Places, city: Place) -> None:
        """All files are valid, and all hooks called at start return valid answers."""
        assert faults_of(places, city.path) == []
        refused = [each.message for each in places.refused if each.path == city.path]
        assert not refused, f"{refused[0]}: if that is intended, set replaces = True"

    def test_its_folder_is_sound(self, places: Places) -> None:
        """`city check` reports no errors."""
        found = [each for each in check(places, self.place) if each.severity is Severity.ERROR]
        assert not found, "\n".join(map(str, found))

    def test_it_answers_for_itself_alone(self, places: Places, city: Place) -> None:
        """The plugin describes its own path, has its own code, and is in no other chain."""
        assert city.description.path == self.place
        others = {each.description.code for each in places.all() if each.path != self.place}
        assert city.description.code not in others
        for other in places.all():
            if not is_within(other.path, self.place):
                assert other.chain_paths.isdisjoint({self.place})

    @settings(deadline=None, suppress_health_check=_EVERY_CHECK)
    @given(data=st.data())
    def test_it_routes_what_is_asked(self, places: Places, city: Place, data: Any) -> None:
        """For any position and category: its own station or none, in time, the same each time."""
        near = [each.position for each in questions(city, 50)]
        question = Question(
            position=data.draw(st.sampled_from(near) | POSITIONS),
            category=data.draw(st.sampled_from([*ODD_CATEGORIES, *city[CATEGORIES]])),
            plate=data.draw(PLATES),
            language="en",
        )
        assert asyncio.run(complaints(places, city, question)) == []

    @settings(deadline=None, suppress_health_check=_EVERY_CHECK)
    @given(tag=st.sampled_from(ODD_LANGUAGES) | st.text(max_size=12))
    def test_it_has_words_in_any_language(self, city: Place, tag: str) -> None:
        """Every name has a text for any requested language: another language's if it is missing."""
        named = [
            city.description.names,
            *(names for each in CATALOGUES for names in _names_in(city[each])),
            *city[PHRASES].values(),
        ]
        assert all(lookup(names, tag) for names in named)
