"""Where place folders come from."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from plugins.runtime import sources
from plugins.runtime.sources import GROUP, Source, installed, named, shipped
from tests.support.place_folders import CITY, write


def offer(monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
    """Let installed packages name these modules."""
    points = [EntryPoint(f"p{number}", value, GROUP) for number, value in enumerate(values)]
    monkeypatch.setattr(sources, "entry_points", lambda group: points if group == GROUP else [])


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path, with a package of places whose own code raises."""
    root = tmp_path / "places_of_the_tests"
    write(root, CITY)
    (root / "__init__.py").write_text("raise RuntimeError('this code must not run')")
    (tmp_path / "empty_of_the_tests").mkdir()
    (tmp_path / "module_of_the_tests.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    return root


def test_a_packages_places_are_found_without_its_code(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, "places_of_the_tests")
    assert installed() == ([Source("p0", packages)], [])
    assert "places_of_the_tests" not in sys.modules


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("module_of_the_tests", "not a package with a folder"),
        ("no_such_package_of_the_tests", "not a package with a folder"),
        ("no_such_package_of_the_tests.below", "not a package with a folder"),
        ("empty_of_the_tests", "contains no place.toml"),
    ],
)
def test_a_package_without_places_is_told(
    packages: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    offer(monkeypatch, "places_of_the_tests", value)
    found, (fault,) = installed()
    assert found == [Source("p0", packages)]
    assert fault.startswith("p1: ")
    assert said in fault


def test_the_places_that_ship_are_one_source() -> None:
    (source,) = shipped()
    assert (source.root / "india" / "place.toml").is_file()


def test_a_bare_folder_goes_by_its_own_name(tmp_path: Path) -> None:
    source = named(tmp_path)
    assert (source.root, source.label) == (tmp_path, f"folder {tmp_path}")
    assert named(source) is source
    assert Source("package x", tmp_path, "1.2").label == "package x 1.2"
