"""Importing a register: whole, also through `kill -9`; what will not do is set aside."""

import asyncio
import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bench.server_process import SERVER
from core.identity import sign_in
from core.identity.people import Role
from core.places.catalogue import Catalogue, Merged, Row
from core.places.city import City
from core.places.description import PlaceDescription
from core.problems import InvalidInput
from core.storage import database
from core.vehicles.importing import import_file
from core.vehicles.models import Vehicle, VehicleImport, VehicleLookUp
from tests.support.places import PLACES
from tests.support.servers import KEY

PLACE = "india/madhya-pradesh"
COLUMNS = "plate,make,model,colour,vehicle_class,fuel,valid_until,stolen,towed_to,towed_at,owner"
GOOD = "MP09AB1234,Maruti,Swift,White,Motor Car,Petrol,2031-03-31,no,,,A Person"


class Register:
    """A place whose register is imported, without all that is loaded around it."""

    path = PLACE
    description = PlaceDescription(PLACE, {"en": "Madhya Pradesh"}, time_zone="Asia/Kolkata")

    def __getitem__(self, catalogue: Catalogue[Row, Merged]) -> Merged:
        return catalogue.merge(())


class Importer:
    """`server.py vehicles import`, as an administrator runs it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.file = folder / "vehicles.csv"
        self.refused_file = folder / "vehicles.csv.refused.csv"
        options = ["--database", url, "--data", str(folder / "data"), "--plugins", str(PLACES)]
        self._command = [sys.executable, str(SERVER), *options, "vehicles"]
        self._environment = os.environ | {"CITIZENCOP_KEY": KEY}

    def started(self, *words: str, place: str = PLACE) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*self._command, "import", str(self.file), "--place", place, *words],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *lines: str | bytes, words: tuple[str, ...] = (), place: str = PLACE) -> str:
        """Write the lines, if any, import them, and return what is said."""
        if lines:
            self.write(*lines)
        process = self.started(*words, place=place)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        return f"{out}{err}"

    def write(self, *lines: str | bytes) -> None:
        whole = [line.encode() if isinstance(line, str) else line for line in lines]
        self.file.write_bytes(b"\n".join([*whole, b""]))

    def audit(self, place: str = PLACE) -> str:
        command = [*self._command, "audit", "--place", place]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=True
        ).stdout

    def refused(self) -> list[dict[str, str]]:
        with self.refused_file.open(encoding="utf-8-sig", newline="") as opened:
            return list(csv.DictReader(opened))


@pytest.fixture
def importer(database_url: str, tmp_path: Path) -> Importer:
    return Importer(database_url, tmp_path)


async def stored(importer: Importer) -> list[dict[str, Any]]:
    async with database.opened(importer.url):
        return await Vehicle.all().order_by("plate", "place").values()


async def test_every_column_comes_through(importer: Importer) -> None:
    told = importer.run(
        COLUMNS,
        GOOD,
        '"mp 20-c 7","Tata, Motors","आशा ""X""",,LMV,,,TRUE,Bhopal yard,2026-11-20T15:00:00+05:30,',
        "21BH0001A,Honda,City,Red,Motor Car,,,1,Bhopal yard,2026-11-20T15:00,राम",
        "",
    )
    assert "3 rows of this file are in the register of india/madhya-pradesh." in told
    assert "invalid rows" not in told
    assert not importer.refused_file.exists()
    bh, first, second = await stored(importer)
    assert {each["place"] for each in (bh, first, second)} == {PLACE}
    assert (first["plate"], first["owner"], first["stolen"]) == ("MP09AB1234", "A Person", False)
    assert first["valid_until"] == date(2031, 3, 31)
    assert (second["plate"], second["make"]) == ("MP20C0007", "Tata, Motors")
    assert (second["model"], second["colour"]) == ('आशा "X"', "")
    assert (second["fuel"], second["owner"], second["valid_until"]) == (None, None, None)
    assert (second["stolen"], second["towed_to"]) == (True, "Bhopal yard")
    # A time without an offset is the place's own.
    assert second["towed_at"] == bh["towed_at"] == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert bh["owner"] == "राम"


async def test_a_file_as_spreadsheets_write_it(importer: Importer) -> None:
    lines = [f"\ufeff{COLUMNS.upper()}\r", f"{GOOD}\r"]
    assert "1 rows" in importer.run(*lines)
    assert [each["owner"] for each in await stored(importer)] == ["A Person"]


