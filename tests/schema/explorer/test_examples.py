"""The API explorer's examples run as they stand, one after the other."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.places import RAIPUR
from tests.support.servers import Running

pytestmark = [
    pytest.mark.database("sqlite"),
    pytest.mark.skipif(shutil.which("node") is None, reason="needs Node"),
]


async def test_each_example_runs_and_runs_again(running: Running) -> None:
    token = await running.officer(RAIPUR)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(Path(__file__).parent / "explorer.mjs"),
        running.url,
        token,
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    assert process.returncode == 0
    said = json.loads(output)
    assert said["asked"] == 1
    found: dict[tuple[int, str], Any] = {}
    for each in said["answers"]:
        assert "errors" not in each["answer"], each
        (value,) = each["answer"]["data"].values()
        assert "code" not in value, each
        found[each["round"], each["name"]] = value
    assert len(found) == 16
    for number in (1, 2):
        report = found[number, "Report"]
        assert found[number, "MyReport"]["reference"] == report["reference"]
        assert found[number, "Act"]["report"]["reference"] == report["reference"]
        assert found[number, "Act"]["report"]["state"] == "ACKNOWLEDGED"
    for name, secret in (("Report", "receipt"), ("Help", "secret")):
        assert found[1, name][secret] != found[2, name][secret]
