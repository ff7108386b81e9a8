"""The command-line option `--bus`."""

import re
from typing import Final

import click

from core import environment

_BUS_URL: Final = re.compile(r"(nats|tls)://[^/]")


def _checked_bus(
    _context: click.Context, _parameter: click.Parameter, given: str | None
) -> str | None:
    if given is not None and not _BUS_URL.match(given):
        raise click.BadParameter("Write nats://HOST:PORT, or tls://HOST:PORT.")
    return given


bus_option: Final = click.option(
    "--bus",
    default=None,
    envvar=environment.BUS,
    callback=_checked_bus,
    help="nats://HOST:PORT, to notify other processes; the default is PostgreSQL's NOTIFY.",
)
