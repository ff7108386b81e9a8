"""Run our server in its own process, which can be killed and restarted."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

SERVER = Path(__file__).parents[1] / "server.py"


def free_port() -> int:
    """Return an unused port that the system does not assign by itself.

    The system assigns ports from 32,768 to outgoing connections and to servers that bind port 0.
    """
    while True:
        port = secrets.SystemRandom().randrange(10_000, 32_768)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


class ServerProcess:
    """`server.py serve` with a database, on the same port after restarts.

    Without a URL, `environment` sets the database.
    """

    def __init__(
        self,
        database: str | None,
        data: Path,
        *options: str,
        workers: int = 1,
        core: str | None = None,
        script: Path = SERVER,
    ) -> None:
        self._script = script
        self._workers = workers
        self._prefix = ["taskset", "-c", core] if core is not None else []
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"
        self._options = ["--data", str(data), "--log-level", "warning", *options]
        if database is not None:
            self._options += ["--database", database]
        self.environment = os.environ | {"CITIZENCOP_KEY": secrets.token_hex(32)}
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Run a command of the server; return its output. Raises `RuntimeError` if it fails."""
        done = subprocess.run(
            self.command_line(*words),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def command_line(self, *words: str) -> list[str]:
        """Return the arguments that run a command of the server."""
        return [*self._prefix, sys.executable, str(self._script), *self._options, *words]

    def officer(self, place: str) -> str:
        """Create a token for an officer of a place and return it."""
        return self.command("token", "create", "--role", "officer", "--place", place)

    async def start(self, *options: str) -> float:
        """Start and wait for `/readyz`; return the seconds. Raises `RuntimeError` if it ends.

        `options` are additional options of `serve`, such as `--reload`.
        """
        began = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command_line(
                    "serve", "--port", str(self.port), "--workers", str(self._workers), *options
                ),
                env=self.environment,
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

    @property
    def pid(self) -> int:
        """The ID of the server process, or of the parent of its workers."""
        assert self._process is not None
        return self._process.pid

    def worker_pids(self) -> list[int]:
        """Return the process IDs of the workers."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.pid)], capture_output=True, text=True, check=False
        )
        return [int(line) for line in found.stdout.split()]

    def kill(self) -> None:
        """Kill the process with SIGKILL, like a power failure."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Stop the process with SIGTERM; return its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=30)
