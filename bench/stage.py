"""Prepare comparisons: a database with reports, our server, and an officer."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.dataset import Dataset, own_report_id
from bench.full_cities import STATE, FullCity, write_full_cities
from bench.server_process import SERVER, ServerProcess

SERVER_CORE, CLIENT_CORE = "0", "1"
HOT_CITIES = 100
ASKED_REPORTS = 1000


@dataclass(frozen=True, slots=True)
class Stage:
    """A database with reports of full cities."""

    database: str
    folder: Path
    cities: list[FullCity]
    dataset: Dataset
    script: Path = SERVER

    def server(self, *options: str, workers: int = 1) -> ServerProcess:
        """Return our server with this database, not yet started."""
        data = Path(tempfile.mkdtemp(dir=self.folder))
        plugins = str(self.folder / "cities")
        return ServerProcess(
            self.database, data, "--plugins", plugins, *options,
            workers=workers, core=SERVER_CORE, script=self.script,
        )  # fmt: skip

    def hot_cities(self) -> list[str]:
        """Return the paths of the cities to query."""
        return [city.path for city in self.cities[:HOT_CITIES]]

    def asked_reports(self) -> list[str]:
        """Return the UUIDs of the reports to query, evenly spread over all."""
        step = max(1, self.dataset.reports // ASKED_REPORTS)
        return [str(own_report_id(number)) for number in range(0, self.dataset.reports, step)]


@asynccontextmanager
async def stage(
    database: str, folder: Path, cities: int, reports: int, script: Path = SERVER
) -> AsyncGenerator[Stage]:
    """Migrate and fill the database; `folder` is for the cities and the servers' data.

    `script` is the `server.py` of the checkout to measure.
    """
    written = write_full_cities(folder / "cities", cities)
    stations = [station for city in written for station in city.stations()]
    dataset = Dataset(database, [city.path for city in written], stations)
    ServerProcess(database, folder, script=script).command("migrate")
    with click.progressbar(length=reports, label=f"{reports:,} reports") as bar:
        await dataset.grow(reports, lambda done: bar.update(done - bar.pos))
    yield Stage(database, folder, written, dataset, script)


def officer_of_all(server: ServerProcess) -> str:
    """Return an officer's token for all cities."""
    return server.officer(STATE)
