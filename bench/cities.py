"""Measure the cost of a thousand cities, and the effect of one city's hanging plugin.

    python -m bench.cities

Compares start-up and memory with all included places and with one city; `cityAt` with the smallest
request; routing over 200 areas of 2,000 points; and the delay of reports in one city while another
city's plugin hangs under 100 requests per second.
"""

import asyncio
import json
import math
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import httpx

from bench.api import SUBMIT
from bench.full_cities import FullCity, write_full_cities
from bench.results import Results, Table
from bench.server_process import ServerProcess
from bench.subscribers import percentile
from bench.usage import cpu_seconds, resident_kilobytes

ONE = "india/chhattisgarh/raipur"
AREAS, POINTS = 200, 2000
HANGING = """from plugins import hookimpl
import time

@hookimpl
def route_report(position):
    time.sleep(3600)
"""
CITY_AT = "query($la: Float!, $lo: Float!) { cityAt(position: {latitude: $la, longitude: $lo}) {" \
          " ... on City { path } } }"  # fmt: skip


def server(folder: Path, *options: str) -> ServerProcess:
    """Return a server with its own embedded database, not yet started."""
    data = Path(tempfile.mkdtemp(dir=folder))
    return ServerProcess(f"sqlite://{data}/bench.sqlite3", data, *options)


async def start_up(folder: Path, rounds: int) -> Table:
    """Measure starting with one city and with all places, alternately."""
    listed = server(folder).command("city", "list", "--all").splitlines()
    paths = [line.split()[0] for line in listed]
    others = [path for path in paths if not ONE.startswith(path)]
    named = [line.split()[0] for line in listed if " row" not in line]
    alone = [option for path in named if not ONE.startswith(path) for option in ("--disable", path)]
    alone += ["--disable", "india"]
    seconds: dict[str, list[float]] = {"one city": [], "all": []}
    kilobytes: dict[str, list[float]] = {"one city": [], "all": []}
    for _ in range(rounds):
        for name, options in (("one city", alone), ("all", [])):
            process = server(folder, *options)
            seconds[name].append(await process.start())
            await asyncio.sleep(0.5)
            kilobytes[name].append(resident_kilobytes(process.pid))
            process.stop()
    rows = [
        [name, 1 if name == "one city" else len(others) + 1,
         round(statistics.median(seconds[name]), 2),
         round(statistics.median(kilobytes[name]) / 1024, 1)]
        for name in seconds
    ]  # fmt: skip
    columns = ["included places", "places", "start-up s", "memory MB"]
    return Table("Start-up", columns, rows, f"Medians of {rounds}, interleaved; up to `/readyz`.")


async def city_at(folder: Path, rounds: int) -> Table:
    """Measure the server's CPU time of `cityAt` and of `{ __typename }`."""
    process = server(folder)
    await process.start()
    spent: dict[str, list[float]] = {"{ __typename }": [], "cityAt": []}
    points = [(8.0 + number * 0.029, 70.0 + number * 0.019) for number in range(1000)]
    async with httpx.AsyncClient(base_url=process.url) as http:
        for turn in range(rounds + 1):
            for name in spent:
                query = CITY_AT if name == "cityAt" else name
                before = cpu_seconds(process.pid)
                for latitude, longitude in points:
                    given = {"la": latitude, "lo": longitude} if name == "cityAt" else {}
                    body = {"query": query, "variables": given}
                    (await http.post("/graphql", json=body)).raise_for_status()
                if turn:
                    micro = (cpu_seconds(process.pid) - before) / len(points) * 1e6
                    spent[name].append(micro)
    process.stop()
    medians = {name: statistics.median(found) for name, found in spent.items()}
    rows: list[list[object]] = [[name, round(value)] for name, value in medians.items()]
    rows.append(["difference", round(medians["cityAt"] - medians["{ __typename }"])])
    return Table("cityAt", ["", "µs of CPU time"], rows)


def ring(west: float, south: float, size: float) -> list[list[float]]:
    """Return a closed ring of points around a wavy circle."""
    middle, points = (west + size / 2, south + size / 2), []
    for number in range(POINTS):
        angle = 2 * math.pi * number / POINTS
        reach = size / 2 * (0.9 + 0.1 * math.sin(40 * angle))
        points.append([middle[0] + reach * math.cos(angle), middle[1] + reach * math.sin(angle)])
    return [*points, points[0]]


