"""The uvicorn server: it logs no requests, and ends streams before it closes sockets."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import uvicorn

from core.domain import Domain
from core.log.feed import Feed
from plugins.runtime.places import Places
from schema.api import build_api
from schema.serving.application import build_application
from schema.serving.workers import GOODBYE_SECONDS, GRACE_SECONDS
from schema.subject import SubjectSchema
from schema.transport.http_protocol import HttpProtocol
from schema.transport.websocket import socket_class

logger = logging.getLogger("citizencop.server")

BYTES_OF_MIB: Final = 1024 * 1024


class Server(uvicorn.Server):
    """Ends live subscriptions with a request to reconnect before it closes their sockets."""

    def __init__(self, config: uvicorn.Config, feed: Feed) -> None:
        super().__init__(config)
        self._feed = feed

    async def shutdown(self, sockets: Any = None) -> None:
        """End the streams, then let running requests finish."""
        logger.info("stopping")
        with suppress(TimeoutError):
            await self._feed.stop(GOODBYE_SECONDS)
        await super().shutdown(sockets)
        logger.info("stopped")


def build_server(
    domain: Domain,
    feed: Feed,
    places: Places,
    subjects: Sequence[SubjectSchema],
    cache_mib: int,
    host: str,
    port: int,
) -> Server:
    """Return the server; it does not log callers' addresses."""
    api = build_api(domain, feed, subjects, cache_mib * BYTES_OF_MIB)
    config = uvicorn.Config(
        build_application(api, places),
        http=HttpProtocol,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        ws=socket_class(api),
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Server(config, feed)