BAD = {
    "MP09AB,Maruti,Swift,White,Car,,,,,,": "plate: MALFORMED",
    ",Maruti,Swift,White,Car,,,,,,": "plate: REQUIRED",
    f"{'M' * 99},Maruti,Swift,White,Car,,,,,,": "plate: TOO_LONG",
    "MP09AB0001,,Swift,White,Car,,,,,,": "make: REQUIRED",
    f"MP09AB0002,{'x' * 61},Swift,White,Car,,,,,,": "make: TOO_LONG",
    "MP09AB0003,A,B,C,D,,31.03.2031,,,,": "valid_until: MALFORMED",
    "MP09AB0003,A,B,C,D,,2031-02-30,,,,": "valid_until: MALFORMED",
    "MP09AB0003,A,B,C,D,,2031-W05-1,,,,": "valid_until: MALFORMED",
    "MP09AB0003,A,B,C,D,,,perhaps,,,": "stolen: UNKNOWN_VALUE",
    "MP09AB0003,A,B,C,D,,,,Yard,yesterday,": "towed_at: MALFORMED",
    "MP09AB0003,A,B,C,D,,,,Yard,0001-01-01T00:00,": "towed_at: MALFORMED",
    "MP09AB0003,A,B,C,D,,,,,2026-11-20,": "towed_to: REQUIRED",
    "MP09AB0003,A,B,C,D": "MALFORMED: The row has 5 cells",
    "MP09AB0003,A,B,C,D,,,,,,,": "MALFORMED: The row has 12 cells",
    'MP09AB0003,"A,B,C,D,,,,,,': "MALFORMED: The line's quotation",
    "MP09AB0003,A\0,B,C,D,,,,,,": "make: MALFORMED",
    f"MP09AB0003,{'y' * 40_000},B,C,D,,,,,,": "TOO_LONG: A line",
}


async def test_bad_rows_are_set_aside_with_the_reason(importer: Importer) -> None:
    latin = "MP09AB0003,Citroën,B,C,D,,,,,,".encode("latin-1")
    told = importer.run(COLUMNS, *BAD, latin, GOOD)
    assert "1 rows of this file are in the register" in told
    assert f"{len(BAD) + 1} invalid rows are in {importer.refused_file}." in told
    refused = importer.refused()
    assert [int(row["line"]) for row in refused] == list(range(2, len(BAD) + 3))
    for row, reason in zip(refused, [*BAD.values(), "MALFORMED: The line is not"], strict=True):
        assert row["reason"].startswith(reason), row
    assert refused[3]["plate"] == "MP09AB0001"
    assert importer.refused_file.stat().st_mode & 0o077 == 0
    assert [each["plate"] for each in await stored(importer)] == ["MP09AB1234"]


async def test_refused_rows_can_be_mended_and_imported(importer: Importer) -> None:
    importer.run(COLUMNS, "MP09,A,B,C,D,,,,,,Somebody", GOOD)
    mended = importer.refused_file.read_text("utf-8-sig").replace("MP09,", "MP09AB7777,")
    told = importer.run(*mended.splitlines())
    assert "1 rows" in told
    found = await stored(importer)
    assert [(each["plate"], each["owner"]) for each in found] == [
        ("MP09AB1234", "A Person"),
        ("MP09AB7777", "Somebody"),
    ]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("plate,make,model,colour", "vehicle_class is missing"),
        ("", "must name the columns"),
        (COLUMNS.replace("owner", "ownr"), "Unknown column 11"),
        (COLUMNS.replace("owner", "plate"), "the same name"),
        (COLUMNS.replace(",towed_to", ""), "requires the column towed_to"),
        (COLUMNS.encode("utf-16"), "in UTF-8"),
        (COLUMNS.replace(",", ";"), "plate is missing"),
    ],
)
async def test_a_wrong_header_is_refused_before_anything_is_read(
    importer: Importer, header: str | bytes, message: str
) -> None:
    importer.write(header, GOOD)
    async with database.opened(importer.url):
        with pytest.raises(InvalidInput) as raised:
            await import_file(cast("City", Register()), importer.file)
        assert await Vehicle.all().count() == 0
    assert message in raised.value.message
    assert raised.value.path[0] == "file"


@pytest.mark.database("sqlite")
def test_a_mistake_is_explained(importer: Importer) -> None:
    told = importer.run("plate,make,model,colour", GOOD)
    assert told.strip().splitlines()[-1].startswith("Error: The first line must name the columns")
    assert "No place has this path" in importer.run(COLUMNS, GOOD, place="india/atlantis")
    assert "country/state/city" in importer.run(COLUMNS, GOOD, place="??")
    importer.file.unlink()
    assert "does not exist" in importer.run()


