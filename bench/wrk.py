"""Generate HTTP load with wrk, with different bodies."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_SCRIPT = """local bodies = {{}}
for line in io.lines("{file}") do
  bodies[#bodies + 1] = wrk.format("POST", "/graphql", {{
    ["host"] = "{host}", ["content-type"] = "application/json", ["authorization"] = {token}
  }}, line)
end
local next = 0
math.randomseed(os.time())
local function key()
  return string.format("%08x%08x%08x%08x%04x", math.random(0, 2^31), math.random(0, 2^31),
    math.random(0, 2^31), math.random(0, 2^31), math.random(0, 2^16 - 1))
end
request = function()
  next = next % #bodies + 1
  return (bodies[next]:gsub("0123456789abcdef0123456789abcdef0123", key, 1))
end
"""
KEY = "0123456789abcdef" * 2 + "0123"
"""Placeholder for an idempotency key; replaced by a new key of the same length."""


@dataclass(frozen=True, slots=True)
class Load:
    """The results of a load."""

    per_second: float
    p99_milliseconds: float


def load(
    url: str, bodies: Sequence[bytes], seconds: float, token: str | None,
    connections: int = 32, core: str = "1",
) -> Load:  # fmt: skip
    """Send the bodies in turn, repeatedly; raises `RuntimeError` unless all answers are 2xx."""
    with tempfile.TemporaryDirectory(prefix="wrk-") as folder:
        file, script = Path(folder, "bodies"), Path(folder, "load.lua")
        file.write_bytes(b"\n".join(body.replace(b"\n", b" ") for body in bodies) + b"\n")
        given = "nil" if token is None else f'"Bearer {token}"'
        host = urlsplit(url).netloc
        script.write_text(_SCRIPT.format(file=file, token=given, host=host), "utf-8")
        done = subprocess.run(
            ["taskset", "-c", core, "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s",
             "--timeout", "30s", "--latency", "-s", str(script), url],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(f"{url}: {done.stdout}")
    return Load(_number(r"Requests/sec:\s+([\d.]+)()", done.stdout),
                _number(r"99%\s+([\d.]+)(us|ms|s)", done.stdout))  # fmt: skip


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1]) * {"us": 0.001, "s": 1000.0}.get(found[2], 1.0)
