"""Another GraphQL server in a process of its own, on one core."""

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
    """Raise `RuntimeError` that says what to do where something that measures is missing."""
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk makes the load. Install it, on Debian: apt-get install wrk")
    if not (PEERS / "node_modules").is_dir():
        raise RuntimeError("The peers are not set up. Run: make bench-peers (it needs Node 20)")


class PeerProcess:
    """One file of `bench/peers`, running."""

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
        """The process that serves."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until it answers anything at all; raises `RuntimeError` if it ends."""
        self._process = subprocess.Popen(
            self._command, env=self._environment, cwd=PEERS,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(60):
            while not await self._answers():
                if self._process.poll() is not None:
                    raise RuntimeError(f"{self._file} ended; run it by itself to see why")
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def emit(self, http: httpx.AsyncClient, count: int) -> None:
        """Let it send so many events to its subscribers."""
        url = f"http://127.0.0.1:{self._control_port}/emit"
        await http.post(url, json={"n": count, "sent": 0})

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
