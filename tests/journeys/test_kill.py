"""What was acknowledged is on disk: citizens and portals through `kill -9`, in a small size."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_nothing_is_lost_when_the_server_is_killed(
    database_name: str, request: pytest.FixtureRequest
) -> None:
    if database_name == "postgresql":
        request.getfixturevalue("postgresql_template")
    sizes = {"reports": 120, "alerts": 10, "citizens": 20, "portals": 5, "kills": 2}
    options = [word for name, value in sizes.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "bench.spine", *options, "--database", database_name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["stored_once_and_seen_once_in_order"] is True
    assert figures["reconnects"] >= 2