async def test_importing_again_changes_what_differs(importer: Importer) -> None:
    importer.run(COLUMNS, GOOD, "MP09AB0001,Tata,Nano,Red,Car,,,,,,Another")
    first = await stored(importer)
    assert "2 rows were imported before" in importer.run()
    told = importer.run(
        "plate,make,model,colour,vehicle_class,stolen",
        "MP09AB1234,Maruti,Swift,Black,Motor Car,no",
        "MP09AB0002,Tata,Nano,Blue,Car,no",
        "MP 09 AB 1234,Maruti,Swift,Black,Motor Car,yes",
    )
    assert "before" not in told
    other, new, changed = await stored(importer)
    assert other == first[0]
    assert new["plate"] == "MP09AB0002"
    # The later of two rows counts, and what the file has no column for stays.
    assert (changed["colour"], changed["stolen"], changed["owner"]) == ("Black", True, "A Person")
    assert changed["id"] == first[1]["id"]


async def test_a_restart_reads_the_file_again(importer: Importer) -> None:
    importer.run(COLUMNS, GOOD, "nonsense")
    async with database.opened(importer.url):
        await Vehicle.all().delete()
    assert "1 rows were imported before" in importer.run()
    assert await stored(importer) == []
    told = importer.run(words=("--restart",))
    assert "before" not in told
    assert len(await stored(importer)) == len(importer.refused()) == 1


ROWS = 60_000
EVERY = 97
"""Each so many rows one is bad."""


def write_many(file: Path, rows: int = ROWS) -> int:
    """Write a file of many batches; return how many rows are bad."""
    bad = 0
    with file.open("w", encoding="utf-8") as opened:
        opened.write(f"{COLUMNS}\n")
        for number in range(rows):
            is_bad = number % EVERY == 5
            bad += is_bad
            plate = "" if is_bad else f"MP{number // 10_000:02}KK{number % 10_000:04}"
            opened.write(f"{plate},Maruti,Swift,White,Motor Car,,2031-03-31,no,,,Owner {number}\n")
    return bad


def progress(importer: Importer) -> Iterator[int]:
    """Yield the rows that are on record, again and again."""

    async def rows_done() -> int:
        async with database.opened(importer.url):
            states = await VehicleImport.all()
            return states[0].rows_done if states else 0

    while True:
        yield asyncio.run(rows_done())


def test_kill_9_in_the_middle_loses_and_doubles_nothing(importer: Importer) -> None:
    bad = write_many(importer.file)
    seen = 0
    for _ in range(2):
        process = importer.started()
        for done in progress(importer):
            if done > seen or process.poll() is not None:
                break
        # Anywhere in the batch after it.
        time.sleep(0.05 * (1 + seen % 3))
        process.kill()
        process.communicate()
        assert process.returncode == -9, "it was done before it could be killed"
        seen = next(progress(importer))
        assert 0 < seen < ROWS - bad
    told = importer.run()
    assert f"{seen} rows were imported before" in told
    assert f"{ROWS - bad} rows of this file are in the register" in told
    assert f"{bad} invalid rows are in" in told
    found = asyncio.run(stored(importer))
    assert [each["owner"] for each in found] == [
        f"Owner {number}" for number in range(ROWS) if number % EVERY != 5
    ]
    lines = [int(row["line"]) for row in importer.refused()]
    assert lines == [number + 2 for number in range(ROWS) if number % EVERY == 5]


async def test_two_imports_of_one_file_do_not_mix(importer: Importer) -> None:
    # Three batches: each may be of another process.
    rows = ROWS // 2
    bad = write_many(importer.file, rows)
    processes = [importer.started() for _ in range(2)]
    told = [process.communicate(timeout=120) for process in processes]
    finished = [out for (out, _), each in zip(told, processes, strict=True) if not each.returncode]
    assert finished, told
    for (_, err), process in zip(told, processes, strict=True):
        assert process.returncode == 0 or "is importing this file" in err
    importer.run()
    assert len(await stored(importer)) == rows - bad


async def test_the_audit_shows_who_looked_and_why(importer: Importer) -> None:
    async with database.opened(importer.url):
        made = await sign_in.create_token("Desk 9", Role.OFFICER, PLACE)
        for place, plate in ((f"{PLACE}/bhopal", "MP04AB0001"), ("india/goa", "GA01AB0001")):
            at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
            await VehicleLookUp.create(
                officer=made.officer, place=place, plate=plate, reason="Case\n17", at=at
            )
    line = "2026-11-24 08:30:00Z  Desk 9  india/madhya-pradesh/bhopal  MP04AB0001  Case 17\n"
    assert importer.audit() == line
    assert importer.audit("india/kerala") == "There are no look-ups.\n"
    assert len(importer.audit("india").splitlines()) == 2
