"""Write results as Markdown tables, charts and JSON, with all versions."""

import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pygal
from pygal.style import CleanStyle

from bench.peer_process import PEERS

RESULTS = Path(__file__).parent / "results"
PYTHON_PARTS = ("strawberry-graphql", "tortoise-orm", "uvicorn", "asyncpg", "orjson", "picows")
NODE_PARTS = ("mercurius", "postgraphile", "@apollo/server", "graphql-ws", "ws", "graphql")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown."""
        lines = [f"## {self.title}", "", _line(self.columns), _line(["---"] * len(self.columns))]
        lines += [_line(row) for row in self.rows]
        return "\n".join([*lines, "", *([self.note, ""] if self.note else [])])


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@dataclass
class Results:
    """The results of a run; the files are written after each table."""

    name: str
    tables: list[Table] = field(default_factory=list[Table])
    pictures: dict[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    text: str = ""
    """Markdown after the tables."""
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def add(self, table: Table) -> None:
        """Add a table, print it, and write the files again."""
        self.tables.append(table)
        print(table.markdown(), flush=True)
        self.write()

    def write(self) -> None:
        """Write the Markdown file, the JSON file, and an SVG file for each chart."""
        RESULTS.mkdir(exist_ok=True)
        pictures = [f"![{title}]({self._bars(title)})\n" for title in self.pictures]
        text = "\n".join([
            f"# {self.name}", "", f"{self.began:%Y-%m-%d %H:%M} UTC. {_versions()}", "",
            *(table.markdown() for table in self.tables), *pictures, self.text,
        ])  # fmt: skip
        (RESULTS / f"{self.name}.md").write_text(text.rstrip() + "\n", "utf-8")
        tables = [
            {"title": table.title, "rows": [dict(zip(table.columns, row, strict=True))
                                            for row in table.rows]}
            for table in self.tables
        ]  # fmt: skip
        document = {"began": self.began.isoformat(), "versions": _versions(), "tables": tables}
        (RESULTS / f"{self.name}.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")

    def _bars(self, title: str) -> str:
        bars = self.pictures[title]
        chart = pygal.HorizontalBar(
            style=CleanStyle, js=(), logarithmic=True, print_values=True, title=title,
            value_formatter=lambda value: f"{value:,.0f}", width=900, height=520,
            disable_xml_declaration=True, legend_at_bottom=True,
        )  # fmt: skip
        names = list(next(iter(bars.values())))
        chart.x_labels = names
        for label, values in bars.items():
            chart.add(label, [values.get(name) for name in names])
        file = f"{self.name}-{title.lower().replace(' ', '-').replace(',', '')}.svg"
        (RESULTS / file).write_text(chart.render(is_unicode=True) + "\n", "utf-8")
        return file


def _versions() -> str:
    python = [f"{name} {version(name)}" for name in PYTHON_PARTS]
    locked = json.loads((PEERS / "package.json").read_text("utf-8"))["dependencies"]
    node = [f"{name} {locked[name]}" for name in NODE_PARTS]
    tools = [f"Python {platform.python_version()}", f"Node {_output_of('node', '--version')}",
             _output_of("psql", "--version"), _output_of("nproc") + " cores"]  # fmt: skip
    return ", ".join([*tools, *python, *node]) + "."


def _output_of(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"{command[0]} unknown"
