"""Run a peer server in its own process, on one core."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx

from bench.server_process import free_port

PEERS = Path(__file__).parent / "peers"


def require_tools() -> None:
    """Raise `RuntimeError`, with what to do, if a tool is missing."""
    if shutil.which("wrk") is None:
        raise RuntimeError(
            "wrk is needed to generate load. Install it; on Debian: apt-get install wrk"
        )
    if not (PEERS / "node_modules").is_dir():
        raise RuntimeError("The peers are not set up. Run: make bench-peers (it needs Node 20)")


class PeerProcess:
    """A process that runs a file of `bench/peers`."""

    def __init__(self, file: str, database: str, core: str) -> None:
        self._file = file
        self.port = free_port()
        self._control_port = free_port() if file == "broadcast.py" else self.port
        self.url = f"http://127.0.0.1:{self.port}"
        command = ["node"] if file.endswith(".js") else [sys.executable]
        self._command = ["taskset", "-c", core, *command, str(PEERS / file)]
        self._environment = os.environ | {
            "DATABASE_URL": database,
            "PORT": str(self.port),
            "CONTROL_PORT": str(self._control_port),
            "NODE_ENV": "production",
            "GRAPHILE_ENV": "production",
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process ID."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until the port is open; raises `RuntimeError` if the process ends."""
        self._process = subprocess.Popen(
            self._command, env=self._environment, cwd=PEERS,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(60):
            while not await self._answers():
                if self._process.poll() is not None:
                    raise RuntimeError(f"{self._file} ended. Run it by itself to see its error")
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def emit(self, http: httpx.AsyncClient, count: int) -> None:
        """Make the peer send `count` events to its subscribers."""
        url = f"http://127.0.0.1:{self._control_port}/emit"
        await http.post(url, json={"n": count, "sent": 0})

    def stop(self) -> None:
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
