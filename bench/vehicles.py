"""Measure the import of a register of a million vehicles, and look-ups in it.

    python -m bench.vehicles
    python -m bench.vehicles --rows 100000

Imports a register into each database with the command line, then the same register again, then one
with every tenth colour changed. Then looks up plates over HTTP, sequentially on one connection, as
an officer and as a citizen.
"""

import asyncio
import csv
import http.client
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import orjson

from bench.results import Results, Table
from bench.server_process import ServerProcess
from bench.temporary_database import temporary_database

STATE = "india/chhattisgarh"
CITY = "india/chhattisgarh/raipur"
COLUMNS = (
    "plate", "make", "model", "colour", "vehicle_class", "fuel", "valid_until", "stolen",
    "towed_to", "towed_at", "owner",
)  # fmt: skip
MODELS = {
    "Maruti Suzuki": ("Swift", "Baleno", "WagonR", "Alto"),
    "Hero": ("Splendor", "HF Deluxe", "Passion"),
    "Honda": ("Activa", "Shine", "City"),
    "Tata": ("Nexon", "Tiago", "Ace"),
}
COLOURS = ("White", "Silver", "Grey", "Black", "Red", "Blue")
FIRST, LAST = ("Asha", "Ravi", "Meena", "Suresh", "Kiran"), ("Sahu", "Verma", "Yadav", "Patel")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
CITIZEN = """query ($place: String!, $plate: String!) { vehicle(place: $place, plate: $plate) {
  __typename
  ... on Vehicle { plate make model colour vehicleClass stolen valid towed { yard } } } }"""
OFFICER = """mutation ($input: LookUpVehicleInput!) { lookUpVehicle(input: $input) { __typename
  ... on LookUpVehicleSuccess { record { plate make model colour vehicleClass fuel validUntil
    stolen owner } } } }"""


def plate(number: int) -> str:
    """Return a unique plate for a number; consecutive numbers give unordered plates."""
    spread = number * 7_368_787 % 24_000_000
    office, rest = spread // 800_000 + 1, spread % 800_000
    series = rest // 10_000
    return f"CG{office:02}{LETTERS[series // 24]}{LETTERS[series % 24]}{rest % 10_000:04}"


def write(file: Path, rows: int, changed: bool) -> None:
    """Write the register, always the same; with `changed`, every tenth colour differs."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for number in range(rows):
            make = chance.choice(tuple(MODELS))
            colour = chance.choice(COLOURS)
            towed = chance.random() < 0.001
            writer.writerow((
                plate(number), make, chance.choice(MODELS[make]),
                "Green" if changed and number % 10 == 0 else colour,
                "Motor Car", "Petrol",
                f"{chance.randint(2024, 2040)}-{chance.randint(1, 12):02}-28",
                "yes" if chance.random() < 0.002 else "no",
                "Yard 1" if towed else "", "2026-11-20T09:00:00+05:30" if towed else "",
                f"{chance.choice(FIRST)} {chance.choice(LAST)}",
            ))  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def imported(server: ServerProcess, file: Path, rows: int) -> float:
    """Import a file with the command line; return the seconds, including its start."""

    def work() -> None:
        printed = server.command("vehicles", "import", str(file), "--place", STATE)
        assert f"{rows} rows of this file are in the register" in printed, printed

    return seconds(work)


def look_ups(url: str, token: str | None, bodies: Sequence[bytes]) -> list[float]:
    """Send the requests sequentially; return the milliseconds of each."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    found: list[float] = []
    for body in bodies:
        began = time.perf_counter()
        connection.request("POST", "/graphql", body, headers)
        answer = connection.getresponse().read()
        found.append((time.perf_counter() - began) * 1000)
        assert b'"make"' in answer, answer
    connection.close()
    return found


def questions(rows: int, count: int) -> dict[str, list[bytes]]:
    """Return requests that look up random plates, as citizens and as officers."""
    chance = random.Random(2)
    plates = [plate(chance.randrange(rows)) for _ in range(count)]
    citizen = [{"place": CITY, "plate": each} for each in plates]
    officer: list[dict[str, Any]] = [{"input": each | {"reason": "Bench"}} for each in citizen]
    return {
        "citizen": [orjson.dumps({"query": CITIZEN, "variables": each}) for each in citizen],
        "officer": [orjson.dumps({"query": OFFICER, "variables": each}) for each in officer],
    }


async def measure(rows: int, count: int) -> None:
    """Measure imports and look-ups on each database, and write the results."""
    results = Results("vehicles")
    imports: list[list[Any]] = []
    latencies: list[list[Any]] = []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="citizencop-bench-")))
        files = [folder / f"{name}.csv" for name in ("register", "again", "changed")]
        for file in files:
            write(file, rows, changed=file.stem == "changed")
        # The same vehicles in a different file, like the next day's register without changes.
        files[1].write_bytes(files[1].read_bytes().replace(b"\n", b"\n\n", 1))
        postgresql = await stack.enter_async_context(temporary_database())
        for name, url in (("SQLite", f"sqlite://{folder}/db"), ("PostgreSQL", postgresql)):
            data = folder / name
            data.mkdir()
            server = ServerProcess(url, data)
            server.command("migrate")
            spent = [imported(server, file, rows) for file in files]
            imports.append([name, rows, *spent, round(rows / spent[0])])
            await server.start()
            token = server.officer(CITY)
            for who, bodies in questions(rows, count).items():
                look_ups(server.url, token if who == "officer" else None, bodies[:200])
                found = look_ups(server.url, token if who == "officer" else None, bodies)
                cuts = statistics.quantiles(found, n=1000)
                latencies.append([f"{name}, {who}", cuts[499], cuts[989], cuts[998]])
            server.stop()
    size = "Includes the start of the command. Importing unchanged vehicles writes nothing."
    columns = ["database", "rows", "first import, s", "again, s", "a tenth changed, s", "rows/s"]
    results.add(Table("Import", columns, imports, size))
    note = f"{count:,} random plates over HTTP, sequentially, in {CITY}."
    results.add(Table("Look-up", ["", "p50, ms", "p99, ms", "p99.9, ms"], latencies, note))


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Vehicles in the register.")
@click.option(
    "--look-ups", "count", default=10_000, show_default=True, help="Look-ups of each kind."
)
def main(rows: int, count: int) -> None:
    """Measure imports of a register, and look-ups in it, on SQLite and PostgreSQL."""
    asyncio.run(measure(rows, count))


if __name__ == "__main__":
    main()
