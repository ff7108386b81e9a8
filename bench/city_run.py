"""Record the steps from an empty folder to a live report, as a city's engineer types them.

    python -m bench.city_run

Writes docs/cities/recorded-run.md with the commands, their output and the total time.
"""

import asyncio
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import click
import httpx

from bench.api import events
from bench.server_process import ServerProcess

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/cities/recorded-run.md"
PUNE = "india/maharashtra/pune"
AT = {"latitude": 18.52, "longitude": 73.85}
STATIONS = """# Source: the city's own list of stations.

[[stations]]
code = "control-room"
names = { en = "Police control room", mr = "पोलीस नियंत्रण कक्ष" }
control_room = true

[[stations]]
code = "shivajinagar"
names = { en = "Shivajinagar", mr = "शिवाजीनगर" }
position = { latitude = 18.53, longitude = 73.85 }
"""
CATEGORY = """
[[categories]]
code = "nuisance.firecrackers"
names = { en = "Firecrackers at night", mr = "रात्री फटाके" }
law = "Environment (Protection) Rules 1986, rule 89"
"""
SUBMIT = """mutation ($input: SubmitReportInput!) { submitReport(input: $input) {
  ... on SubmitReportSuccess { reference report { status(language: "mr") category { name } } }
  ... on Problem { code message } } }"""
HEAD = """# From an empty folder to a live report

Recorded by `python -m bench.city_run` on {day}. A test (`tests/journeys/test_cities.py`) does the
same steps. Lines that start with `$` were typed.

"""


@dataclass
class Recording:
    """The page in progress: commands, files and their output."""

    folder: Path
    lines: list[str] = field(default_factory=list[str])
    began: float = field(default_factory=time.perf_counter)

    def say(self, text: str) -> None:
        """Add a paragraph."""
        self.lines.append(f"\n{text}\n")

    def show(self, typed: str, printed: str) -> None:
        """Add a command and its output."""
        shown = printed.strip("\n").replace(f"{self.folder}/", "")
        self.lines.append(f"```\n$ {typed}\n{shown}\n```\n")

    def run(self, typed: str) -> None:
        """Run a command of the server in the folder, and add it with its output."""
        words = shlex.split(typed)
        done = subprocess.run(
            [sys.executable, str(ROOT / "server.py"), *words[2:]],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.show(typed, done.stdout + done.stderr)


def write(file: Path, text: str, record: Recording) -> None:
    """Write a file of the city, and add it to the page."""
    file.write_text(text, "utf-8")
    record.show(f"edit {file.relative_to(record.folder)}", text)


async def live(record: Recording, folder: Path) -> None:
    """Serve, add a category, and record a report of that category as it arrives."""
    server = ServerProcess(
        f"sqlite://{folder}/data/db.sqlite3", folder, "--plugins", str(folder / "my-places")
    )
    token = server.officer(PUNE)
    await server.start("--reload")
    record.say("The server runs with `--reload`. Add a category of your own:")
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        saved = time.perf_counter()
        write(folder / "my-places" / PUNE / "categories.toml", CATEGORY.lstrip(), record)
        answer = await _submitted(http)
        seconds = time.perf_counter() - saved
        record.say(f"{seconds:.1f} seconds after the file is saved, a citizen can use it:")
        record.show("curl … submitReport", json.dumps(answer, ensure_ascii=False, indent=2))
        record.say("The police station of Shivajinagar receives a second report live:")
        async for item in events(server.url, token, PUNE, None):
            if item["__typename"] == "CaughtUp":
                await _submitted(http)
            elif item["__typename"] == "ReportEvent":
                seen = {"place": item["place"], "reference": item["report"]["reference"]}
                record.show("curl … placeEvents", json.dumps(seen, indent=2))
                break
    server.stop()


async def _submitted(http: httpx.AsyncClient) -> dict[str, object]:
    """Submit a report; retry until the server has the new category."""
    report = {
        "category": "nuisance.firecrackers",
        "position": AT,
        "description": "Since ten o'clock.",
    }
    while True:
        variables = {"input": report | {"idempotencyKey": str(uuid4())}}
        try:
            response = await http.post("/graphql", json={"query": SUBMIT, "variables": variables})
        except httpx.TransportError:
            await asyncio.sleep(0.05)
            continue
        answer = response.json()["data"]["submitReport"]
        if "reference" in answer:
            return answer
        await asyncio.sleep(0.05)


def recorded(folder: Path) -> str:
    """Do all steps; return the page."""
    record = Recording(folder)
    city = f"--plugins my-places city check {PUNE}"
    record.run(f"python server.py city new {PUNE} --into my-places --yes")
    record.say("The new folder passes its checks:")
    record.run(f"python server.py {city}")
    record.say("`city check` shows the file, line, rule and fix of an error:")
    stations = folder / "my-places" / PUNE / "stations.toml"
    write(stations, STATIONS.replace('"shivajinagar"', '"Shivaji Nagar"'), record)
    record.run(f"python server.py {city}")
    write(stations, STATIONS, record)
    record.run(f"python server.py {city}")
    record.say("Which station gets a report?")
    at = f"--at {AT['latitude']},{AT['longitude']} --category traffic.signal-jumping"
    record.run(f"python server.py --plugins my-places city try {PUNE} {at}")
    asyncio.run(live(record, folder))
    seconds = time.perf_counter() - record.began
    code = _lines_of_code(folder / "my-places" / PUNE)
    record.say(f"These steps took {seconds:.0f} seconds. The city has {code} lines of code.")
    return HEAD.format(day=time.strftime("%Y-%m-%d")) + "\n".join(record.lines)


def _lines_of_code(folder: Path) -> int:
    """Count the lines of Python in a city's folder, without blank lines."""
    files = folder.rglob("*.py")
    return sum(bool(line.strip()) for file in files for line in file.read_text().splitlines())


@click.command()
@click.option("--check", is_flag=True, help="Do all steps, but write nothing.")
def main(check: bool) -> None:
    """Record docs/cities/recorded-run.md, from `city new` to a live report."""
    folder = Path(tempfile.mkdtemp(prefix="citizencop-run-"))
    try:
        page = re.sub(r"\n{3,}", "\n\n", recorded(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not check:
        PAGE.write_text(page.rstrip() + "\n", "utf-8")
        click.echo(f"{PAGE.relative_to(ROOT)} is written.")


if __name__ == "__main__":
    main()