def routing(folder: Path) -> Table:
    """Measure routing in a city of 200 areas."""
    root = folder / "areas"
    place = root / "india/bench/wards"
    place.mkdir(parents=True)
    (place / "place.toml").write_text(
        'names = { en = "Wards" }\ncode = "WRD"\nposition = { latitude = 10.0, longitude = 60.0 }\n'
        'radius = 100000.0\ndeployment = "FULL"\n',
        "utf-8",
    )
    stations, features = [], []
    for number in range(AREAS):
        stations.append(f'[[stations]]\ncode = "s-{number}"\nnames = {{ en = "S" }}\n')
        west, south = 59.5 + number % 20 * 0.05, 9.75 + number // 20 * 0.05
        geometry = {"type": "Polygon", "coordinates": [ring(west, south, 0.05)]}
        features.append({"properties": {"station": f"s-{number}"}, "geometry": geometry})
    (place / "stations.toml").write_text("\n".join(stations), "utf-8")
    (place / "boundaries.geojson").write_text(json.dumps({"features": features}), "utf-8")
    process = server(folder, "--plugins", str(root))
    rows: list[list[object]] = []
    for label, at in (("in an area", "10.02,60.02"), ("in a gap", "10.0,60.0")):
        printed = process.command("city", "try", "india/bench/wards", "--at", at, "--category",
                               "crime.theft", "--times", "2000").splitlines()[-1]  # fmt: skip
        found = re.search(r"\[([\d.]+) ms", printed)
        assert found is not None, printed
        rows.append([label, round(float(found[1]) * 1000)])
    title = f"Routing over {AREAS} areas of {POINTS:,} points"
    note = "Includes the plugin chain, its thread and validation; median of 2,000."
    return Table(title, ["", "µs"], rows, note)


async def delays(http: httpx.AsyncClient, city: FullCity, count: int) -> list[float]:
    """Submit reports one after another; return the milliseconds of each."""
    found: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        await submit(http, city)
        found.append((time.perf_counter() - began) * 1000)
    return found


async def submit(http: httpx.AsyncClient, city: FullCity) -> Any:
    """Submit a report in a city; return the response."""
    given = {
        "category": "nuisance.noise",
        "description": "Loud music since midnight.",
        "position": {"latitude": city.latitude, "longitude": city.longitude},
        "idempotencyKey": str(uuid4()),
    }
    body = {"query": SUBMIT, "variables": {"input": given}}
    return (await http.post("/graphql", json=body, timeout=60)).json()


async def flooded(http: httpx.AsyncClient, city: FullCity, until: asyncio.Event) -> int:
    """Submit 100 reports per second in a city until `until` is set; return their number."""
    sent: list[asyncio.Task[Any]] = []
    began = time.perf_counter()
    while not until.is_set():
        sent.append(asyncio.create_task(submit(http, city)))
        await asyncio.sleep(max(0.0, began + len(sent) / 100 - time.perf_counter()))
    await asyncio.gather(*sent)
    return len(sent)


async def isolation(folder: Path, rounds: int) -> Table:
    """Measure reports in a city while another, with a working or hanging plugin, gets 100 per s."""
    root = folder / "isolated"
    cities = write_full_cities(root, 3)
    (root / cities[2].path / "plugin.py").write_text(HANGING, "utf-8")
    process = server(folder, "--plugins", str(root))
    await process.start()
    found: dict[str, list[float]] = {"working": [], "hanging": []}
    async with httpx.AsyncClient(base_url=process.url) as http:
        await delays(http, cities[0], 100)
        for _ in range(rounds):
            for name, other in (("working", cities[1]), ("hanging", cities[2])):
                done = asyncio.Event()
                flood = asyncio.create_task(flooded(http, other, done))
                await asyncio.sleep(1.0)
                found[name] += await delays(http, cities[0], 300)
                done.set()
                await flood
    process.stop()
    p99 = {name: percentile(values, 0.99) for name, values in found.items()}
    rows: list[list[object]] = [
        [name, round(statistics.median(found[name]), 2), round(value, 2)]
        for name, value in p99.items()
    ]
    rows.append(["hanging / working", "", round(p99["hanging"] / p99["working"], 2)])
    columns = ["plugin of the city with 100 reports/s", "another city's p50 ms", "p99 ms"]
    return Table("Isolation", columns, rows)


async def measure(rounds: int, parts: Sequence[str]) -> None:
    """Measure the parts and write the results."""
    results = Results("cities")
    with tempfile.TemporaryDirectory(prefix="citizencop-bench-") as name:
        folder = Path(name)
        if "start-up" in parts:
            results.add(await start_up(folder, rounds))
        if "city-at" in parts:
            results.add(await city_at(folder, rounds))
        if "routing" in parts:
            results.add(routing(folder))
        if "isolation" in parts:
            results.add(await isolation(folder, rounds))


PARTS = ("start-up", "city-at", "routing", "isolation")


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option(
    "--rounds", default=5, show_default=True, help="Interleaved rounds; the tables show medians."
)
def main(parts: tuple[str, ...], rounds: int) -> None:
    """Measure the cost of cities. PARTS: default all."""
    asyncio.run(measure(rounds, parts or PARTS))


if __name__ == "__main__":
    main()
