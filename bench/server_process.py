"""A server in a process of its own, that can be killed at any moment and started again."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

SERVER = Path(__file__).parents[1] / "server.py"


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class ServerProcess:
    """`server.py serve` over a database, on a port that it keeps."""

    def __init__(self, database: str, data: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"
        self._options = ["--database", database, "--data", str(data), "--log-level", "warning"]
        self._environment = os.environ | {"CITIZENCOP_KEY": secrets.token_hex(32)}
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Run a command of the server to its end; return what it prints."""
        done = subprocess.run(
            [sys.executable, str(SERVER), *self._options, *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def officer(self, place: str) -> str:
        """Make a token for an officer of a place."""
        return self.command("token", "create", "--role", "officer", "--place", place)

    async def start(self) -> float:
        """Start and wait until it is ready; return the seconds that took."""
        began = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(SERVER), *self._options, "serve", "--port", str(self.port)],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        async with httpx.AsyncClient() as http:
            while True:
                if self._process.poll() is not None:
                    raise RuntimeError(self.log.read_text("utf-8", "replace"))
                try:
                    if (await http.get(f"{self.url}/readyz")).status_code == 200:
                        return time.perf_counter() - began
                except httpx.TransportError:
                    await asyncio.sleep(0.02)

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """End it as an administrator would: SIGTERM; return its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=30)
