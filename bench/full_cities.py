"""Generate a folder of fictitious full cities."""

from dataclasses import dataclass
from pathlib import Path

STATE = "india/bench"
STATIONS = 5
COLUMNS = 40
"""The cities are on a grid of 0.1 degrees, in the sea south of India."""


@dataclass(frozen=True, slots=True)
class FullCity:
    """A generated city."""

    path: str
    name: str
    latitude: float
    longitude: float

    def stations(self) -> list[tuple[str, str, str]]:
        """Return path, code and name of each station; the first is the control room."""
        codes = ["control-room", *(f"station-{number}" for number in range(1, STATIONS))]
        return [(f"{self.path}/{code}", code, f"{self.name} {code}") for code in codes]


def full_cities(count: int) -> list[FullCity]:
    """Return `count` cities, always the same ones."""
    return [
        FullCity(
            f"{STATE}/city-{number:04}",
            f"City {number:04}",
            round(-1.0 - number // COLUMNS * 0.1, 1),
            round(70.0 + number % COLUMNS * 0.1, 1),
        )
        for number in range(count)
    ]


def write_full_cities(folder: Path, count: int) -> list[FullCity]:
    """Write a folder for `--plugins`; return its cities."""
    cities = full_cities(count)
    state = folder / STATE
    state.mkdir(parents=True)
    (state / "place.toml").write_text('names = { en = "Bench" }\n', "utf-8")
    for city in cities:
        place = folder / city.path
        place.mkdir()
        (place / "place.toml").write_text(
            f'names = {{ en = "{city.name}" }}\ncode = "B{city.path[-4:]}"\n'
            f"position = {{ latitude = {city.latitude}, longitude = {city.longitude} }}\n"
            'radius = 4000.0\ndeployment = "FULL"\n',
            "utf-8",
        )
        (place / "stations.toml").write_text("".join(map(_station, city.stations())), "utf-8")
    return cities


def _station(station: tuple[str, str, str]) -> str:
    _, code, name = station
    control_room = str(code == "control-room").lower()
    return (
        f'[[stations]]\ncode = "{code}"\nnames = {{ en = "{name}" }}\n'
        f"control_room = {control_room}\n\n"
    )
