"""A TCP proxy that can freeze, cut and resume what passes, as networks and databases do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self


class Proxy:
    """Stands between a server and its database."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = host, port
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refusing = False
        self.port = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            # Frozen, a connection is made, and nothing ever comes over it.
            await self._flowing.wait()
            there_reader, there_writer = await asyncio.open_connection(*self._behind)
            self._writers.add(there_writer)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, there_writer))
                both.create_task(self._pass_on(there_reader, writer))
        except (ExceptionGroup, OSError, asyncio.CancelledError):
            # This task is the connection: there is nobody else to tell.
            pass
        finally:
            self._tasks.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    def freeze(self) -> None:
        """Let nothing pass; connections stay open, and new ones are taken."""
        self._flowing.clear()

    def resume(self) -> None:
        """Let everything pass again, what was held back first."""
        self._refusing = False
        self._flowing.set()

    def cut(self) -> None:
        """Break every connection, and let no new one through."""
        self._refusing = True
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    @classmethod
    @asynccontextmanager
    async def before(cls, host: str, port: int) -> AsyncIterator[Self]:
        """Listen on a free port before another one."""
        proxy = cls(host, port)
        listening = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
        proxy.port = listening.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            proxy.cut()
            listening.close()
            for task in tuple(proxy._tasks):
                task.cancel()
